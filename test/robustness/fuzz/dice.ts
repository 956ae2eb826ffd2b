import { seededRandom } from '../../support/seeded-random.ts';

/** Chance that comes the same way again for the same seed. */
export interface Dice {
  /** A whole number from 0 up to, not including, `sides`. */
  roll(sides: number): number;
  /** True about once in so many times. */
  oneIn(times: number): boolean;
  pick<T>(from: readonly T[]): T;
  bytes(count: number): Uint8Array;
}

/** Small, quick, and good enough to be surprising. */
export function createDice(seed: number): Dice {
  const next = seededRandom(seed);
  const roll = (sides: number): number => next() % sides;
  return {
    roll,
    oneIn: (times) => roll(times) === 0,
    pick(from) {
      if (from.length === 0) throw new Error('nothing to pick from');
      return from[roll(from.length)] as (typeof from)[number];
    },
    bytes: (count) => Uint8Array.from({ length: count }, () => roll(256)),
  };
}
