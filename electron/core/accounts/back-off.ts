import type { Random } from '../ports.ts';

const FIRST_MS = 1_000;
const MAX_MS = 5_000;

/** An even spread between 0 and 1. */
export function fraction(random: Random): number {
  const [a = 0, b = 0] = random.bytes(2);
  return (a * 256 + b) / 65_536;
}

/** Milliseconds to wait after the nth failure in a row: doubling, half of it at random, 5 s at most. */
export function backOff(failures: number, random: Random): number {
  const full = Math.min(MAX_MS, FIRST_MS * 2 ** Math.min(failures - 1, 10));
  return full / 2 + (full / 2) * fraction(random);
}
