import { clipboard, Notification, shell } from 'electron';
import { isSafeUrl } from '../policy/safe-url.ts';
import { openOnLinux } from './desktop/linux-browser.ts';

/**
 * Opens a page in the system's browser, which on Linux has the environment `env`; false when it may not be
 * opened, or nothing opens it. It may take half a minute until that is known.
 */
export async function openInBrowser(
  url: string,
  standInOrigin: string | null,
  env: NodeJS.ProcessEnv,
): Promise<boolean> {
  if (!isSafeUrl(url, standInOrigin)) return false; // Electron security rule 15
  if (process.platform === 'linux') return openOnLinux(url, env);
  try {
    await shell.openExternal(url);
    return true;
  } catch {
    return false;
  }
}

/** Puts a text on the clipboard. Synchronous up to Electron 43, a promise from 44 on. */
export async function copyText(text: string): Promise<void> {
  await clipboard.writeText(text);
}

/** Shows the system's own notifications; a click brings Castkey to the front. Silent where there are none. */
export function createNotifier(
  onClick: () => void,
): (message: { title: string; body: string }, clicked?: () => boolean) => void {
  const shown = new Set<Notification>(); // else they are collected as garbage, clicks and all
  return ({ title, body }, clicked) => {
    if (!Notification.isSupported()) return;
    const notification = new Notification({ title, body });
    shown.add(notification);
    notification.on('click', () => {
      if (clicked?.() !== true) onClick();
    });
    notification.on('close', () => shown.delete(notification));
    notification.show();
  };
}
