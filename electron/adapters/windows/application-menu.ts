import { Menu } from 'electron';

/**
 * Takes Electron's own menu away: its keys would open developer tools, reload a question, or end Castkey from
 * the window of a bot's question. Copying and pasting needs a menu on macOS alone.
 */
export function setApplicationMenu(platform: NodeJS.Platform = process.platform): void {
  if (platform !== 'darwin') return Menu.setApplicationMenu(null);
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      { label: 'Castkey', submenu: [{ role: 'hide' }, { type: 'separator' }, { role: 'quit' }] },
      { role: 'editMenu' },
    ]),
  );
}
