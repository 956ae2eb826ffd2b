/** Twitch's identity endpoints: the only file that knows their paths and the shape of their answers. */
import { z } from 'zod';
import { LOGIN_FORM, TOKEN_FORM, USER_ID_FORM } from '../../../shared/protocol.ts';
import type { TwitchEnvironment } from '../../../shared/twitch-environment.ts';
import type { TwitchApplication } from '../applications/application.ts';
import type { Http, HttpReply } from '../ports.ts';
import { Secret } from '../secret.ts';
import { readReply, type TwitchReply } from './reply.ts';

const TIMEOUT_MS = 10_000;
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

/** A pair of tokens as Twitch hands it out. */
export interface TokenPair {
  access: Secret;
  /** Null when the answer had none: then the old one stays good (confidential clients). */
  refresh: Secret | null;
  /** Null when the answer doesn't say: Twitch leaves the member out when there are none. */
  scopes: string[] | null;
  /** Seconds; null when it never expires. */
  expiresIn: number | null;
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
  scopes: string[];
  /** Seconds; null when the token never expires (`expires_in: 0`, very old applications). */
  expiresIn: number | null;
}

/** Calls to Twitch's identity host; each answers with a value and never throws. */
export interface Twitch {
  refresh(app: TwitchApplication, refresh: Secret): Promise<TwitchReply<TokenPair>>;
  startDevice(app: TwitchApplication, scopes: readonly string[]): Promise<TwitchReply<DeviceCode>>;
  pollDevice(
    app: TwitchApplication,
    code: Secret,
    scopes: readonly string[],
  ): Promise<TwitchReply<TokenPair>>;
  authorizeUrl(app: TwitchApplication, redirectUri: string, scopes: readonly string[], state: string): string;
  exchangeCode(app: TwitchApplication, code: Secret, redirectUri: string): Promise<TwitchReply<TokenPair>>;
  appToken(app: TwitchApplication): Promise<TwitchReply<TokenPair>>;
  validate(access: Secret): Promise<TwitchReply<TokenInfo>>;
  revoke(clientId: string, access: Secret): Promise<TwitchReply<true>>;
}

/** For an answer that leaves the life out, or says it oddly; the next validation puts it right. */
const ASSUMED_SECONDS = 3_600;
/** More than any token of Twitch's lives (about 60 days). */
const MAX_SECONDS = 100 * 24 * 3_600;

/** In a good answer the tokens decide; whatever else is odd about it counts as absent. */
const token = z.string().regex(TOKEN_FORM);
const scopes = z.array(z.string()).transform((all) => all.filter((scope) => TOKEN_FORM.test(scope)));
const scopeList = z.union([
  scopes,
  z
    .string()
    .transform((text) => text.split(' '))
    .pipe(scopes),
]);
const life = z
  .number()
  .nonnegative()
  .transform((seconds) => Math.min(seconds, MAX_SECONDS))
  .nullish()
  .catch(ASSUMED_SECONDS);
/** Whole or not, Twitch's number within bounds; `otherwise` for what is none. */
const within = (min: number, max: number, otherwise: number) =>
  z
    .number()
    .transform((seconds) => Math.min(Math.max(seconds, min), max))
    .catch(otherwise);
const pairBody = z.object({
  access_token: token,
  refresh_token: token.nullish(),
  scope: scopeList.nullish().catch(null),
  expires_in: life,
});
const deviceBody = z.object({
  device_code: token,
  user_code: token.max(40),
  verification_uri: z.url().max(2000),
  // 0.001 would be a thousand polls a second, a day none at all (RFC 8628 section 3.2 has 5 for "absent").
  interval: within(1, 60, 5),
  expires_in: within(30, 3_600, 1_800),
});
const infoBody = z.object({
  client_id: z.string(),
  user_id: z.string().regex(USER_ID_FORM).or(z.literal('')).nullish(),
  login: z.string().regex(LOGIN_FORM).nullish().catch(null),
  scopes: scopes.nullish().catch(null),
  expires_in: life,
});

function toPair(body: unknown): TokenPair | null {
  const parsed = pairBody.safeParse(body);
  if (!parsed.success) return null;
  const { access_token, refresh_token, scope, expires_in } = parsed.data;
  return {
    access: new Secret(access_token),
    refresh: refresh_token ? new Secret(refresh_token) : null,
    scopes: scope ?? null,
    expiresIn: expires_in === 0 ? null : (expires_in ?? ASSUMED_SECONDS),
  };
}

function toDeviceCode(body: unknown): DeviceCode | null {
  const parsed = deviceBody.safeParse(body);
  if (!parsed.success) return null;
  const { device_code, user_code, verification_uri, interval, expires_in } = parsed.data;
  return {
    deviceCode: new Secret(device_code),
    userCode: user_code,
    verificationUri: verification_uri,
    interval,
    expiresIn: expires_in,
  };
}

function toInfo(body: unknown): TokenInfo | null {
  const parsed = infoBody.safeParse(body);
  if (!parsed.success) return null;
  const { client_id, user_id, login, scopes, expires_in } = parsed.data;
  return {
    clientId: client_id,
    userId: user_id || null,
    login: login || null,
    scopes: scopes ?? [],
    expiresIn: expires_in || null,
  };
}

/** Talks to Twitch through `http`. Parameters go into the body, never into a URL that may be logged. */
export function createTwitch(http: Http, environment: TwitchEnvironment): Twitch {
  const post = (path: string, fields: Record<string, string>): Promise<HttpReply> =>
    http({
      method: 'POST',
      url: `${environment.identity}/${path}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams(fields).toString(),
      timeoutMs: TIMEOUT_MS,
    });
  const requestToken = async (
    app: TwitchApplication,
    fields: Record<string, string>,
  ): Promise<TwitchReply<TokenPair>> =>
    readReply(await post('token', { client_id: app.clientId, ...secretField(app), ...fields }), toPair);

  return {
    refresh: (app, refresh) =>
      requestToken(app, { grant_type: 'refresh_token', refresh_token: refresh.reveal() }),
    // `scopes`, plural, in the body: the only form that always works (twitchdev/issues#1130).
    startDevice: async (app, scopes) =>
      readReply(await post('device', { client_id: app.clientId, scopes: scopes.join(' ') }), toDeviceCode),
    pollDevice: (app, code, scopes) =>
      requestToken(app, { grant_type: DEVICE_GRANT, device_code: code.reveal(), scopes: scopes.join(' ') }),
    exchangeCode: (app, code, redirectUri) =>
      requestToken(app, { grant_type: 'authorization_code', code: code.reveal(), redirect_uri: redirectUri }),
    appToken: (app) => requestToken(app, { grant_type: 'client_credentials' }),
    validate: async (access) =>
      readReply(
        await http({
          method: 'GET',
          url: `${environment.identity}/validate`,
          headers: { authorization: `OAuth ${access.reveal()}`, accept: 'application/json' },
          timeoutMs: TIMEOUT_MS,
        }),
        toInfo,
      ),
    revoke: async (clientId, access) => {
      const reply = await post('revoke', { client_id: clientId, token: access.reveal() });
      // Twitch answers a successful revocation with an empty body.
      if (reply.kind === 'answer' && reply.status === 200) return { kind: 'ok', value: true };
      return readReply(reply, () => true as const);
    },
    authorizeUrl: (app, redirectUri, scopes, state) => {
      const query = new URLSearchParams({
        response_type: 'code',
        client_id: app.clientId,
        redirect_uri: redirectUri,
        scope: scopes.join(' '),
        state,
        force_verify: 'true', // shows who signs in, so that the wrong account is noticed
      });
      return `${environment.identity}/authorize?${query}`;
    },
  };
}

function secretField(app: TwitchApplication): Record<string, string> {
  return app.kind === 'confidential' ? { client_secret: app.secret.reveal() } : {};
}
