import { closeSync, lstatSync, openSync, rmSync } from 'node:fs';
import { SocketProblem } from './socket-problem.ts';

/** Opening takes milliseconds; a lock this old was left by a program that was killed in the middle. */
const STALE_MS = 15_000;

/**
 * Sees to it that only one program at a time looks for a dead socket and puts its own there: two that
 * start at once could each take the other's for dead. Returns how to let go.
 */
export function lockOpening(path: string): () => void {
  const lock = `${path}.lock`;
  if (!take(lock)) {
    const found = lstatSync(lock, { throwIfNoEntry: false });
    const age = found === undefined ? 0 : Math.abs(Date.now() - found.mtimeMs);
    if (age > STALE_MS) rmSync(lock, { force: true });
    if (age <= STALE_MS || !take(lock))
      throw new SocketProblem(`Another Castkey is just being started with the same socket: ${path}`);
  }
  return () => rmSync(lock, { force: true });
}

function take(lock: string): boolean {
  try {
    closeSync(openSync(lock, 'wx', 0o600));
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    const reason = error instanceof Error ? error.message : String(error);
    throw new SocketProblem(`The socket's folder can't be written in (${reason}).`);
  }
}
