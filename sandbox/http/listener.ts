import { createServer, type Server, type Socket } from 'node:net';

/** A port on the loopback interface. */
export interface Listener {
  readonly port: number;
  /** Cuts all connections, those without an answer too. */
  close(): Promise<void>;
}

/** What is done with a connection. */
export type Take = (socket: Socket) => void;

/** How often another free port is tried when one is taken on ::1 only. */
const MAX_TRIES = 10;

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return address.port;
}

/** Listens on one address. Rejects when the port is taken, or isn't for this user (`EACCES`). */
export function listenOn(host: string, port: number, take: Take): Promise<Listener> {
  const sockets = new Set<Socket>();
  // As node:http has it: an answer may still go to a client that has said all it has to say.
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    take(socket);
  });
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => resolve({ port: portOf(server), close }));
  });
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;

/** Undefined on machines without IPv6. */
async function listenOnIpv6(port: number, take: Take): Promise<Listener | undefined> {
  try {
    return await listenOn('::1', port, take);
  } catch (error) {
    if (codeOf(error) === 'EADDRINUSE') throw error;
    return undefined;
  }
}

/**
 * Listens on 127.0.0.1 and, where there is IPv6, on the same port of ::1, since `localhost` may mean
 * either and another program on the other one would be sent the tokens. Port 0 is any that is free on both.
 */
export async function listenOnLoopback(wanted: number, take: Take, tries = MAX_TRIES): Promise<Listener> {
  const first = await listenOn('127.0.0.1', wanted, take);
  const { port } = first;
  try {
    const second = await listenOnIpv6(port, take);
    return { port, close: async () => void (await Promise.all([first.close(), second?.close()])) };
  } catch (error) {
    await first.close();
    if (wanted !== 0 || tries <= 1) throw error;
    return listenOnLoopback(0, take, tries - 1);
  }
}
