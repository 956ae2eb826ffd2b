import { randomBytes } from 'node:crypto';
import { uptime } from 'node:os';
import type { Clock, Random, Timers } from '../core/ports.ts';

/**
 * Wall-clock time, which jumps when the system's clock is set, and the time since the computer was started: unlike
 * `performance.now()` that goes on in sleep, on every system (libuv's uv_uptime). It may come in whole seconds.
 */
export const systemClock: Clock = { now: () => Date.now(), monotonic: () => uptime() * 1000 };

/** setTimeout waits no longer than this; with more it fires at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** The system's timers. They keep nothing alive on their own, so they never delay quitting. */
export const systemTimers: Timers = {
  after(ms, run) {
    const timer = setTimeout(run, Math.min(Math.max(ms, 0), MAX_DELAY_MS));
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** The system's random generator, fit for keys. */
export const systemRandom: Random = { bytes: (count) => new Uint8Array(randomBytes(count)) };
