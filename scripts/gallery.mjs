// npm run gallery -- [folder] [only]: pictures of every window, drawn by Castkey's own Electron, for whoever changes them.
import { inProject } from './setup/paths.mjs';
import { prepare } from './setup/prepare.mjs';
import { runCommand } from './setup/report.mjs';
import { runInSession } from './setup/session.mjs';

await runCommand(async () => {
  const { electron, session } = await prepare({ electron: true, build: true, window: true });
  const command = [process.execPath, inProject('scripts', 'gallery', 'run.mjs'), ...process.argv.slice(2)];
  return runInSession(session, command, { env: { ...process.env, CASTKEY_ELECTRON: electron.path } });
});
