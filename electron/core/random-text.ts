import type { Random } from './ports.ts';

/** That many random bytes as base64url without padding. */
export function randomText(random: Random, bytes: number): string {
  return Buffer.from(random.bytes(bytes)).toString('base64url');
}
