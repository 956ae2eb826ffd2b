import type { AuthenticateResult, WireEvent, WireMethod, WireMethods } from '../../shared/wire.ts';
import { backOff } from './back-off.ts';
import type { Connection } from './connection.ts';
import type { Attempt, Line } from './dial.ts';
import { CastkeyError, type CastkeyErrorCode, timedOut } from './errors.ts';
import type { Host } from './host.ts';
import { createWaitingRoom } from './waiting-room.ts';

/** Whether the vault can be asked: at once, after a reconnect, or never again. */
export type ConnectionState = 'connected' | 'reconnecting' | 'closed';

/** How often a request is asked again after the connection broke under it. Every method may be repeated. */
const REPEATS = 2;

/** Milliseconds for the local part of a deadline, so that the vault's own, better told, comes first. */
export const GRACE_MS = 2_000;

/** Failures to connect that pass by themselves; at any other, those who wait are told at once. */
const PASSING: ReadonlySet<CastkeyErrorCode> = new Set([
  'vault-not-running',
  'connection-lost',
  'timeout',
  'busy',
  'shutting-down',
]);

/** A line to the vault that mends itself. */
export interface Session {
  readonly state: ConnectionState;
  /**
   * Asks the vault; while there is no connection, waits for one. Takes `timeoutMs` milliseconds at
   * most, all waits together.
   *
   * @param params Gets the milliseconds that are left when the question is put.
   */
  ask<M extends WireMethod>(
    method: M,
    params: (leftMs: number) => WireMethods[M]['params'],
    timeoutMs: number,
  ): Promise<WireMethods[M]['result']>;
  close(): void;
}

export interface SessionOptions {
  readonly host: Host;
  readonly dial: (attempt: Attempt) => Promise<Line>;
  /** Whether the bot allows windows; even then one opens for a reconnect only if a request waits. */
  readonly mayPair: boolean;
  /** Whether the session keeps the process running while nothing is asked. */
  readonly keepAlive: boolean;
  /** Milliseconds of one try to connect in which people may have to click. */
  readonly timeoutMs: number;
  readonly onWelcome: (welcome: AuthenticateResult) => void;
  readonly onEvent: (event: WireEvent) => void;
  readonly onState: (state: ConnectionState, why?: CastkeyError) => void;
}

/**
 * Connects, and from then on reconnects with back-off whenever the connection ends.
 *
 * @throws CastkeyError Why the first try failed; later ones are repeated until `close`.
 */
export async function openSession(options: SessionOptions, signal?: AbortSignal): Promise<Session> {
  signal?.throwIfAborted();
  const { host } = options;
  const over = new AbortController();
  const room = createWaitingRoom<Connection>(host);
  let connection: Connection | undefined;
  let state: ConnectionState = 'reconnecting';
  let lastFailure: CastkeyError | undefined;

  const setState = (next: ConnectionState, why?: CastkeyError): void => {
    state = next;
    options.onState(next, why);
  };
  const connectOnce = async (mayPair: boolean): Promise<Connection> => {
    const line = await options.dial({
      mayPair,
      deadline: host.now() + options.timeoutMs,
      onEvent: options.onEvent,
      signal: over.signal,
    });
    if (over.signal.aborted) line.connection.close(closedHere());
    over.signal.throwIfAborted();
    options.onWelcome(line.welcome);
    connection = line.connection;
    lastFailure = undefined;
    setState('connected');
    room.admit(connection);
    return connection;
  };
  const close = (): void => {
    if (state === 'closed') return;
    setState('closed');
    over.abort();
    connection?.close(closedHere());
    room.refuse(closedHere());
  };
  /** Runs until `close`. Never throws. */
  const keepConnected = async (first: Connection): Promise<void> => {
    const pace = backOff(host, over.signal, options.keepAlive);
    for (let current: Connection | undefined = first; state !== 'closed'; ) {
      if (current) {
        const why = await current.closed;
        connection = undefined;
        if (over.signal.aborted) return;
        lastFailure = why;
        setState('reconnecting', why);
      }
      await pace.pause(current !== undefined);
      if (over.signal.aborted) return;
      const mayPair = options.mayPair && room.size > 0;
      current = await connectOnce(mayPair).catch((error: unknown) => {
        lastFailure = asCastkeyError(error);
        const unasked = lastFailure.code === 'not-paired' && options.mayPair && !mayPair;
        if (!unasked && !PASSING.has(lastFailure.code)) room.refuse(lastFailure);
        return undefined;
      });
    }
  };

  const leave = (): void => close();
  signal?.addEventListener('abort', leave, { once: true });
  try {
    void keepConnected(await connectOnce(options.mayPair));
  } catch (error) {
    close();
    signal?.removeEventListener('abort', leave);
    throw signal?.aborted ? signal.reason : error;
  }

  const noConnection = (): CastkeyError => lastFailure ?? timedOut('Reconnecting to Castkey');
  return {
    get state() {
      return state;
    },
    close() {
      signal?.removeEventListener('abort', leave);
      close();
    },
    async ask(method, params, timeoutMs) {
      const deadline = host.now() + timeoutMs;
      for (let repeats = 0; ; repeats += 1) {
        if (state === 'closed') throw closedHere();
        const current = connection ?? (await room.wait(deadline - host.now(), noConnection));
        const left = Math.max(1, deadline - host.now());
        try {
          return await current.request(method, params(left), left + GRACE_MS);
        } catch (error) {
          if (!(error instanceof CastkeyError) || repeats === REPEATS || !isInterruption(error)) throw error;
          current.close(error);
          if (connection === current) connection = undefined;
        }
      }
    },
  };
}

/** Whether the same question may be put again over the next connection. */
function isInterruption({ code, retryable }: CastkeyError): boolean {
  return code === 'shutting-down' || (code === 'connection-lost' && retryable);
}

function closedHere(): CastkeyError {
  return new CastkeyError('connection-lost', 'This program closed its connection to Castkey.');
}

function asCastkeyError(error: unknown): CastkeyError {
  if (error instanceof CastkeyError) return error;
  return new CastkeyError('connection-lost', 'Connecting to Castkey failed.', { retryable: true });
}
