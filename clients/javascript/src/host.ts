import { createHash, randomBytes, randomInt } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { homedir } from 'node:os';
import type { FolderFacts, FolderLookup } from '../../../shared/runtime-folder.ts';

/** Everything the library takes from the machine it runs on, so that tests can hold it in their hands. */
export interface Host extends FolderLookup {
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homedir: string;
  /** Milliseconds since 1970. */
  now(): number;
  /**
   * Runs `action` after `ms` milliseconds; the result cancels it.
   *
   * @param idle An idle timer doesn't keep the process running.
   */
  after(ms: number, action: () => void, idle?: 'idle' | undefined): () => void;
  /** At least 0, less than 1. */
  random(): number;
  randomBytes(count: number): Buffer;
}

/** The real machine. */
export const nodeHost: Host = {
  platform: process.platform,
  env: process.env,
  homedir: homedir(),
  uid: process.getuid?.() ?? -1,
  lstat: lookAt,
  now: () => Date.now(),
  after(ms, action, idle) {
    const timer = setTimeout(action, ms);
    if (idle) timer.unref();
    return () => clearTimeout(timer);
  },
  random: () => randomInt(2 ** 32) / 2 ** 32,
  randomBytes: (count) => randomBytes(count),
};

function lookAt(path: string): FolderFacts | null {
  try {
    return lstatSync(path);
  } catch {
    return null; // not there, or not for us to see: no place of ours
  }
}

/**
 * Waits; ends early when `signal` aborts.
 *
 * @param idle An idle wait doesn't keep the process running.
 */
export function pause(host: Host, ms: number, signal: AbortSignal, idle?: 'idle'): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = host.after(ms, done, idle);
    signal.addEventListener('abort', done, { once: true });
  });
}

/** Lower-case hex SHA-256 of a text in UTF-8. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
