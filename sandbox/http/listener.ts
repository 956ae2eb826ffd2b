import { createServer, type RequestListener, type Server } from 'node:http';

/** A port on the loopback interface. */
export interface Listener {
  readonly port: number;
  /** Cuts all connections, those without an answer too. */
  close(): Promise<void>;
}

/** How often another free port is tried when one is taken on ::1 only. */
const TRIES = 10;

function listenOn(host: string, port: number, handler: RequestListener): Promise<Server> {
  const server = createServer(handler);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => resolve(server));
  });
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return address.port;
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Undefined on machines without IPv6. */
async function listenOnIpv6(port: number, handler: RequestListener): Promise<Server | undefined> {
  try {
    return await listenOn('::1', port, handler);
  } catch (error) {
    if (codeOf(error) === 'EADDRINUSE') throw error;
    return undefined;
  }
}

/**
 * Listens on 127.0.0.1 and, where there is IPv6, on the same port of ::1, since `localhost` may mean
 * either and a stranger on the other one would be sent the tokens. Port 0 is any that is free on both.
 */
export async function listenOnLoopback(
  wanted: number,
  handler: RequestListener,
  tries = TRIES,
): Promise<Listener> {
  const first = await listenOn('127.0.0.1', wanted, handler);
  const port = portOf(first);
  try {
    const second = await listenOnIpv6(port, handler);
    const servers = second ? [first, second] : [first];
    return { port, close: async () => void (await Promise.all(servers.map(closeServer))) };
  } catch (error) {
    await closeServer(first);
    if (wanted !== 0 || tries <= 1) throw error;
    return listenOnLoopback(0, handler, tries - 1);
  }
}
