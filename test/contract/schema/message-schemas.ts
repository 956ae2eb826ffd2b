/**
 * Results, events and errors as zod schemas. The compiler holds them to the types of shared/protocol.ts, both
 * ways.
 */
import { z } from 'zod';
import {
  type AccountState,
  RPC_ERROR,
  type TokenChangeReason,
  type VaultFacts,
  WIRE_ERROR_CODES,
  type WireErrorData,
  type WireEvent,
  type WireEventBody,
  type WireMethod,
  type WireMethods,
  type WireToken,
} from '../../../shared/protocol.ts';

const text = z.string().min(1).max(4096);
const texts = z.array(text).max(1024);
/** Goes into headers and onto terminals as it is. */
const plain = z
  .string()
  .min(1)
  .max(1024)
  .regex(/^[!-~]+$/);
const plains = z.array(plain).max(1024);
const count = z.int().min(0);
const base64url = (min: number, max: number) =>
  z.string().regex(new RegExp(`^[A-Za-z0-9_-]{${min},${max}}$`));
const NONCE = base64url(22, 86);
const BYTES_32 = base64url(43, 43);

const STATES = ['ok', 'offline', 'needs-sign-in', 'setup', 'expired'] as const satisfies AccountState[];
const REASONS = ['refreshed', 'consent', 'replaced'] as const satisfies TokenChangeReason[];
const PROTECTIONS = ['os', 'passphrase', 'none', 'weak'] as const satisfies VaultFacts['protection'][];

const server = z.object({ name: z.literal('castkey'), version: text });
const user = z.object({ userId: plain, login: plain, scope: plains, intents: texts });
const more = z.literal(true).exactOptional();
const authenticated = z.object({
  clientId: z.string().max(4096),
  hasClientSecret: z.boolean(),
  users: z.array(user).max(1024),
  more,
});
const userState = user.extend({
  expiresAt: count.nullable(),
  state: z.enum(STATES),
  version: count.exactOptional(),
});
const state = { users: z.array(userState).max(1024), locked: z.boolean(), more };
/** The account as it stands after an event. */
const after = { user: userState.exactOptional() };
const facts = z.object({
  protection: z.enum(PROTECTIONS),
  backend: z.string(),
  app: z.enum(['public', 'confidential']).nullable(),
  twitch: z.enum(['real', 'stand-in']),
  standIn: plain.exactOptional(),
});

/** A token; `userId` is absent from that of the application. */
export const TOKEN = z.object({
  accessToken: plain,
  refreshToken: z.null(),
  scope: plains,
  expiresIn: count.nullable(),
  obtainmentTimestamp: count,
  userId: plain.exactOptional(),
  clientId: plain,
  version: count,
});

/** Each method's result. */
export const RESULTS = {
  hello: z.object({
    protocol: z.int(),
    server,
    nonce: NONCE,
    proof: BYTES_32.exactOptional(),
    paired: z.boolean(),
    twitch: z.enum(['real', 'stand-in']).exactOptional(),
  }),
  authenticate: authenticated,
  pair: authenticated.extend({ keyId: text, key: BYTES_32 }),
  getAccessTokenForUser: TOKEN.nullable(),
  getAccessTokenForIntent: TOKEN.nullable(),
  getAnyAccessToken: TOKEN,
  getAppAccessToken: TOKEN,
  getCurrentScopesForUser: plains,
  refreshAccessTokenForUser: TOKEN,
  refreshAccessTokenForIntent: TOKEN,
  subscribe: z.object({
    seq: count,
    users: state.users.exactOptional(),
    locked: state.locked.exactOptional(),
    more,
  }),
  status: z.object({
    server,
    vault: facts.exactOptional(),
    application: z
      .object({ clientId: plain, kind: z.enum(['public', 'confidential']) })
      .nullable()
      .exactOptional(),
    ...state,
  }),
} as const satisfies Record<WireMethod, z.ZodType>;

const event = <T extends WireEventBody['type'], S extends z.ZodRawShape>(type: T, shape: S) =>
  z.object({ seq: count, type: z.literal(type), ...shape });

/** Each event. */
export const EVENTS = {
  'token.changed': event('token.changed', {
    userId: plain,
    scope: plains,
    expiresAt: count.nullable(),
    version: count,
    reason: z.enum(REASONS),
    splayMs: count.exactOptional(),
    ...after,
  }),
  'token.invalidated': event('token.invalidated', { userId: plain, reason: text, ...after }),
  'account.added': event('account.added', { userId: plain, login: plain, ...after }),
  'account.removed': event('account.removed', { userId: plain }),
  'intents.changed': event('intents.changed', { userId: plain, intents: texts, ...after }),
  'grant.revoked': event('grant.revoked', {
    userId: plain.exactOptional(),
    intent: text.exactOptional(),
    app: z.literal(true).exactOptional(),
    ended: z.literal(true).exactOptional(),
    ...after,
  }),
  'vault.locked': event('vault.locked', {}),
  'vault.unlocked': event('vault.unlocked', {}),
  overflow: event('overflow', {}),
  state: event('state', state),
} as const satisfies Record<WireEventBody['type'], z.ZodType>;

/** `error.data`. */
export const ERROR_DATA = z.object({
  code: z.enum(WIRE_ERROR_CODES),
  retryable: z.boolean(),
  retryAfterMs: count.exactOptional(),
  missing: texts.exactOptional(),
  hint: text.exactOptional(),
});
/** `error`. */
export const ERROR = z.object({
  code: z.literal(Object.values(RPC_ERROR)),
  message: z.string(),
  data: ERROR_DATA,
});

/** Compiles only if each type can stand for the other. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
type Results = { [M in WireMethod]: Same<z.output<(typeof RESULTS)[M]>, WireMethods[M]['result']> };
type Events = {
  [T in WireEventBody['type']]: Same<z.output<(typeof EVENTS)[T]>, Extract<WireEvent, { type: T }>>;
};
const results: Results = {
  hello: true,
  authenticate: true,
  pair: true,
  getAccessTokenForUser: true,
  getAccessTokenForIntent: true,
  getAnyAccessToken: true,
  getAppAccessToken: true,
  getCurrentScopesForUser: true,
  refreshAccessTokenForUser: true,
  refreshAccessTokenForIntent: true,
  subscribe: true,
  status: true,
};
const events: Events = {
  'token.changed': true,
  'token.invalidated': true,
  'account.added': true,
  'account.removed': true,
  'intents.changed': true,
  'grant.revoked': true,
  'vault.locked': true,
  'vault.unlocked': true,
  overflow: true,
  state: true,
};
const others: [Same<z.output<typeof TOKEN>, WireToken>, Same<z.output<typeof ERROR_DATA>, WireErrorData>] = [
  true,
  true,
];
/** That all of it compiles. */
export const HELD_TO_THE_TYPES = { results, events, others };
