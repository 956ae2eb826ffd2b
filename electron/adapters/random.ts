import { randomBytes } from 'node:crypto';
import type { Random } from '../core/ports.ts';

/** The system's random numbers. */
export const systemRandom: Random = { bytes: (count) => new Uint8Array(randomBytes(count)) };
