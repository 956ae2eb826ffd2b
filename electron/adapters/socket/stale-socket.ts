import { chmodSync, lstatSync, mkdirSync, type Stats, unlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { SocketProblem } from './socket-problem.ts';
import { checkWay, thisUser } from './socket-folder.ts';

/** Bytes a socket's path may have (sun_path less its final NUL). */
const LONGEST: Partial<Record<NodeJS.Platform, number>> = { linux: 107, darwin: 103 };

/** Refuses a path the system would cut off or reject. */
export function checkPathLength(path: string, platform: NodeJS.Platform): void {
  const most = LONGEST[platform];
  const length = Buffer.byteLength(path);
  if (most === undefined || length <= most) return;
  throw new SocketProblem(
    `The path of the socket is ${length} bytes long, and this system allows ${most}. Set CASTKEY_SOCKET to a shorter one: ${path}`,
  );
}

/**
 * Makes the socket's folder private, or refuses it. Whoever may write in the folder could put a socket
 * of their own there, and bots would hand it their proofs. `tighten` says that the folder is Castkey's
 * own; one that is somebody's choice is left as it is, and refused when others may write in it.
 */
export function preparePrivateFolder(folder: string, tighten: boolean, owner = thisUser()): void {
  checkWay(dirname(folder), owner);
  makeFolder(folder);
  const found = lstatSync(folder);
  if (found.isSymbolicLink())
    throw new SocketProblem(`The socket's folder is a symbolic link, so it is not used: ${folder}`);
  if (!found.isDirectory()) throw new SocketProblem(`The socket's folder is not a folder: ${folder}`);
  if (found.uid !== process.getuid?.())
    throw new SocketProblem(`The socket's folder belongs to another user: ${folder}`);
  if ((found.mode & 0o077) === 0) return;
  if (tighten && (found.mode & 0o1000) === 0) chmodSync(folder, 0o700);
  else if ((found.mode & 0o022) !== 0)
    throw new SocketProblem(`Other users may write in the socket's folder. Run: chmod 700 "${folder}"`);
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SocketProblem(`The socket's folder can't be made (${reason}).`);
  }
}

/** Clears a dead socket out of the way. A live one, or anything that is no socket, is left alone. */
export async function removeStaleSocket(path: string): Promise<void> {
  const found = look(path);
  if (found === null) return;
  if (!found.isSocket())
    throw new SocketProblem(`Where the socket should be there is something else: ${path}`);
  const answer = await knock(path);
  if (answer === 'live')
    throw new SocketProblem(`Another program, perhaps another Castkey, is serving bots at ${path}`);
  if (answer === 'ENOENT') return;
  if (answer !== 'ECONNREFUSED')
    throw new SocketProblem(`The socket that is already there can't be checked (${answer}): ${path}`);
  // Not if somebody has put a new one there in the meantime.
  if (look(path)?.ino === found.ino) unlinkSync(path);
}

/** The folder a socket lies in; named pipes have none. */
export const socketFolder = (path: string): string => dirname(path);

function look(path: string): Stats | null {
  return lstatSync(path, { throwIfNoEntry: false }) ?? null;
}

/** `live` when somebody accepts, else the code of the error. */
function knock(path: string): Promise<string> {
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
