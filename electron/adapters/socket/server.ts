import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import type { Log, Peer, Pipe, PipeListener } from '../../core/ports.ts';
import type { DescribedPeer, DescribePeer } from './peer.ts';
import { fileAt, isAt, makePrivate, type SocketFile } from './socket-file.ts';
import { preparePrivateFolder, SocketProblem } from './socket-folder.ts';
import { lockSocketPath, removeStaleSocket } from './stale-socket.ts';
import { watchStandstill } from './standstill.ts';

interface Options {
  /** A path, or on Windows the name of a pipe. */
  path: string;
  /** Whether the path's folder is Castkey's own and may be made private. */
  ownFolder: boolean;
  describe: DescribePeer;
  accept(pipe: Pipe): PipeListener;
  /** A program of another user was turned away. */
  refused(peer: Peer): void;
  log: Log;
}

/** A socket that bots can connect to. */
export interface OpenSocket {
  /**
   * Sees to it that bots still find it: a file or folder that is gone is made again, and made private. Those who are
   * connected stay. Resolves with whether it had to be made; rejects with a `SocketProblem` when somebody else is in
   * its place, or it can't be made.
   */
  keep(): Promise<boolean>;
  /** Lets nobody in any more, hangs up on everybody, and takes the socket away. */
  close(): Promise<void>;
}

/** How long a peer that is hung up on may take to read its last lines. */
const MAX_HANG_UP_MS = 2000;

/** Listens for bots. Rejects with a `SocketProblem` when that must not or can't be done. */
export async function openSocket(options: Options): Promise<OpenSocket> {
  const { path } = options;
  const open = new Set<Socket>();
  const standstill = watchStandstill();
  let listener: Listener | null = null;
  const listenAnew = async (): Promise<void> => {
    const server = createServer((socket) => acceptConnection(options, open, socket, standstill.isLate()));
    const letGo = (): void => {
      listener?.server.close();
      listener = null; // its inode may be somebody else's by now
    };
    const file = process.platform === 'win32' ? null : await listenAlone(server, options, letGo);
    if (file === null) await listen(server, path);
    listener = { server, file };
    server.on('error', (error) => options.log.error('the socket failed', { error }));
  };
  try {
    await listenAnew();
  } catch (error) {
    standstill.stop(); // whoever tries again starts another one
    throw error;
  }
  return {
    async keep() {
      if (process.platform === 'win32') return false; // a pipe lasts as long as its server
      preparePrivateFolder(dirname(path), options.ownFolder);
      if (listener !== null && isAt(path, listener.file)) {
        makePrivate(path);
        return false;
      }
      await listenAnew();
      return true;
    },
    close() {
      standstill.stop();
      return close(listener, path, open);
    },
  };
}

/** What accepts connections, and the file they are made by; null for a pipe. */
interface Listener {
  server: Server;
  file: SocketFile | null;
}

/**
 * A socket of the file system, in a folder that only this user and the system can change. An older server is let go
 * while nothing is at the path: libuv takes away what is there when a server closes, be it somebody else's.
 */
async function listenAlone(
  server: Server,
  { path, ownFolder }: Options,
  letGo: () => void,
): Promise<SocketFile | null> {
  preparePrivateFolder(dirname(path), ownFolder);
  const unlock = lockSocketPath(path);
  try {
    await removeStaleSocket(path);
    letGo();
    await listen(server, path);
    try {
      makePrivate(path);
      return fileAt(path);
    } catch (error) {
      server.close(); // others could come in
      throw error;
    }
  } finally {
    unlock();
  }
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      const inUse = error.code === 'EADDRINUSE' ? ': another program is already there' : '';
      reject(new SocketProblem(`Bots can't be served at ${path} (${error.code ?? 'unknown'}${inUse}).`));
    };
    server.once('error', fail);
    server.once('listening', () => {
      server.removeListener('error', fail);
      resolve();
    });
    // The socket is made in this very call: not for one moment may others connect to it.
    const before = process.umask(0o177);
    try {
      server.listen(path);
    } finally {
      process.umask(before);
    }
  });
}

/** `late`: who it is could not be looked at right when it connected. */
function acceptConnection(options: Options, open: Set<Socket>, socket: Socket, late: boolean): void {
  const described = options.describe(socket);
  socket.on('error', () => {}); // what follows is 'close', and that is what is listened to
  const { uid } = described.peer;
  if (uid !== null && uid !== process.getuid?.()) {
    socket.destroy();
    options.refused(described.peer);
    return;
  }
  open.add(socket);
  const listener = options.accept(toPipe(socket, described, late));
  socket.on('data', (chunk) => listener.data(chunk));
  socket.on('drain', () => listener.drained());
  socket.once('close', () => {
    open.delete(socket);
    listener.closed();
  });
}

function toPipe(socket: Socket, described: DescribedPeer, late: boolean): Pipe {
  return {
    peer: { ...described.peer, late },
    lookAgain: async () => ({ ...(await described.lookAgain()), late }),
    fingerprint: described.fingerprint,
    write: (line) => socket.writable && socket.write(line),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    close: () => hangUp(socket),
  };
}

/**
 * Sends what is still to be sent, for a while. A timer of its own: `socket.setTimeout` starts anew with
 * every byte that comes, and a peer that goes on sending would never be rid of.
 */
function hangUp(socket: Socket): void {
  if (socket.destroyed) return;
  socket.destroySoon();
  const late = setTimeout(() => socket.destroy(), MAX_HANG_UP_MS);
  socket.once('close', () => clearTimeout(late));
}

/** A server whose place somebody else has taken is left to the end of the process: closing it would take that away. */
async function close(listener: Listener | null, path: string, open: Set<Socket>): Promise<void> {
  const ends = [...open].map(
    (socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())),
  );
  for (const socket of open) hangUp(socket);
  const { server, file } = listener ?? {};
  if (server?.listening && mayTakeAway(path, file ?? null))
    ends.push(new Promise((resolve) => server.close(() => resolve())));
  else
    server
      ?.removeAllListeners('connection')
      .on('connection', (socket) => socket.destroy())
      .unref();
  await Promise.all(ends);
}

function mayTakeAway(path: string, file: SocketFile | null): boolean {
  if (file === null) return true; // a pipe
  try {
    return fileAt(path) === null || isAt(path, file);
  } catch {
    return false; // what is there can't be seen: it is left
  }
}
