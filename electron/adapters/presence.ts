import { powerMonitor, systemPreferences } from 'electron';
import type { Idle, Presence } from '../core/ports.ts';

/** Chromium wants one, though the answer "locked" doesn't depend on it. */
const ANY_SECONDS = 1;

/**
 * Mouse and keyboard as the system counts them. Electron has no event for a locked screen on Linux, but
 * Chromium listens there to the desktop's screen saver on the session bus (ui/base/idle/idle_linux.cc).
 */
export const systemIdle: Idle = {
  seconds: () => powerMonitor.getSystemIdleTime(),
  screenLocked: () =>
    process.platform === 'linux' && powerMonitor.getSystemIdleState(ANY_SECONDS) === 'locked',
};

/** Calls back when the computer wakes up or the screen is unlocked. */
export function onResume(listener: () => void): void {
  powerMonitor.on('resume', listener);
  powerMonitor.on('unlock-screen', listener);
}

/** Calls back when the screen is locked; on macOS and Windows only. */
export function onScreenLock(listener: () => void): void {
  powerMonitor.on('lock-screen', listener);
}

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
