import { seededRandom } from '../../support/seeded-random.ts';

/** Chance that comes the same way again for the same seed. */
export interface SeededChoice {
  /** A whole number from 0 up to, not including, `limit`. */
  below(limit: number): number;
  /** True about once in so many times. */
  oneIn(times: number): boolean;
  pick<T>(from: readonly T[]): T;
  bytes(count: number): Uint8Array;
}

/** Small, quick, and good enough to be surprising. */
export function createSeededChoice(seed: number): SeededChoice {
  const next = seededRandom(seed);
  const below = (limit: number): number => next() % limit;
  return {
    below,
    oneIn: (times) => below(times) === 0,
    pick(from) {
      if (from.length === 0) throw new Error('nothing to pick from');
      return from[below(from.length)] as (typeof from)[number];
    },
    bytes: (count) => Uint8Array.from({ length: count }, () => below(256)),
  };
}
