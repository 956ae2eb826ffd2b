import { createConnection, type Socket } from 'node:net';
import { LIMITS, type WireMethod, type WireMethods } from '../../../shared/protocol.ts';
import { Malformed } from './decode.ts';
import { CastkeyError, fromSocket, timedOut } from './errors.ts';
import type { Host } from './host.ts';
import { lineReader } from './lines.ts';
import { type Incoming, type ReceivedEvent, readMessage } from './read-messages.ts';
import { RESULT_READERS } from './read-results.ts';
import { ofAnotherUser } from './socket-owner.ts';

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

/** Where to connect to, and who listens. */
export interface ConnectionOptions {
  readonly path: string;
  readonly host: Host;
  /** Milliseconds until the socket must be open. */
  readonly timeoutMs: number;
  /** Keeps the process running even while nothing is asked. */
  readonly keepAlive: boolean;
  readonly onEvent: (event: ReceivedEvent) => void;
}

/** A request that waits for its answer. */
interface Pending {
  readonly answer: (result: unknown) => void;
  readonly fail: (error: CastkeyError) => void;
}

/** What the steps below share. */
interface Shared {
  readonly socket: Socket;
  readonly options: ConnectionOptions;
  readonly pending: Map<number, Pending>;
  readonly announceEnd: (why: CastkeyError) => void;
  lastId: number;
  ended: CastkeyError | undefined;
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
    // Stays for good if it fails: an error after destroy() must not become an uncaught one.
    socket.on('error', onError);
    socket.once('connect', () => {
      cancel();
      socket.off('error', onError);
      resolve(startConnection(socket, options));
    });
  });
}

function startConnection(socket: Socket, options: ConnectionOptions): Connection {
  let announceEnd: Shared['announceEnd'] = () => {};
  const closed = new Promise<CastkeyError>((resolve) => {
    announceEnd = resolve;
  });
  const shared: Shared = { socket, options, pending: new Map(), announceEnd, lastId: 0, ended: undefined };
  // A vault hangs up on other users without a word.
  const foreign = (): CastkeyError | undefined =>
    socket.bytesRead === 0 ? ofAnotherUser(options.path) : undefined;
  const read = lineReader(LIMITS.lineBytes, (line) => handleLine(shared, line));
  socket.on('data', (chunk) => {
    const problem = shared.ended ? undefined : read(chunk);
    if (problem)
      end(shared, protocolViolation(problem === 'too-long' ? 'a line is too long' : 'a line is not UTF-8'));
  });
  socket.on('error', (error) => end(shared, foreign() ?? fromSocket(error, options.path)));
  socket.on('close', () => end(shared, foreign() ?? lost('Castkey closed the connection.')));
  holdProcess(shared);
  return {
    closed,
    close: (why) => end(shared, why),
    request: (method, params, timeoutMs) => request(shared, method, params, timeoutMs),
  };
}

function request<M extends WireMethod>(
  shared: Shared,
  method: M,
  params: WireMethods[M]['params'],
  timeoutMs: number,
): Promise<WireMethods[M]['result']> {
  if (shared.ended) return Promise.reject(shared.ended);
  shared.lastId += 1;
  const id = shared.lastId;
  const line = `${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`;
  if (Buffer.byteLength(line) > LIMITS.lineBytes) {
    return Promise.reject(new CastkeyError('too-large', `The request ${method} is too long.`));
  }
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      cancel();
      shared.pending.delete(id);
      holdProcess(shared);
    };
    const fail = (error: CastkeyError): void => {
      settle();
      reject(error);
    };
    const answer = (result: unknown): void => {
      settle();
      resolve(readResult(method, result));
    };
    const cancel = shared.options.host.after(timeoutMs, () =>
      fail(timedOut(`Castkey's answer to ${method}`)),
    );
    shared.pending.set(id, { answer, fail });
    holdProcess(shared);
    shared.socket.write(line);
  });
}

/** Rejects if the result can't be read. Only that request fails: the connection is still in step. */
async function readResult<M extends WireMethod>(
  method: M,
  result: unknown,
): Promise<WireMethods[M]['result']> {
  try {
    return RESULT_READERS[method](result, 'result');
  } catch (error) {
    const detail = error instanceof Malformed ? error.message : 'it is unreadable';
    throw new CastkeyError('internal', `Castkey's answer to ${method} makes no sense: ${detail}.`);
  }
}

function handleLine(shared: Shared, line: string): void {
  if (shared.ended) return;
  let message: Incoming;
  try {
    message = readMessage(line);
  } catch (error) {
    return end(shared, protocolViolation(error instanceof Malformed ? error.message : 'a line is not JSON'));
  }
  if (message.kind === 'event') shared.options.onEvent(message.event);
  else if (message.kind === 'result') shared.pending.get(message.id)?.answer(message.result);
  else if (message.kind === 'failure' && message.id === null) end(shared, message.error);
  else if (message.kind === 'failure') shared.pending.get(message.id ?? 0)?.fail(message.error);
  // An answer nobody waits for is one whose deadline passed.
}

function end(shared: Shared, why: CastkeyError): void {
  if (shared.ended) return;
  shared.ended = why;
  shared.socket.destroy();
  for (const { fail } of [...shared.pending.values()]) fail(why);
  shared.announceEnd(why);
}

/** An idle connection alone is no reason for a program to stay. */
function holdProcess({ socket, options, pending }: Shared): void {
  if (options.keepAlive || pending.size > 0) socket.ref();
  else socket.unref();
}

function lost(what: string): CastkeyError {
  return new CastkeyError('connection-lost', what, { retryable: true });
}

function protocolViolation(detail: string): CastkeyError {
  return lost(`What answers at the socket doesn't speak Castkey's protocol: ${detail}.`);
}
