import type { Clock, Timers } from '../core/ports.ts';

/** The system's clock. */
export const systemClock: Clock = { now: () => Date.now() };

/** The most setTimeout can wait; beyond it fires at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** The system's timers. They keep nothing alive on their own, so they never delay quitting. */
export const systemTimers: Timers = {
  after(ms, run) {
    const timer = setTimeout(run, Math.min(Math.max(ms, 0), LONGEST_MS));
    timer.unref();
    return () => clearTimeout(timer);
  },
};
