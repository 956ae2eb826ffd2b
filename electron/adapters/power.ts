import { powerMonitor } from 'electron';

/** Calls back when the computer wakes up or the screen is unlocked. */
export function onResume(listener: () => void): void {
  powerMonitor.on('resume', listener);
  powerMonitor.on('unlock-screen', listener);
}
