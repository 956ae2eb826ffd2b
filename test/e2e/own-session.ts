/** Gives each file that runs at the same time as others a session that nobody else uses. Runs before the file. */
const sessions = JSON.parse(process.env.CASTKEY_SESSIONS ?? '[]') as NodeJS.ProcessEnv[];

// Vitest counts its workers from 1, and never beyond `maxWorkers` (test/vitest.config.ts).
const own = sessions[Number(process.env.VITEST_POOL_ID) - 1];
if (sessions.length > 0 && own === undefined)
  throw new Error(`there is no session for worker ${process.env.VITEST_POOL_ID}`);
Object.assign(process.env, own);
