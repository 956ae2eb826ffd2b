import { createHash } from 'node:crypto';
import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { FarLane } from './far-lane.ts';
import { openNear } from './near-file.ts';

/** SHA-256 of files, each read once as long as it stays the same. */
export interface Fingerprints {
  /** In hex; null for what can't be read, doesn't answer, is no plain file, or is larger than 1 GiB. Never rejects. */
  of(path: string): Promise<string | null>;
}

const MAX_FILE_BYTES = 1024n ** 3n;
/** So much is hashed between two looks at everything else there is to do: well below a millisecond. */
const CHUNK_BYTES = 256 * 1024;
const MAX_REMEMBERED = 256;
/** Reads of a file that changes under them, before what was read last is taken. */
const MAX_TRIES = 3;
/** A far file of 1 GiB may take some seconds. */
const MAX_FAR_MS = 10_000;

/** Files are read one after the other: a hundred bots at once must not fill the disk's queue. Far ones have a line of their own. */
export function createFingerprints(far: FarLane): Fingerprints {
  const known = new Map<string, Promise<string | null>>();
  let turn: Promise<unknown> = Promise.resolve();

  function inTurn(read: () => Promise<string | null>): Promise<string | null> {
    const next = turn.then(read);
    turn = next.catch(() => undefined); // whoever asked is told
    return next;
  }

  function remember(key: string, print: Promise<string | null>): void {
    known.set(key, print);
    const [oldest] = known.keys();
    if (known.size > MAX_REMEMBERED && oldest !== undefined) known.delete(oldest);
  }

  async function look(file: FileHandle, line: typeof inTurn, tries = MAX_TRIES): Promise<string | null> {
    const before = await file.stat({ bigint: true });
    if (!before.isFile() || before.size > MAX_FILE_BYTES) return null;
    const key = identity(before);
    const held = known.get(key);
    if (held) return held;
    const print = line(() => hash(file));
    remember(key, print);
    print.catch(() => known.delete(key));
    const value = await print;
    if (identity(await file.stat({ bigint: true })) === key) return value;
    known.delete(key);
    return tries > 1 ? look(file, line, tries - 1) : value;
  }

  async function read(path: string, line: typeof inTurn): Promise<string | null> {
    // O_NONBLOCK: a pipe put where a file is expected must not hold up a thread for ever.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return await look(file, line);
    } finally {
      await file.close();
    }
  }

  return {
    async of(path) {
      const near = await openNear(path);
      if (near === null) return null;
      try {
        if (near === 'far') return await far.run(() => read(path, (hashing) => hashing()), MAX_FAR_MS);
        return await read(`/proc/self/fd/${near.fd}`, inTurn);
      } catch {
        return null; // gone, or not for us to read, or without an answer: nothing can be told
      } finally {
        if (near !== 'far') await near.close();
      }
    },
  };
}

const identity = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string =>
  [dev, ino, size, mtimeNs, ctimeNs].join(':');

async function hash(file: FileHandle): Promise<string> {
  const digest = createHash('sha256');
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  for (let at = 0; ; ) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
    if (bytesRead === 0) return digest.digest('hex');
    digest.update(chunk.subarray(0, bytesRead));
    at += bytesRead;
    if (BigInt(at) > MAX_FILE_BYTES) throw new Error('a file that grows without end');
  }
}
