/** Backups and imports as the streamer does them, with the system's file dialogs answered. */
import type { Locator } from 'playwright-core';
import type { Castkey } from './castkey-process.ts';

/** The system's dialogs are the one thing no test can click: they choose this file from now on. */
export async function choose(castkey: Castkey, path: string): Promise<void> {
  await castkey.app.evaluate(({ dialog }, chosen) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath: chosen });
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [chosen] });
  }, path);
}

/** Opens a dialog, from the settings or from the first screen. */
export async function openDialog(castkey: Castkey, name: string): Promise<Locator> {
  const main = await castkey.main();
  await main.getByRole('button', { name, exact: true }).click();
  return main.getByRole('dialog', { name, exact: true });
}
