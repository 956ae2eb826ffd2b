// npm start: the vault for real Twitch. Flags after `--` are passed on: --sandbox, --hidden.
import { inProject } from './setup/paths.mjs';
import { prepare } from './setup/prepare.mjs';
import { runCommand } from './setup/report.mjs';
import { sandboxFlags } from './setup/sandbox-check.mjs';
import { runInSession } from './setup/session.mjs';
import { helpIfAsked } from './setup/usage.mjs';

helpIfAsked(`npm start: Castkey for the real Twitch. Flags stand behind --:
  npm start -- --sandbox   with a pretend Twitch inside; its address is printed
  npm start -- --hidden    in the tray, without a window
Others are Electron's. Somebody must see its windows: without a display, npm run demo shows what it does.
`);

await runCommand(async () => {
  const { electron, session } = await prepare({ electron: true, build: true, window: true });
  const command = [electron.path, ...sandboxFlags(), inProject(), ...process.argv.slice(2)];
  // Meant for Node: Electron ends at options that its own Node doesn't know.
  const { NODE_OPTIONS: _, ...env } = process.env;
  return await runInSession(session, command, { env });
});
