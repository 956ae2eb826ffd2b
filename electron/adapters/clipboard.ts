import { clipboard } from 'electron';

/** Puts a text on the clipboard. Synchronous up to Electron 43, a promise from 44 on. */
export async function copyText(text: string): Promise<void> {
  await clipboard.writeText(text);
}
