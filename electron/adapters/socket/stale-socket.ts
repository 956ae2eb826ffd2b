import { closeSync, lstatSync, openSync, rmSync, type Stats, unlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { SocketProblem } from './socket-folder.ts';

/** Opening takes milliseconds; a lock this old was left by a program that was killed in the middle. */
const STALE_MS = 15_000;

/**
 * Sees to it that only one program at a time looks for a dead socket and puts its own there: two that
 * start at once could each take the other's for dead. Returns what lets go of it. Throws a
 * `SocketProblem` while another one holds it.
 */
export function lockSocketPath(path: string): () => void {
  const lock = `${path}.lock`;
  if (!createLock(lock)) {
    const found = lstatSync(lock, { throwIfNoEntry: false });
    const age = found === undefined ? 0 : Math.abs(Date.now() - found.mtimeMs);
    if (age > STALE_MS) rmSync(lock, { force: true, recursive: true });
    if (age <= STALE_MS || !createLock(lock))
      throw new SocketProblem(`Another Castkey is just being started with the same socket: ${path}`);
  }
  return () => rmSync(lock, { force: true });
}

function createLock(lock: string): boolean {
  try {
    closeSync(openSync(lock, 'wx', 0o600));
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    const reason = error instanceof Error ? error.message : String(error);
    throw new SocketProblem(`The socket's folder can't be written in (${reason}).`);
  }
}

/**
 * Removes a socket that nobody listens on any more. Rejects with a `SocketProblem` when somebody does, when
 * that can't be told, or when what lies there is no socket; it then stays as it is.
 */
export async function removeStaleSocket(path: string): Promise<void> {
  const found = statOf(path);
  if (found === null) return;
  if (!found.isSocket())
    throw new SocketProblem(`Where the socket should be there is something else: ${path}`);
  const answer = await probe(path);
  if (answer === 'live')
    throw new SocketProblem(`Another program, perhaps another Castkey, is serving bots at ${path}`);
  if (answer === 'ENOENT') return;
  if (answer !== 'ECONNREFUSED')
    throw new SocketProblem(`The socket that is already there can't be checked (${answer}): ${path}`);
  // Not if somebody has put a new one there in the meantime.
  if (statOf(path)?.ino === found.ino) unlinkSync(path);
}

function statOf(path: string): Stats | null {
  return lstatSync(path, { throwIfNoEntry: false }) ?? null;
}

/** `live` when somebody accepts, else the code of the error. */
function probe(path: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const end = (answer: string): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(2000, () => end('ETIMEDOUT'));
    socket.once('connect', () => end('live'));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? 'unknown'));
  });
}
