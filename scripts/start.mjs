// npm start: the vault for real Twitch. Flags after `--` are passed on: --sandbox, --hidden.
import { inProject } from './setup/paths.mjs';
import { prepare } from './setup/prepare.mjs';
import { runCommand } from './setup/report.mjs';
import { sandboxFlags } from './setup/sandbox-check.mjs';
import { runInSession } from './setup/session.mjs';

await runCommand(async () => {
  const { electron, session } = await prepare({ electron: true, build: true, window: true });
  const command = [electron.path, ...sandboxFlags(), inProject(), ...process.argv.slice(2)];
  // Meant for Node: Electron ends at options that its own Node doesn't know.
  const { NODE_OPTIONS: _, ...env } = process.env;
  return await runInSession(session, command, { env });
});
