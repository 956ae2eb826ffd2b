import { createPeerLookup } from '../adapters/socket/peer.ts';
import { type OpenSocket, openSocket } from '../adapters/socket/server.ts';
import { SocketProblem } from '../adapters/socket/socket-folder.ts';
import type { Log, Timers } from '../core/ports.ts';
import type { Vault } from '../core/vault.ts';

interface Options {
  path: string;
  ownFolder: boolean;
  /** Why bots look elsewhere by now, in words; null while they look at `path`. */
  moved(): string | null;
  vault: Pick<Vault, 'accept' | 'refusedPeer' | 'socketProblem'>;
  timers: Timers;
  log: Log;
}

/** The socket for bots, tried again and again until it is open, and watched from then on. */
export interface SocketHost {
  close(): Promise<void>;
}

/** Bots that find nobody try again for longer than this. */
const LOOK_MS = 2500;

/**
 * Opens the socket, and looks every few seconds whether bots still find it there: cleaning programs remove what lies in
 * folders for temporary files, and logging out the whole folder. What can't be mended is told the vault, and tried again.
 */
export async function openSocketHost(options: Options): Promise<SocketHost> {
  const { path, ownFolder, log, vault } = options;
  const describe = await createPeerLookup(log);
  let socket: OpenSocket | null = null;
  let closed = false;
  let cancel = (): void => {};
  let told: string | null = null;

  const settle = async (): Promise<void> => {
    if (socket !== null) {
      if (await socket.keep()) log.warn('the socket was gone, and has been made again');
      return;
    }
    socket = await openSocket({
      ...{ path, ownFolder, log, describe },
      accept: (pipe) => vault.accept(pipe),
      refused: (peer) => vault.refusedPeer(peer),
    });
  };
  const look = async (): Promise<void> => {
    try {
      await settle();
      tell(options.moved());
    } catch (error) {
      tell(error instanceof SocketProblem ? error.message : `Bots can't be served: ${String(error)}`);
    }
    if (!closed) cancel = options.timers.after(LOOK_MS, start);
  };
  const tell = (problem: string | null): void => {
    if (problem === told) return;
    told = problem;
    if (problem !== null) log.error('bots can not reach the socket', { problem });
    vault.socketProblem(problem);
  };
  let looking: Promise<void> = Promise.resolve();
  const start = (): void => {
    looking = look();
  };
  start();
  await looking;
  return {
    async close() {
      closed = true;
      cancel();
      await looking;
      await socket?.close();
    },
  };
}
