import { systemPreferences } from 'electron';
import type { Presence } from '../core/ports.ts';

/** Touch ID on a Mac that has it. Electron offers no such check on Windows and Linux. */
export const systemPresence: Presence = {
  available: () => process.platform === 'darwin' && systemPreferences.canPromptTouchID(),
  async ask(why) {
    try {
      await systemPreferences.promptTouchID(why);
      return true;
    } catch {
      return false; // cancelled, or not the finger of whoever owns the Mac
    }
  },
};
