import { ipcMain } from 'electron';

/** Where calls of windows arrive; ipc/register.ts puts its guard before each. */
export const windowCalls: Pick<Electron.IpcMain, 'handle'> = {
  handle: (channel, listener) => ipcMain.handle(channel, listener),
};

/** Ends electron-store's answer to any page that asks where the profile is; Castkey's pages never ask. */
export function removeStoreListener(): void {
  ipcMain.removeAllListeners('electron-store-get-data'); // Electron security rule 17
}
