import type { Clock } from './ports.ts';

/** Things remembered at the same time; a flood of new ones makes the oldest forgotten. */
const MAX_REMEMBERED = 500;

/**
 * Says which of many equal things is due: the first, and then the next once `ms` milliseconds have passed
 * since the last that was. So a program that tries ten thousand times is one line of the record, not all of it.
 */
export function createThrottle({ now }: Clock, ms: number): (key: string) => boolean {
  const lastAt = new Map<string, number>();
  return (key) => {
    const at = lastAt.get(key);
    const time = now();
    if (at !== undefined && time >= at && time < at + ms) return false;
    lastAt.delete(key); // to the end of the map, whose first entry is the oldest
    lastAt.set(key, time);
    const [oldest] = lastAt.keys();
    if (lastAt.size > MAX_REMEMBERED && oldest !== undefined) lastAt.delete(oldest);
    return true;
  };
}
