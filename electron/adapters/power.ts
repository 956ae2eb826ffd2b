import { powerMonitor } from 'electron';
import type { Idle } from '../core/ports.ts';

/** How long nobody has touched mouse or keyboard, as the system counts it. */
export const systemIdle: Idle = { seconds: () => powerMonitor.getSystemIdleTime() };

/** Calls back when the computer wakes up or the screen is unlocked. */
export function onResume(listener: () => void): void {
  powerMonitor.on('resume', listener);
  powerMonitor.on('unlock-screen', listener);
}

/** Calls back when the screen is locked. */
export function onScreenLock(listener: () => void): void {
  powerMonitor.on('lock-screen', listener);
}
