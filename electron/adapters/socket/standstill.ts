import { performance } from 'node:perf_hooks';

/** Notices that this process stood still: stopped by a signal, frozen, without a processor, or busy with one thing. */
export interface StandstillWatch {
  /** True from the moment it goes on until it has gone on for a while. */
  isLate(): boolean;
  stop(): void;
}

const TICK_MS = 250;
/** So much later than it should be a tick still counts as in time: a busy moment, not a standstill. */
const MAX_DELAY_MS = 250;

/**
 * After a standstill the sockets are looked at before any timer runs, or right after it, depending on where it began: so
 * the time since the last tick counts, and a tick that came late lasts until the next.
 */
export function watchStandstill(now: () => number = () => performance.now()): StandstillWatch {
  let last = now();
  let late = false;
  const isOverdue = (): boolean => now() - last > TICK_MS + MAX_DELAY_MS;
  const timer = setInterval(() => {
    late = isOverdue();
    last = now();
  }, TICK_MS);
  timer.unref();
  return { isLate: () => late || isOverdue(), stop: () => clearInterval(timer) };
}
