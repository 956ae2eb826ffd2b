import { readMessage } from '../../../clients/javascript/src/read-messages.ts';
import { isRetryable } from '../../../electron/core/protocol/error-reply.ts';
import { LIMITS, type UserState, WIRE_ERROR_CODES, type WireEventBody } from '../../../shared/protocol.ts';
import { describeLine } from './byte-runs.ts';

const USER: UserState = {
  ...{ userId: '1001', login: 'alice', scope: ['chat:read'], intents: ['chat'] },
  ...{ expiresAt: 1_767_625_200_000, state: 'ok', version: 2 },
};

/** One of each, and of each that may look different. */
const EVENTS: readonly WireEventBody[] = [
  {
    type: 'token.changed',
    userId: '1001',
    scope: ['chat:read', 'chat:edit'],
    expiresAt: 1_767_625_200_000,
    version: 2,
    reason: 'refreshed',
  },
  { type: 'token.changed', userId: '1001', scope: [], expiresAt: null, version: 3, reason: 'consent' },
  { type: 'token.changed', userId: '1001', scope: [], expiresAt: null, version: 4, reason: 'replaced' },
  { type: 'token.invalidated', userId: '1001', reason: 'Twitch refused the login.' },
  { type: 'account.added', userId: '1002', login: 'bob' },
  { type: 'account.removed', userId: '1002' },
  { type: 'intents.changed', userId: '1001', intents: ['chat'] },
  { type: 'grant.revoked' },
  { type: 'grant.revoked', userId: '1001' },
  { type: 'grant.revoked', intent: 'chat' },
  { type: 'vault.locked' },
  { type: 'vault.unlocked' },
  { type: 'overflow' },
];

/** Of vaults that tell the whole state. */
const STATE_EVENTS: readonly WireEventBody[] = [
  { type: 'state', users: [], locked: true },
  {
    type: 'state',
    users: [USER, { ...USER, userId: '1002', expiresAt: null, state: 'needs-sign-in' }],
    locked: false,
  },
  { type: 'state', users: [USER], locked: false, more: true },
  {
    ...{
      type: 'token.changed',
      userId: '1001',
      scope: ['chat:read'],
      expiresAt: 1_767_625_200_000,
      version: 2,
    },
    ...{ reason: 'refreshed', user: USER, splayMs: 4000 },
  },
  { type: 'token.invalidated', userId: '1001', reason: 'x', user: { ...USER, state: 'expired' } },
  { type: 'account.added', userId: '1001', login: 'alice', user: USER },
  { type: 'intents.changed', userId: '1001', intents: ['chat'], user: USER },
  { type: 'grant.revoked', userId: '1001', intent: 'chat', user: USER },
  { type: 'grant.revoked', userId: '1001', ended: true },
  { type: 'grant.revoked', app: true },
];

const wrap = (message: object): string => JSON.stringify({ jsonrpc: '2.0', ...message });
const event = (params: object): string => wrap({ method: 'event', params });
const refused = (id: number | null, data: unknown, code = -32000): string =>
  wrap({ id, error: { code, message: 'no', ...(data === undefined ? {} : { data }) } });
const filled = (bytes: number): string => {
  const bare = wrap({ method: 'later', params: { pad: '' } });
  return wrap({ method: 'later', params: { pad: 'x'.repeat(bytes - bare.length - 1) } });
};

const eventLines = (events: readonly WireEventBody[]): Record<string, string> =>
  Object.fromEntries(
    events.map((body, index) => [`event ${index + 1}: ${body.type}`, event({ seq: index + 1, ...body })]),
  );

/** What only vaults send that tell the whole state, and hints. */
const STATE_LINES: Record<string, string> = {
  ...eventLines(STATE_EVENTS),
  'an event with an account in which there is more than anybody knows': event({
    ...{ seq: 1, type: 'account.added', userId: '1001', login: 'alice' },
    user: { ...USER, later: 1 },
  }),
  'an error with a hint': refused(1, {
    ...{ code: 'approval-timeout', retryable: true },
    hint: 'She is live, so no window was opened.',
  }),
};

/** Lines a vault may send, or something in its place. */
const LINES: Record<string, string> = {
  'a result': wrap({ id: 1, result: { seq: 0 } }),
  'a result that is null': wrap({ id: 1, result: null }),
  'a result with a field nobody knows': wrap({ id: 1, result: { seq: 0, later: true }, later: 1 }),
  'white space between the fields': '{ "jsonrpc" : "2.0", "id" : 1, "result" : null }\r',
  'escaped characters': '{"jsonrpc":"2.0","id":1,"result":{"login":"\\u00fc\\ud83d\\ude00\\/"}}',
  ...eventLines(EVENTS),
  'an event with a field nobody knows': event({ seq: 1, type: 'vault.locked', later: {} }),
  'an event nobody knows': event({ seq: 1, type: 'sun.rose', at: 5 }),
  'an event named like a method of objects': event({ seq: 1, type: 'toString' }),
  'a notification nobody knows': wrap({ method: 'later', params: [] }),
  'a notification as long as a line may be': filled(LIMITS.lineBytes),
  'an error': refused(1, { code: 'denied', retryable: false }),
  'an error to be tried again': refused(1, { code: 'busy', retryable: true, retryAfterMs: 250 }),
  'an error with scopes': refused(1, { code: 'scope-missing', retryable: false, missing: ['chat:edit'] }),
  'an error with a field nobody knows': refused(1, { code: 'denied', retryable: false, later: 1 }),
  'an error whose code nobody knows': refused(1, { code: 'from-the-future', retryable: true }),
  'an error of JSON-RPC without data': refused(1, undefined, -32601),
  'an error of the connection': refused(null, { code: 'too-large', retryable: false }),
  'no JSON': '{"jsonrpc":',
  'an empty line': '',
  'a bare number': '7',
  null: 'null',
  'a batch': `[${wrap({ id: 1, result: null })}]`,
  'another JSON-RPC': '{"jsonrpc":"1.0","id":1,"result":null}',
  'neither result nor error': '{"jsonrpc":"2.0","id":1}',
  'an event without its user': event({ seq: 1, type: 'account.removed' }),
  'an event without a number': event({ type: 'vault.locked' }),
};

/** What a client makes of it: `hang up` where the other end can't be speaking this protocol. */
function meaning(line: string): object {
  try {
    const found = readMessage(line);
    if (found.kind === 'unknown') return { kind: 'ignore' };
    if (found.kind === 'event' && found.event.type === 'unknown') return { kind: 'ignore' };
    if (found.kind === 'event') return { kind: 'event', event: found.event };
    if (found.kind === 'result') return { kind: 'result', id: found.id };
    const { code, retryable, retryAfterMs, missing, hint } = found.error;
    return { kind: 'error', id: found.id, code, retryable, retryAfterMs, missing, hint };
  } catch {
    return { kind: 'hang up' };
  }
}

/** Lines from the vault's side, and what they mean. */
export const messageVectors = () => Object.entries(LINES).map(vector);

/** Lines from vaults that tell the whole state, and what they mean to clients that take it in. */
export const stateMessageVectors = () => Object.entries(STATE_LINES).map(vector);

const vector = ([name, line]: [string, string]) => ({ name, line: describeLine(line), means: meaning(line) });

/** Every code the vault has, and whether the same request may succeed later by itself. */
export const errorVectors = () => WIRE_ERROR_CODES.map((code) => ({ code, retryable: isRetryable(code) }));
