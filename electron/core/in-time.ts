/** Waiting for something no longer than a given time. */
import type { Timers } from './ports.ts';

/** What comes within so many milliseconds, else null; what it waits for goes on, and must not reject. */
export function inTime<T>(timers: Timers, coming: Promise<T>, ms: number): Promise<T | null> {
  return new Promise((resolve) => {
    const cancel = timers.after(ms, () => resolve(null));
    void coming.then((value) => {
      cancel();
      resolve(value);
    });
  });
}
