/** Whether two paths lead to one file, for files that strangers chose. */
import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type FarLane, inTime } from './far-lane.ts';
import { openNear } from './near-file.ts';

/**
 * Resolves false also when the second path leads nowhere, and when either leads to something that doesn't answer; null
 * when the first leads nowhere. Never rejects.
 */
export type FileComparison = (one: string, other: string) => Promise<boolean | null>;

/** For a look at one far file. */
const MAX_WAIT_MS = 2000;
/** For both, should even the near ones not answer: a disk that breaks. */
const MAX_BOTH_MS = 4500;

/** Near files are looked at right away, far ones when it is their turn. */
export function createFileComparison(far: FarLane, open = openNear, look = stat): FileComparison {
  /** A file is what has this device and number; its name and what is in it can be anything. Rejects without an answer. */
  async function identityOf(path: string): Promise<string | null> {
    const file = await open(path);
    if (file === null) return null;
    if (file === 'far') return far.run(() => identity(look(path, { bigint: true })), MAX_WAIT_MS);
    try {
      return await identity(file.stat({ bigint: true }));
    } finally {
      await file.close();
    }
  }

  async function compare(one: string, other: string): Promise<boolean | null> {
    try {
      const first = await identityOf(one);
      return first === null ? null : first === (await identityOf(other));
    } catch {
      return false; // it doesn't answer: whoever is asked to trust it is told
    }
  }
  return (one, other) => inTime(compare(one, other), MAX_BOTH_MS, () => false);
}

async function identity(looking: Promise<BigIntStats>): Promise<string | null> {
  try {
    const { dev, ino } = await looking;
    return `${dev}:${ino}`;
  } catch {
    return null; // it isn't there, or not for us to see
  }
}
