/**
 * The shape of Twitch's good answers. In each of them a token, a code or an ID decides; whatever else is odd
 * about it counts as absent, since an answer that is thrown away may have used up a one-time refresh token.
 */
import { z } from 'zod';
import { LOGIN_FORM, TOKEN_FORM, USER_ID_FORM } from '../../../shared/protocol.ts';
import { Secret } from '../secret.ts';

/** Seconds; null for a token that never expires, undefined where the answer doesn't say. */
export type Lifetime = number | null | undefined;

/** A pair of tokens as Twitch hands it out. */
export interface TokenPair {
  access: Secret;
  /** Null when there is none: then the login can't be refreshed once this access token is over. */
  refresh: Secret | null;
  /** Null when the answer doesn't say: Twitch leaves the member out when there are none. */
  scopes: string[] | null;
  expiresIn: Lifetime;
}
export interface DeviceCode {
  deviceCode: Secret;
  userCode: string;
  verificationUri: string;
  /** Seconds between two polls. */
  interval: number;
  /** Seconds the code lives. */
  expiresIn: number;
}
export interface TokenInfo {
  clientId: string;
  /** Null for an app token. */
  userId: string | null;
  login: string | null;
  /** Null when the answer doesn't say, which is not "none". */
  scopes: string[] | null;
  /** `expires_in: 0` means never (very old applications). */
  expiresIn: Lifetime;
}

/** For an answer that leaves the life out, or says it oddly; the next validation puts it right. */
const ASSUMED_SECONDS = 3_600;

/** When a token is over that came at `now`; milliseconds since 1970, null for never. */
export function expiryOf(lifetime: Lifetime, now: number): number | null {
  return lifetime === null ? null : now + (lifetime ?? ASSUMED_SECONDS) * 1000;
}

/** More than any token of Twitch's lives (about 60 days). */
const MAX_SECONDS = 100 * 24 * 3_600;

const token = z.string().regex(TOKEN_FORM);
/** A number, also one that came as a text. */
const number = z.union([
  z.number(),
  z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number),
]);
/** A list, or a text of them. Null when nothing in it is a scope, unless it says that there are none. */
const scopes = z
  .union([z.array(z.unknown()), z.string().transform((text): unknown[] => text.split(/[\s,]+/))])
  .transform((all) => {
    const named = all.filter((one): one is string => typeof one === 'string' && TOKEN_FORM.test(one));
    return named.length > 0 || all.length === 0 ? named : null;
  });
const life = number
  .refine((seconds) => seconds >= 0)
  .transform((seconds) => (seconds === 0 ? null : Math.min(Math.ceil(seconds), MAX_SECONDS)))
  .optional()
  .catch(undefined);
/** Seconds of the device flow; `otherwise` for what is out of bounds or no number. */
const within = (min: number, max: number, otherwise: number) =>
  number.refine((seconds) => seconds >= min && seconds <= max).catch(otherwise);

const pairBody = z.object({
  access_token: token,
  refresh_token: token.nullish().catch(null),
  scope: scopes.nullish().catch(null),
  expires_in: life,
});
const deviceBody = z.object({
  device_code: token,
  user_code: token.max(40),
  verification_uri: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .nullish()
    .catch(null),
  // Not 0.001, a thousand polls a second, nor a day (RFC 8628 section 3.2 has 5 for "absent").
  interval: within(1, 60, 5),
  expires_in: within(30, 3_600, 1_800),
});
const infoBody = z.object({
  client_id: z.string(),
  user_id: z
    .union([z.string(), z.int().nonnegative().transform(String)])
    .refine((id) => id === '' || USER_ID_FORM.test(id))
    .nullish(),
  login: z.string().regex(LOGIN_FORM).nullish().catch(null),
  // Twitch says null for a token without any (twitchdev/issues#1145).
  scopes: z.preprocess((value) => (value === null ? [] : value), scopes.nullish().catch(null)),
  expires_in: life,
});

/** Null for a body without an access token that could be used. */
export function toPair(body: unknown): TokenPair | null {
  const parsed = pairBody.safeParse(body);
  if (!parsed.success) return null;
  const { access_token, refresh_token, scope, expires_in } = parsed.data;
  return {
    access: new Secret(access_token),
    refresh: refresh_token ? new Secret(refresh_token) : null,
    scopes: scope ?? null,
    expiresIn: expires_in,
  };
}

/** Null for a body without codes. The code can be typed at `activate`, should the answer name no page. */
export function toDeviceCode(body: unknown, activate: string): DeviceCode | null {
  const parsed = deviceBody.safeParse(body);
  if (!parsed.success) return null;
  const { device_code, user_code, verification_uri, interval, expires_in } = parsed.data;
  return {
    deviceCode: new Secret(device_code),
    userCode: user_code,
    verificationUri: verification_uri ?? `${activate}?${new URLSearchParams({ 'device-code': user_code })}`,
    interval,
    expiresIn: expires_in,
  };
}

/** Null for a body that doesn't say whose token it is, and of which application. */
export function toInfo(body: unknown): TokenInfo | null {
  const parsed = infoBody.safeParse(body);
  if (!parsed.success) return null;
  const { client_id, user_id, login, scopes, expires_in } = parsed.data;
  return {
    clientId: client_id,
    userId: user_id || null,
    login: login || null,
    scopes: scopes ?? null,
    expiresIn: expires_in,
  };
}
