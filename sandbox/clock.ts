import { setTimeout as wait } from 'node:timers/promises';

/** Resolves after so many milliseconds. */
export type Delay = (ms: number) => Promise<void>;

/** A wait that keeps no process alive once all else is closed. */
export const realDelay: Delay = async (ms) => void (await wait(ms, undefined, { ref: false }));
