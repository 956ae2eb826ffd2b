import type { Clock } from '../ports.ts';

const DENIAL_MS = 10 * 60_000;

/** What the streamer said no to in the last ten minutes. A clock that was set back forgets it. */
export interface Denials {
  add(key: string): void;
  has(key: string): boolean;
}

/** Nothing is denied yet. */
export function createDenials({ now }: Clock): Denials {
  const denials = new Map<string, number>();
  return {
    add(key) {
      denials.set(key, now() + DENIAL_MS);
    },
    has(key) {
      const time = now();
      for (const [other, until] of denials)
        if (until <= time || until > time + DENIAL_MS) denials.delete(other);
      return denials.has(key);
    },
  };
}
