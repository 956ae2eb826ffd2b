import type {
  AuthenticateResult,
  SubscribeResult,
  Want,
  WireEvent,
  WireMethod,
  WireMethods,
} from '../../../shared/protocol.ts';
import { LIMITS } from '../../../shared/protocol.ts';
import type { Attempt, AuthenticatedConnection } from './authenticated-connection.ts';
import { type BackOff, backOff } from './back-off.ts';
import type { Connection } from './connection.ts';
import { CastkeyError, type CastkeyErrorCode, timedOut } from './errors.ts';
import type { Host } from './host.ts';
import { createPendingRequests, type PendingRequests } from './pending-requests.ts';
import type { ConnectionState } from './types.ts';

/** How often a request is asked again after the connection broke under it. Every method may be repeated. */
const MAX_REPEATS = 2;

/** Milliseconds on top of a deadline, so that the vault's own, better told, comes first. */
const GRACE_MS = 2_000;

/** Failures to connect that pass by themselves; at any other, those who wait are told at once. */
const TRANSIENT: ReadonlySet<CastkeyErrorCode> = new Set([
  'vault-not-running',
  'connection-lost',
  'timeout',
  'busy',
  'shutting-down',
]);

/** A connection to the vault that comes back by itself when it is lost. */
export interface ReconnectingConnection {
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

/** How to connect, and who hears of it. */
export interface ReconnectOptions {
  readonly host: Host;
  readonly open: (attempt: Attempt) => Promise<AuthenticatedConnection>;
  /** What the bot asks for when it pairs; undefined: what the calls need that wait for it. */
  readonly wants: readonly Want[] | undefined;
  /** Whether the bot allows windows; even then one opens for a reconnect only if a request waits. */
  readonly mayPair: boolean;
  /** Whether the connection keeps the process running while nothing is asked. */
  readonly keepAlive: boolean;
  /** Milliseconds of one try to connect in which people may have to click. */
  readonly timeoutMs: number;
  readonly onAuthenticated: (result: AuthenticateResult, subscription: SubscribeResult) => void;
  readonly onEvent: (event: WireEvent) => void;
  readonly onState: (state: ConnectionState, why?: CastkeyError) => void;
}

/** What the steps below share. */
interface Shared {
  readonly options: ReconnectOptions;
  readonly pending: PendingRequests<Connection>;
  /** Aborts when the connection is closed for good. */
  readonly over: AbortController;
  state: ConnectionState;
  connection: Connection | undefined;
  lastFailure: CastkeyError | undefined;
  /** The vault doesn't know the bot, and no call waits that a window could be opened for. */
  unpaired: boolean;
}

/**
 * Connects, and from then on reconnects with back-off whenever the connection ends. A bot without `wants` that the
 * vault doesn't know yet is connected by its first request.
 *
 * @throws CastkeyError Why the first try failed; later ones are repeated until `close`.
 */
export async function openReconnectingConnection(
  options: ReconnectOptions,
  signal?: AbortSignal,
): Promise<ReconnectingConnection> {
  signal?.throwIfAborted();
  const shared: Shared = {
    options,
    pending: createPendingRequests(options.host),
    over: new AbortController(),
    state: 'reconnecting',
    connection: undefined,
    lastFailure: undefined,
    unpaired: false,
  };
  const leave = (): void => {
    signal?.removeEventListener('abort', leave);
    end(shared);
  };
  signal?.addEventListener('abort', leave);
  try {
    void keepConnected(shared, await connectFirst(shared));
  } catch (error) {
    leave();
    throw signal?.aborted ? signal.reason : error;
  }
  return {
    get state() {
      return shared.state;
    },
    ask: (method, params, timeoutMs) => ask(shared, method, params, timeoutMs),
    close: leave,
  };
}

/** Undefined when a request must come first. */
async function connectFirst(shared: Shared): Promise<Connection | undefined> {
  const { mayPair, wants } = shared.options;
  if (!mayPair || wants !== undefined) return connectOnce(shared, mayPair);
  try {
    return await connectOnce(shared, false);
  } catch (error) {
    shared.unpaired = error instanceof CastkeyError && error.code === 'not-paired';
    if (shared.unpaired) return undefined;
    throw error;
  }
}

async function connectOnce(shared: Shared, mayPair: boolean): Promise<Connection> {
  const { options, over, pending } = shared;
  const { connection, result, subscription, hearEvents } = await options.open({
    mayPair,
    wants: () => options.wants ?? pending.needs().slice(0, LIMITS.wants),
    deadline: options.host.now() + options.timeoutMs,
    onEvent: options.onEvent,
    signal: over.signal,
  });
  if (over.signal.aborted) connection.close(closedHere());
  over.signal.throwIfAborted();
  options.onAuthenticated(result, subscription);
  shared.connection = connection;
  shared.lastFailure = undefined;
  setState(shared, 'connected');
  hearEvents();
  pending.resolveAll(connection);
  return connection;
}

/** Runs until it is closed. Never throws. */
async function keepConnected(shared: Shared, first: Connection | undefined): Promise<void> {
  const { options, over } = shared;
  const retries = backOff(options.host, options.keepAlive);
  let current: Connection | undefined = first;
  for (;;) {
    if (current) {
      const why = await current.closed;
      if (over.signal.aborted) return;
      shared.connection = undefined;
      shared.lastFailure = why;
      setState(shared, 'reconnecting', why);
    }
    await pauseBetween(shared, retries, current !== undefined);
    if (over.signal.aborted) return;
    current = await reconnect(shared);
  }
}

/** Whoever calls a bot that isn't paired waits for a window, and for nothing else. */
async function pauseBetween({ over, pending, unpaired }: Shared, retries: BackOff, wasConnected: boolean) {
  if (unpaired && pending.size > 0) return;
  if (over.signal.aborted) return;
  const early = new AbortController();
  const end = (): void => early.abort();
  over.signal.addEventListener('abort', end);
  const stop = unpaired ? pending.onWait(end) : undefined;
  await retries.pause(wasConnected, early.signal);
  over.signal.removeEventListener('abort', end);
  stop?.();
}

/** One try. A window may open only if somebody waits for what it would lead to. */
async function reconnect(shared: Shared): Promise<Connection | undefined> {
  const { options, pending } = shared;
  const mayPair = options.mayPair && pending.size > 0;
  try {
    return await connectOnce(shared, mayPair);
  } catch (error) {
    const failure = asCastkeyError(error);
    shared.lastFailure = failure;
    shared.unpaired = failure.code === 'not-paired' && options.mayPair && !mayPair;
    if (!shared.unpaired && !TRANSIENT.has(failure.code)) pending.rejectAll(failure);
    return undefined;
  }
}

async function ask<M extends WireMethod>(
  shared: Shared,
  method: M,
  params: (leftMs: number) => WireMethods[M]['params'],
  timeoutMs: number,
): Promise<WireMethods[M]['result']> {
  const { options, pending } = shared;
  const deadline = options.host.now() + timeoutMs;
  const left = (): number => Math.max(1, deadline - options.host.now());
  const tooLate = (): CastkeyError => shared.lastFailure ?? timedOut('Reconnecting to Castkey');
  for (let repeats = 0; ; repeats += 1) {
    if (shared.state === 'closed') throw closedHere();
    const current =
      shared.connection ?? (await pending.wait(left(), tooLate, needOf(method, params(left()))));
    try {
      return await current.request(method, params(left()), left() + GRACE_MS);
    } catch (error) {
      if (!(error instanceof CastkeyError) || repeats === MAX_REPEATS || !isInterruption(error)) throw error;
      current.close(error);
      if (shared.connection === current) shared.connection = undefined;
    }
  }
}

/** What a bot would have to be granted for a request with these parameters. */
function needOf(method: WireMethod, params: object): Want | undefined {
  if (method === 'getAppAccessToken') return { app: true };
  const {
    user,
    intent,
    scopeSets = [],
  } = params as { user?: string; intent?: string; scopeSets?: string[][] };
  if (user === undefined && intent === undefined) return undefined;
  const scopes = scopeSets.length === 0 ? {} : { scopes: scopeSets };
  return { ...(user === undefined ? { intent } : { user }), ...scopes } as Want;
}

function setState(shared: Shared, state: ConnectionState, why?: CastkeyError): void {
  shared.state = state;
  shared.options.onState(state, why);
}

function end(shared: Shared): void {
  if (shared.state === 'closed') return;
  setState(shared, 'closed');
  shared.over.abort();
  shared.connection?.close(closedHere());
  shared.pending.rejectAll(closedHere());
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
