import {
  type TokenChangeReason,
  type UserState,
  WIRE_ERROR_CODES,
  type WireErrorCode,
  type WireErrorData,
  type WireEvent,
  type WireEventBody,
} from '../../../shared/protocol.ts';
import {
  count,
  type Decoder,
  listOf,
  Malformed,
  oneOf,
  optional,
  orNull,
  plain,
  record,
  text,
} from './decode.ts';
import { type CastkeyError, fromWire, sanitize } from './errors.ts';
import { readState, readUserState } from './read-results.ts';

/** An event, or one of a type that only a newer vault knows. */
export type ReceivedEvent = WireEvent | { readonly seq: number; readonly type: 'unknown' };

/** One line from the vault, as far as it can be told without knowing the request. */
export type Incoming =
  | { readonly kind: 'result'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'failure'; readonly id: number | null; readonly error: CastkeyError }
  | { readonly kind: 'event'; readonly event: ReceivedEvent }
  /** Something a newer vault says; to be ignored. */
  | { readonly kind: 'unknown' };

/** Longest wait, in milliseconds, that a vault may ask for: one hour. */
const MAX_RETRY_AFTER_MS = 3_600_000;

const TOKEN_CHANGE_REASONS: readonly TokenChangeReason[] = ['refreshed', 'consent', 'replaced'];

type EventType = WireEventBody['type'];
type EventReader<T extends EventType> = (
  params: Record<string, unknown>,
) => Omit<Extract<WireEventBody, { type: T }>, 'type'>;

const userId = (params: Record<string, unknown>): string => plain(params.userId, 'event.userId');
/** The account as it stands after the event; older vaults tell nothing of it. */
const user = (params: Record<string, unknown>): { user?: UserState } => {
  const found = optional(readUserState)(params.user, 'event.user');
  return found === undefined ? {} : { user: found };
};

/** How each event is read; an event without a reader doesn't compile. */
const EVENT_READERS: { [T in EventType]: EventReader<T> } = {
  'token.changed': (params) => ({
    userId: userId(params),
    scope: listOf(plain)(params.scope, 'event.scope'),
    expiresAt: orNull(count)(params.expiresAt, 'event.expiresAt'),
    version: count(params.version, 'event.version'),
    reason: oneOf(TOKEN_CHANGE_REASONS)(params.reason, 'event.reason'),
    ...user(params),
    ...splay(params),
  }),
  'token.invalidated': (params) => ({
    userId: userId(params),
    reason: sanitize(text(params.reason, 'event.reason')),
    ...user(params),
  }),
  'account.added': (params) => ({
    userId: userId(params),
    login: plain(params.login, 'event.login'),
    ...user(params),
  }),
  'account.removed': (params) => ({ userId: userId(params) }),
  'intents.changed': (params) => ({
    userId: userId(params),
    intents: listOf(text)(params.intents, 'event.intents'),
    ...user(params),
  }),
  'grant.revoked': (params) => {
    const whose = optional(plain)(params.userId, 'event.userId');
    const intent = optional(text)(params.intent, 'event.intent');
    return {
      ...(whose === undefined ? {} : { userId: whose }),
      ...(intent === undefined ? {} : { intent }),
      ...(params.app === true ? { app: true } : {}),
      ...(params.ended === true ? { ended: true } : {}),
      ...user(params),
    };
  },
  'vault.locked': () => ({}),
  'vault.unlocked': () => ({}),
  overflow: () => ({}),
  state: (params) => readState(params, 'event'),
};

/** Longer waits than this, in milliseconds, no vault may ask of a program that restarts: ten minutes. */
const MAX_SPLAY_MS = 600_000;

function splay({ splayMs }: Record<string, unknown>): { splayMs?: number } {
  const given = readOr(optional(count), splayMs, undefined);
  return given === undefined ? {} : { splayMs: Math.min(given, MAX_SPLAY_MS) };
}

/**
 * Reads one line.
 *
 * @throws Malformed, or the SyntaxError of JSON.parse: the other end doesn't speak this protocol.
 */
export function readMessage(line: string): Incoming {
  const message = record(JSON.parse(line) as unknown, 'message');
  if (message.jsonrpc !== '2.0') throw new Malformed('message.jsonrpc should be "2.0"');
  if (message.method !== undefined) return readNotification(message);
  if (message.error !== undefined) {
    return {
      kind: 'failure',
      id: orNull(count)(message.id, 'message.id'),
      error: readFailure(message.error),
    };
  }
  if (!('result' in message)) throw new Malformed('message has neither a result nor an error');
  return { kind: 'result', id: count(message.id, 'message.id'), result: message.result };
}

function readNotification(message: Record<string, unknown>): Incoming {
  if (message.method !== 'event') return { kind: 'unknown' };
  const params = record(message.params, 'event');
  const type = Object.keys(EVENT_READERS).find((known): known is EventType => known === params.type);
  if (type === undefined) return unknownEvent(params.seq);
  const body = { type, ...EVENT_READERS[type](params) } as WireEventBody;
  return { kind: 'event', event: { seq: count(params.seq, 'event.seq'), ...body } };
}

/** It is ignored, but counts. */
function unknownEvent(seq: unknown): Incoming {
  const number = readOr(count, seq, undefined);
  return number === undefined
    ? { kind: 'unknown' }
    : { kind: 'event', event: { seq: number, type: 'unknown' } };
}

/** JSON-RPC's own errors come without data from some servers; a code this version doesn't know is `internal`. */
function readFailure(value: unknown): CastkeyError {
  const error = record(value, 'error');
  const message = typeof error.message === 'string' ? error.message : '';
  if (typeof error.data !== 'object' || error.data === null) {
    return fromWire(message, { code: error.code === -32603 ? 'internal' : 'bad-request', retryable: false });
  }
  return fromWire(message, readErrorData(record(error.data, 'error.data')));
}

const readErrorData = (data: Record<string, unknown>): WireErrorData => {
  const retryAfterMs = readOr(optional(count), data.retryAfterMs, undefined);
  const missing = readOr(optional(listOf(text)), data.missing, undefined);
  const hint = readOr(optional(text), data.hint, undefined);
  return {
    code: readOr(oneOf(WIRE_ERROR_CODES), data.code, 'internal' satisfies WireErrorCode),
    retryable: data.retryable === true,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs: Math.min(retryAfterMs, MAX_RETRY_AFTER_MS) }),
    ...(missing === undefined ? {} : { missing: missing.map(sanitize) }),
    ...(hint === undefined ? {} : { hint: sanitize(hint) }),
  };
};

/** A refusal stays a refusal even if one of its details is unreadable. */
function readOr<T, E>(read: Decoder<T>, value: unknown, otherwise: E): T | E {
  try {
    return read(value, '');
  } catch {
    return otherwise;
  }
}
