import { lookup } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';

/** Milliseconds until the next address is tried beside those under way (RFC 8305, section 8). */
const NEXT_ATTEMPT_MS = 250;
/** What an address fails with that there is no way to: the other one's failure tells more. */
const NO_ROUTE = new Set(['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT']);

/**
 * A TCP connection. All addresses of the host are tried, each a little after the one before it, and none is
 * given up while another may fail (Node's own way cuts each off after a quarter of a second). Rejects with
 * the failure that tells most.
 */
export async function dial(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  const addresses = isIP(host) ? [host] : await resolve(host, signal);
  return new Promise((resolved, reject) => {
    const open = new Set<Socket>();
    const failures: NodeJS.ErrnoException[] = [];
    let next = 0;
    let timer: NodeJS.Timeout | undefined;
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      act();
      for (const socket of open) socket.destroy();
    };
    const abort = (): void => settle(() => reject(signal.reason));
    const fail = (socket: Socket, error: Error): void => {
      if (!open.delete(socket)) return;
      failures.push(error);
      if (next < addresses.length) attempt();
      else if (open.size === 0) settle(() => reject(mostTelling(failures)));
    };
    const attempt = (): void => {
      clearTimeout(timer);
      const socket = connect({ host: addresses[next++] ?? host, port, noDelay: true });
      open.add(socket);
      socket.on('error', (error) => fail(socket, error));
      socket.once('connect', () => {
        if (open.delete(socket)) settle(() => resolved(socket));
      });
      if (next < addresses.length) timer = setTimeout(attempt, NEXT_ATTEMPT_MS);
    };
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    else attempt();
  });
}

/** Its addresses, IPv6 and IPv4 by turns, as the system orders them otherwise. */
async function resolve(host: string, signal: AbortSignal): Promise<string[]> {
  const found = await unless(signal, lookup(host, { all: true, order: 'verbatim' }));
  const first = found[0]?.family;
  const [own, other] = [true, false].map((same) => found.filter(({ family }) => (family === first) === same));
  return (own ?? [])
    .flatMap((one, n) => [one, ...(other?.slice(n, n + 1) ?? [])])
    .concat(other?.slice(own?.length) ?? [])
    .map(({ address }) => address);
}

/** What is waited for, unless the time is over first: names are looked up by the system, which can't be told to stop. */
export async function unless<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  let abort: (() => void) | undefined;
  const late = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    if (abort) signal.removeEventListener('abort', abort);
  }
}

function mostTelling(failures: readonly NodeJS.ErrnoException[]): Error {
  return failures.findLast(({ code }) => !NO_ROUTE.has(code ?? '')) ?? failures[0] ?? new Error('no address');
}
