/** Whether two paths lead to one file, for files that strangers chose. */
import type { BigIntStats } from 'node:fs';
import { stat } from 'node:fs/promises';

/**
 * Resolves false also when the second path leads nowhere, or to something that doesn't answer; null when the first
 * leads nowhere, and when others have to be waited for too long. Never rejects.
 */
export type FileComparison = (one: string, other: string) => Promise<boolean | null>;

const MAX_WAIT_MS = 2000;

/**
 * One comparison after the other: anybody can mount a file system of his own that never answers (FUSE), and each look
 * at it holds one of the few threads that Node reads files with.
 */
export function createFileComparison(maxWaitMs = MAX_WAIT_MS, identify = identityOf): FileComparison {
  let turn: Promise<unknown> = Promise.resolve();
  return async (one, other) => {
    let begun = false;
    const comparison = turn.then(() => {
      begun = true;
      return compare(identify, one, other);
    });
    turn = comparison;
    return inTime(comparison, maxWaitMs, () => (begun ? false : null));
  };
}

async function compare(identify: typeof identityOf, one: string, other: string): Promise<boolean | null> {
  const [first, second] = [await identify(one), await identify(other)];
  return first === null ? null : first === second;
}

/** A file is what has this device and number; its name and what is in it can be anything. */
async function identityOf(path: string): Promise<string | null> {
  try {
    const { dev, ino }: BigIntStats = await stat(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return null; // it isn't there, or not for us to see
  }
}

function inTime<T>(coming: Promise<T>, ms: number, otherwise: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(otherwise()), ms);
    coming.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
