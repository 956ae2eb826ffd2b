import type { Clock } from './ports.ts';

/** Things remembered at the same time; a flood of new ones makes the oldest forgotten. */
const MAX_REMEMBERED = 500;

/**
 * Says which of many equal things should be told: the first, and then the next after `ms` of quiet about
 * it. So a program that knocks ten thousand times is one line of the record, not all of it.
 */
export function createThrottle({ now }: Clock, ms: number): (thing: string) => boolean {
  const told = new Map<string, number>();
  return (thing) => {
    const at = told.get(thing);
    const time = now();
    if (at !== undefined && time >= at && time < at + ms) return false;
    told.delete(thing); // to the end of the line
    told.set(thing, time);
    const [oldest] = told.keys();
    if (told.size > MAX_REMEMBERED && oldest !== undefined) told.delete(oldest);
    return true;
  };
}
