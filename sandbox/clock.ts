import { setTimeout as wait } from 'node:timers/promises';

/** Time as the sandbox sees it. Whatever waits or looks at the clock is handed this, so that no test waits. */
export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Resolves after so many milliseconds. */
  readonly delay: (ms: number) => Promise<void>;
}

/** The system's. A wait keeps no process alive once all else is closed. */
export const SYSTEM_CLOCK: Clock = {
  now: Date.now,
  delay: async (ms) => void (await wait(ms, undefined, { ref: false })),
};
