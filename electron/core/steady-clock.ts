/** The time by which rights and waits end: nobody who sets the computer's clock ends or lengthens one. */
import { LIMITS } from '../../shared/protocol.ts';
import type { Clock } from './ports.ts';

/** The clock as it was at the start, moved on by nothing but time that has passed. */
export interface SteadyClock {
  /** Milliseconds since 1970, as far as the clock was right at the start or at the last `adopt`. */
  now(): number;
  /**
   * Takes the computer's clock over as it is by now, and returns by how many milliseconds it had been set, forward or (less than
   * 0) back: whoever keeps times of this clock moves them by as much. 0 while the two agree.
   */
  adopt(): number;
}

/** Clocks that differ by no more are the same: the network's corrections are smaller than anybody notices. */
const TOLERANCE_MS = 5_000;

/** Starts with what the computer's clock says now. */
export function createSteadyClock({ now, monotonic }: Clock): SteadyClock {
  let ahead = now() - monotonic();
  return {
    now: () => monotonic() + ahead,
    adopt() {
      const set = now() - monotonic() - ahead;
      if (Math.abs(set) <= TOLERANCE_MS) return 0;
      ahead += set;
      return set;
    },
  };
}

/** What is left of the time a request may wait for people, in milliseconds: at first all it asked for, as far as that is allowed. */
export function countdown({ monotonic }: Pick<Clock, 'monotonic'>, timeoutMs: number): () => number {
  const deadline = monotonic() + Math.min(timeoutMs, LIMITS.timeoutMs.max);
  return () => Math.max(0, deadline - monotonic());
}
