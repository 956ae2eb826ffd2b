// npm run demo: sandbox Twitch, vault and a sample bot in one go; `-- --auto` has a scripted streamer.
import { inProject } from './setup/places.mjs';
import { prepare } from './setup/prepare.mjs';
import { runCommand } from './setup/report.mjs';
import { runInSession } from './setup/session.mjs';

await runCommand(async () => {
  const { electron, session } = await prepare({ electron: true, build: true, window: true, keyring: true });
  const flags = process.argv.slice(2);
  // Nobody can click on a display that nobody sees.
  if (session.display && !flags.includes('--auto')) flags.push('--auto');
  const env = { ...process.env, CASTKEY_ELECTRON: electron.path };
  return await runInSession(session, [process.execPath, inProject('scripts', 'demo', 'run.mjs'), ...flags], {
    env,
  });
});
