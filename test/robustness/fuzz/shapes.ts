/** Every shape the vault may say, exactly: a field more is a finding. */
import { z } from 'zod';
import { RPC_ERROR, WIRE_ERROR_CODES, type WireMethod } from '../../../shared/protocol.ts';

const text = z.string();
const time = z.number().int().nonnegative();
const scope = z.array(text);
const user = z.strictObject({ userId: text, login: text, scope, intents: z.array(text) });
const server = z.strictObject({ name: z.literal('castkey'), version: text });
const userToken = z.strictObject({
  accessToken: text.min(1),
  refreshToken: z.null(),
  scope,
  expiresIn: time.nullable(),
  obtainmentTimestamp: time,
  userId: text,
  clientId: text,
  version: time,
});
const token = userToken.partial({ userId: true });
const more = z.literal(true).optional();
const welcome = { clientId: text, hasClientSecret: z.boolean(), users: z.array(user), more };
const state = z.enum(['ok', 'offline', 'needs-sign-in', 'setup', 'expired']);
const whole = {
  users: z.array(user.extend({ expiresAt: time.nullable(), state, version: time })),
  locked: z.boolean(),
  more,
};

/** What a method may result in. */
export const RESULTS: Record<WireMethod, z.ZodType> = {
  hello: z.strictObject({
    protocol: z.literal(1),
    server,
    nonce: text.min(22),
    proof: text.length(43).optional(),
    paired: z.boolean(),
    twitch: z.enum(['real', 'stand-in']),
  }),
  authenticate: z.strictObject(welcome),
  pair: z.strictObject({ ...welcome, keyId: text, key: text }),
  getAccessTokenForUser: userToken.nullable(),
  getAccessTokenForIntent: userToken.nullable(),
  getAnyAccessToken: token,
  getAppAccessToken: token,
  getCurrentScopesForUser: scope,
  refreshAccessTokenForUser: userToken,
  refreshAccessTokenForIntent: userToken,
  subscribe: z.strictObject({ seq: time, ...whole }),
  status: z.strictObject({
    server,
    application: z.strictObject({ clientId: text, kind: z.enum(['public', 'confidential']) }).nullable(),
    vault: z.strictObject({
      protection: z.enum(['os', 'passphrase', 'weak', 'none']),
      backend: text,
      app: z.enum(['public', 'confidential']).nullable(),
      twitch: z.enum(['real', 'stand-in']),
    }),
    ...whole,
  }),
};

const id = z.union([z.number(), text]);
const rpc = z.enum(RPC_ERROR);
const data = z.strictObject({
  code: z.enum(WIRE_ERROR_CODES),
  retryable: z.boolean(),
  retryAfterMs: z.number().positive().optional(),
  missing: scope.optional(),
  hint: text.optional(),
});
const EVENTS = [
  ...['token.changed', 'token.invalidated', 'account.added', 'account.removed', 'intents.changed'],
  ...['grant.revoked', 'vault.locked', 'vault.unlocked', 'overflow', 'state'],
];

/** A line of the vault. */
export const SAID = z.union([
  z.strictObject({ jsonrpc: z.literal('2.0'), id, result: z.unknown() }),
  z.strictObject({
    jsonrpc: z.literal('2.0'),
    id: id.nullable(),
    error: z.strictObject({ code: rpc, message: text.min(1).max(1_000), data }),
  }),
  z.strictObject({
    jsonrpc: z.literal('2.0'),
    method: z.literal('event'),
    params: z.looseObject({ seq: time, type: z.enum(EVENTS) }),
  }),
]);
export type Said = z.infer<typeof SAID>;
