import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { app } from 'electron';
import { autostartFile, desktopEntry, type LaunchCommand } from './autostart-file.ts';

/** Has the system start Castkey, in the tray, when the streamer logs in; or no longer. */
export function setOpenAtLogin(open: boolean, command: LaunchCommand): void {
  if (process.platform !== 'linux') {
    app.setLoginItemSettings({ openAtLogin: open, path: command.program, args: [...command.args] });
    return;
  }
  const file = autostartFile(process.env);
  if (!open) {
    rmSync(file, { force: true });
    return;
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, desktopEntry(command), { mode: 0o644 });
}
