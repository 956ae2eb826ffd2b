// npm run test:kill: the long form of the kill test. `-- 1000` kills so often; CASTKEY_SEED=… repeats a run.
import { prepare } from './setup/prepare.mjs';
import { runCommand, SetupError } from './setup/report.mjs';
import { runTests } from './test/projects.mjs';

const DEFAULT_KILLS = 300;
/** Far more than a start and a kill take; ends a run that hangs. */
const LIMIT_MS_PER_KILL = 6_000;

await runCommand(async () => {
  const kills = Number(process.argv[2] ?? DEFAULT_KILLS);
  if (!Number.isInteger(kills) || kills < 16 || kills % 2 === 1)
    throw new SetupError('how often to kill is an even number from 16 on.');
  const own = { keyring: true, apart: true };
  const { electron, session } = await prepare({ build: true, electron: true, window: true, ...own });
  process.env.CASTKEY_KILLS = String(kills);
  const run = { projects: ['kill'], limitMs: 120_000 + kills * LIMIT_MS_PER_KILL, sessions: 1 };
  const tally = await runTests(run, { filters: [], session, electron: electron.path });
  const failed = tally.failed + tally.broken.length;
  for (const line of tally.broken) process.stdout.write(`failed: ${line}\n`);
  process.stdout.write(`${tally.passed} passed, ${failed} failed, ${tally.skipped.length} skipped\n`);
  return failed === 0 ? 0 : 1;
});
