import { createConnection, type Socket } from 'node:net';
import { LIMITS, type WireEvent, type WireMethod, type WireMethods } from '../../shared/wire.ts';
import { CastkeyError, fromSocket, timedOut } from './errors.ts';
import type { Host } from './host.ts';
import { lineReader } from './lines.ts';
import { Malformed } from './narrow.ts';
import { type Incoming, readMessage } from './read-messages.ts';
import { RESULT_READERS } from './read-results.ts';

/** One socket to the vault: requests, answers and events, before or after the handshake. */
export interface Connection {
  /**
   * Asks and waits, at most `timeoutMs` milliseconds.
   *
   * @throws CastkeyError The vault's refusal, `timeout`, `too-large`, or why the connection ended.
   */
  request<M extends WireMethod>(
    method: M,
    params: WireMethods[M]['params'],
    timeoutMs: number,
  ): Promise<WireMethods[M]['result']>;
  /** Settles once, with the reason, when nothing can be asked any more. */
  readonly closed: Promise<CastkeyError>;
  /** Ends the connection; whatever is waiting fails with `why`. */
  close(why: CastkeyError): void;
}

export interface ConnectionOptions {
  readonly path: string;
  readonly host: Host;
  /** Milliseconds until the socket must be open. */
  readonly timeoutMs: number;
  /** Keeps the process running even while nothing is asked. */
  readonly keepAlive: boolean;
  readonly onEvent: (event: WireEvent) => void;
}

interface Pending {
  /** May throw {@link Malformed}. */
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: CastkeyError) => void;
}

/**
 * Opens the socket.
 *
 * @throws CastkeyError `vault-not-running`, `connection-lost` or `timeout`.
 */
export function openConnection(options: ConnectionOptions): Promise<Connection> {
  const { path, host, timeoutMs } = options;
  return new Promise((resolve, reject) => {
    const socket = createConnection(path);
    const giveUp = (error: CastkeyError): void => {
      cancel();
      socket.destroy();
      reject(error);
    };
    const onError = (error: Error): void => giveUp(fromSocket(error, path));
    const cancel = host.after(timeoutMs, () => giveUp(timedOut(`Opening ${path}`)));
    // Stays for good: an error after destroy() must not become an uncaught one.
    socket.on('error', onError);
    socket.once('connect', () => {
      cancel();
      socket.off('error', onError);
      resolve(converse(socket, options));
    });
  });
}

function converse(socket: Socket, { path, host, keepAlive, onEvent }: ConnectionOptions): Connection {
  const pending = new Map<number, Pending>();
  let lastId = 0;
  let ended: CastkeyError | undefined;
  let announceEnd: (why: CastkeyError) => void;
  const closed = new Promise<CastkeyError>((resolve) => {
    announceEnd = resolve;
  });

  const close = (why: CastkeyError): void => {
    if (ended) return;
    ended = why;
    socket.destroy();
    for (const waiting of [...pending.values()]) waiting.reject(why);
    announceEnd(why);
  };
  /** An idle connection alone is no reason for a program to stay. */
  const holdProcess = (): void => {
    if (keepAlive || pending.size > 0) socket.ref();
    else socket.unref();
  };

  const deliver = (message: Incoming): void => {
    if (message.kind === 'event') onEvent(message.event);
    else if (message.kind === 'result') pending.get(message.id)?.resolve(message.result);
    else if (message.kind === 'failure' && message.id === null) close(message.error);
    else if (message.kind === 'failure') pending.get(message.id ?? 0)?.reject(message.error);
    // An answer nobody waits for is one whose deadline passed.
  };
  const takeIn = lineReader(LIMITS.lineBytes, (line) => {
    if (ended) return;
    try {
      deliver(readMessage(line));
    } catch (error) {
      close(nonsense(error instanceof Malformed ? error.message : 'a line is not JSON'));
    }
  });
  socket.on('data', (chunk) => {
    const problem = ended ? undefined : takeIn(chunk);
    if (problem) close(nonsense(problem === 'too-long' ? 'a line is too long' : 'a line is not UTF-8'));
  });
  socket.on('error', (error) => close(fromSocket(error, path)));
  socket.on('close', () => close(lost('Castkey closed the connection.')));
  holdProcess();

  return {
    closed,
    close,
    request(method, params, timeoutMs) {
      if (ended) return Promise.reject(ended);
      lastId += 1;
      const id = lastId;
      const line = `${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`;
      if (Buffer.byteLength(line) > LIMITS.lineBytes) {
        return Promise.reject(new CastkeyError('too-large', `The request ${method} is too long.`));
      }
      return new Promise((resolve, reject) => {
        const cancel = host.after(timeoutMs, () =>
          settle(() => reject(timedOut(`Castkey's answer to ${method}`))),
        );
        const settle = (how: () => void): void => {
          cancel();
          pending.delete(id);
          holdProcess();
          how();
        };
        pending.set(id, {
          resolve: (result) => settle(() => answer(method, result, resolve, reject)),
          reject: (error) => settle(() => reject(error)),
        });
        holdProcess();
        socket.write(line);
      });
    },
  };
}

/** Only the one request fails when its result can't be read; the connection is still in step. */
function answer<M extends WireMethod>(
  method: M,
  result: unknown,
  resolve: (value: WireMethods[M]['result']) => void,
  reject: (error: CastkeyError) => void,
): void {
  try {
    resolve(RESULT_READERS[method](result, 'result'));
  } catch (error) {
    const detail = error instanceof Malformed ? error.message : 'it is unreadable';
    reject(new CastkeyError('internal', `Castkey's answer to ${method} makes no sense: ${detail}.`));
  }
}

function lost(what: string): CastkeyError {
  return new CastkeyError('connection-lost', what, { retryable: true });
}

function nonsense(detail: string): CastkeyError {
  return lost(`What answers at the socket doesn't speak Castkey's protocol: ${detail}.`);
}
