/** What each wire method takes, checked before anything is done with it. Unknown fields are dropped. */
import { z } from 'zod';
import { INTERACTIVE, LIMITS, USER_ID_FORM, type WireMethod } from '../../../shared/protocol.ts';
import { INTENT } from '../accounts/intents.ts';

const NONCE_LENGTH = { min: 22, max: 86 }; // base64url of 16 and of 64 bytes
const base64url = /^[A-Za-z0-9_-]+$/;

/** A name is shown to people: one line, no control characters and none that turn text around. */
const name = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u);
const user = z.string().regex(USER_ID_FORM, 'a user is given by its numeric ID, as a string');
const scope = z
  .string()
  .max(100)
  .regex(/^[\x21-\x7e]+$/);
const scopeSets = z.array(z.array(scope).max(20)).max(100);
const rejected = z.string().regex(/^[0-9a-fA-F]{64}$/);
const nonce = z.string().min(NONCE_LENGTH.min).max(NONCE_LENGTH.max).regex(base64url);

const interactive = z.enum(INTERACTIVE).default('allow');
const asking = { interactive, timeoutMs: z.number().int().positive().default(LIMITS.timeoutMs.default) };
const waiting = {
  ...asking,
  scopeSets: scopeSets.optional(),
  minValidity: z.number().nonnegative().max(86_400).default(LIMITS.minValidity),
};
const want = z
  .object({
    user: user.optional(),
    intent: INTENT.optional(),
    app: z.literal(true).optional(),
    scopes: scopeSets.optional(),
    optional: scopeSets.optional(),
  })
  .refine(({ user: id, intent, app }) => [id, intent, app].filter((one) => one !== undefined).length === 1, {
    message: 'a want names a user, an intent or the application ("app": true)',
  });

/** The schema of each method; a method without one does not compile. */
export const SCHEMAS = {
  hello: z.object({
    protocol: z.number(),
    client: z.object({ name, version: z.string().max(64).optional() }),
    keyId: z.string().max(64).regex(base64url).optional(),
    nonce,
    twitchClientId: z.string().max(100).optional(),
  }),
  authenticate: z.object({ proof: z.string().max(200) }),
  pair: z.object({
    reason: z
      .string()
      .max(300)
      .transform((text) => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim())
      .optional(),
    wants: z.array(want).max(LIMITS.wants).optional(),
    introduces: z.boolean().optional(),
    interactive,
    timeoutMs: z.number().int().positive().default(LIMITS.timeoutMs.max),
  }),
  getAccessTokenForUser: z.object({ user, ...waiting }),
  getAccessTokenForIntent: z.object({ intent: INTENT, ...waiting }),
  getAnyAccessToken: z.object({ user: user.optional() }),
  getAppAccessToken: z.object({ ...asking, forceNew: z.boolean().default(false) }),
  getCurrentScopesForUser: z.object({ user }),
  refreshAccessTokenForUser: z.object({ ...asking, user, rejected: rejected.optional() }),
  refreshAccessTokenForIntent: z.object({ ...asking, intent: INTENT, rejected: rejected.optional() }),
  subscribe: z.object({}),
  status: z.object({ after: user.optional() }),
} as const satisfies Record<WireMethod, z.ZodType>;

/** A method's parameters after the check, defaults filled in. */
export type Params<M extends WireMethod> = z.output<(typeof SCHEMAS)[M]>;

/** The envelope of a request. A request without an ID is a notification, and none is known. */
export const REQUEST = z.object({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.number(), z.string().max(100)]),
  method: z.string().max(100),
  params: z.unknown().optional(),
});

/** Whether there is such a method. */
export function isWireMethod(method: string): method is WireMethod {
  return Object.hasOwn(SCHEMAS, method);
}
