import { ipcMain } from 'electron';

/** Where calls of windows arrive; ipc/register.ts puts its guard before each. */
export const windowCalls: Pick<Electron.IpcMain, 'handle'> = {
  handle: (channel, listener) => ipcMain.handle(channel, listener),
};

/** electron-store tells any page that asks where the profile is; Castkey's pages never ask. */
export function shutStoreDoor(): void {
  ipcMain.removeAllListeners('electron-store-get-data'); // Electron security rule 17
}
