/** Gives each file that runs at the same time as others a session that nobody else uses. Runs before the file. */
const sessions = JSON.parse(process.env.CASTKEY_SESSIONS ?? '[]') as NodeJS.ProcessEnv[];

// Vitest counts its workers from 1, and never beyond `maxWorkers` (test/vitest.config.ts).
Object.assign(process.env, sessions[Number(process.env.VITEST_POOL_ID) - 1]);
