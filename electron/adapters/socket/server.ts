import { chmodSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { Log, PeerFacts, Pipe, PipeListener } from '../../core/ports.ts';
import {
  checkPathLength,
  preparePrivateFolder,
  removeStaleSocket,
  SocketProblem,
  socketFolder,
} from './socket-place.ts';

export { SocketProblem } from './socket-place.ts';

interface Options {
  /** A path, or on Windows the name of a pipe. */
  path: string;
  /** Whether the path's folder is Castkey's own and may be made private. */
  ownFolder: boolean;
  describe(socket: Socket): PeerFacts;
  accept(pipe: Pipe): PipeListener;
  log: Log;
}

/** An open door for bots. */
export interface OpenSocket {
  /** Lets nobody in any more, hangs up on everybody, and takes the socket away. */
  close(): Promise<void>;
}

/** How long a peer that is hung up on may take to read its last lines. */
const GOODBYE_MS = 2000;

/** Opens the door. Rejects with a `SocketProblem` when that must not or can't be done. */
export async function openSocket(options: Options): Promise<OpenSocket> {
  const { path } = options;
  const windows = process.platform === 'win32';
  if (!windows) {
    checkPathLength(path, process.platform);
    preparePrivateFolder(socketFolder(path), options.ownFolder);
    await removeStaleSocket(path);
  }
  const open = new Set<Socket>();
  const server = createServer((socket) => welcome(options, open, socket));
  await listen(server, path);
  if (!windows) chmodSync(path, 0o600);
  server.on('error', (error) => options.log.error('the socket failed', { error }));
  return { close: () => close(server, open) };
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

function welcome(options: Options, open: Set<Socket>, socket: Socket): void {
  const peer = options.describe(socket);
  socket.on('error', () => {}); // what follows is 'close', and that is what is listened to
  if (peer.uid !== null && peer.uid !== process.getuid?.()) {
    options.log.warn('a program of another user was turned away', { uid: peer.uid });
    socket.destroy();
    return;
  }
  open.add(socket);
  const listener = options.accept(toPipe(socket, peer));
  socket.on('data', (chunk) => listener.data(chunk));
  socket.on('drain', () => listener.drained());
  socket.once('close', () => {
    open.delete(socket);
    listener.closed();
  });
}

function toPipe(socket: Socket, peer: PeerFacts): Pipe {
  return {
    peer,
    write: (line) => socket.writable && socket.write(line),
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
  const late = setTimeout(() => socket.destroy(), GOODBYE_MS);
  socket.once('close', () => clearTimeout(late));
}

function close(server: Server, open: Set<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of open) hangUp(socket);
  });
}
