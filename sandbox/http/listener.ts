import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** A port on the loopback interface. */
export interface Listener {
  readonly port: number;
  /** Cuts all connections, those without an answer too. */
  close(): Promise<void>;
}

/** Who answers the requests of a port, and its requests for another protocol. */
export interface Handlers {
  readonly request: RequestListener;
  /** A client wants another protocol, i.e. a WebSocket. */
  upgrade(message: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** How often another free port is tried when one is taken on ::1 only. */
const MAX_TRIES = 10;

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return address.port;
}

function listenOn(host: string, port: number, { request, upgrade }: Handlers): Promise<Listener> {
  const server = createServer(request);
  const sockets = new Set<Socket>();
  server.on('upgrade', upgrade);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  // WebSockets are cut as well; the server's own closeAllConnections knows nothing of them.
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
async function listenOnIpv6(port: number, handlers: Handlers): Promise<Listener | undefined> {
  try {
    return await listenOn('::1', port, handlers);
  } catch (error) {
    if (codeOf(error) === 'EADDRINUSE') throw error;
    return undefined;
  }
}

/**
 * Listens on 127.0.0.1 and, where there is IPv6, on the same port of ::1, since `localhost` may mean
 * either and another program on the other one would be sent the tokens. Port 0 is any that is free on both.
 */
export async function listenOnLoopback(
  wanted: number,
  handlers: Handlers,
  tries = MAX_TRIES,
): Promise<Listener> {
  const first = await listenOn('127.0.0.1', wanted, handlers);
  const { port } = first;
  try {
    const second = await listenOnIpv6(port, handlers);
    return { port, close: async () => void (await Promise.all([first.close(), second?.close()])) };
  } catch (error) {
    await first.close();
    if (wanted !== 0 || tries <= 1) throw error;
    return listenOnLoopback(0, handlers, tries - 1);
  }
}
