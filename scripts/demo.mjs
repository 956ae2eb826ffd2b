// npm run demo: sandbox Twitch, vault and a sample bot in one go; `-- --auto` has a scripted streamer,
// `-- --docs` also renews the pictures in docs/images.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inProject } from './setup/paths.mjs';
import { prepare } from './setup/prepare.mjs';
import { runCommand } from './setup/report.mjs';
import { runInSession } from './setup/session.mjs';
import { helpIfAsked } from './setup/usage.mjs';
import { cleanUp } from './vault/cleanup.mjs';

helpIfAsked(`npm run demo: the main job in one go, on a throw-away profile and a pretend Twitch. Flags stand behind --:
  npm run demo -- --auto   a scripted streamer clicks; so without a display
`);

/** The demo ends itself after 3 minutes; this is for one that cannot. */
const MAX_AUTO_MS = 200_000;

await runCommand(async () => {
  const { electron, session } = await prepare({ electron: true, build: true, window: true, keyring: true });
  const flags = process.argv.slice(2);
  // Nobody can click on a display that nobody sees.
  const auto = session.display || flags.includes('--auto') || flags.includes('--docs');
  if (auto && !flags.includes('--auto')) flags.push('--auto');
  const folder = await mkdtemp(join(tmpdir(), 'ckd-'));
  const env = {
    ...process.env,
    CASTKEY_ELECTRON: electron.path,
    CASTKEY_DEMO_FOLDER: folder,
    // The leftovers of all others go with the folder, too.
    ...Object.fromEntries(['TMPDIR', 'TMP', 'TEMP'].map((name) => [name, folder])),
  };
  const command = [process.execPath, inProject('scripts', 'demo', 'run.mjs'), ...flags];
  const limit = auto ? { timeoutMs: MAX_AUTO_MS } : {};
  try {
    await runInSession(session, command, { env, ...limit });
  } catch (error) {
    await cleanUp(folder);
    throw error;
  }
  return (await cleanUp(folder)).succeeded ? 0 : 1;
});
if (process.exitCode !== 0) process.exitCode = 1;
process.stdout.write(`demo: ${process.exitCode === 0 ? 'ok' : 'failed'}\n`);
