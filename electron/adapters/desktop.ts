import { shell } from 'electron';
import { isSafeUrl } from '../policy/safe-url.ts';

/** Opens a page in the system's browser; false when it may not be opened, or nothing opens it. */
export async function openInBrowser(url: string, standInOrigin: string | null): Promise<boolean> {
  if (!isSafeUrl(url, standInOrigin)) return false; // Electron security rule 15
  try {
    await shell.openExternal(url);
    return true;
  } catch {
    return false;
  }
}
