import { createPeerLookup } from '../adapters/socket/peer.ts';
import { type OpenSocket, openSocket } from '../adapters/socket/server.ts';
import { SocketProblem } from '../adapters/socket/socket-folder.ts';
import type { Log, Timers } from '../core/ports.ts';
import type { Vault } from '../core/vault.ts';

interface Options {
  path: string;
  ownFolder: boolean;
  vault: Pick<Vault, 'accept' | 'refusedPeer' | 'socketProblem'>;
  timers: Timers;
  log: Log;
}

/** The socket for bots, tried again and again until it is open. */
export interface SocketHost {
  close(): Promise<void>;
}

const RETRY_MS = 5000;

/** Opens the socket. When it can't be, the vault is told why, and it is tried again every five seconds. */
export async function openSocketHost(options: Options): Promise<SocketHost> {
  const describe = await createPeerLookup(options.log);
  let socket: OpenSocket | null = null;
  let closed = false;
  let cancel = (): void => {};
  let told: string | null = null;

  const attempt = async (): Promise<void> => {
    try {
      const { path, ownFolder, log, vault } = options;
      const opened = await openSocket({
        path,
        ownFolder,
        log,
        describe,
        accept: (pipe) => vault.accept(pipe),
        refused: (peer) => vault.refusedPeer(peer),
      });
      if (closed) return opened.close();
      socket = opened;
      tell(null);
    } catch (error) {
      tell(error instanceof SocketProblem ? error.message : `Bots can't be served: ${String(error)}`);
      if (!closed) cancel = options.timers.after(RETRY_MS, () => void attempt());
    }
  };
  const tell = (problem: string | null): void => {
    if (problem === told) return;
    told = problem;
    if (problem !== null) options.log.error('the socket could not be opened', { problem });
    options.vault.socketProblem(problem);
  };
  await attempt();
  return {
    close: async () => {
      closed = true;
      cancel();
      await socket?.close();
    },
  };
}
