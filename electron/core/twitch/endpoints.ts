/** Twitch's identity endpoints: the only file that knows their paths. */
import type { TwitchEnvironment } from '../../../shared/twitch-environment.ts';
import type { TwitchApplication } from '../applications/application.ts';
import type { Http, HttpReply } from '../ports.ts';
import type { Secret } from '../secret.ts';
import { type DeviceCode, type TokenInfo, type TokenPair, toDeviceCode, toInfo, toPair } from './answers.ts';
import { readReply, type TwitchReply } from './reply.ts';

export type { DeviceCode, TokenInfo, TokenPair };

const TIMEOUT_MS = 10_000;
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

/** Calls to Twitch's identity host; each answers with a value and never throws. */
export interface Twitch {
  /**
   * A confidential application's answer without a refresh token leaves the one sent in force. A public one's was
   * used up by this: then there is none any more, and sending it again would end every login (twitchdev/issues#903).
   */
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
    refresh: async (app, refresh) => {
      const fields = { grant_type: 'refresh_token', refresh_token: refresh.reveal() };
      const reply = await requestToken(app, fields);
      if (reply.kind !== 'ok' || app.kind === 'public') return reply;
      return { kind: 'ok', value: { ...reply.value, refresh: reply.value.refresh ?? refresh } };
    },
    // `scopes`, plural, in the body: the only form that always works (twitchdev/issues#1130).
    startDevice: async (app, scopes) =>
      readReply(await post('device', { client_id: app.clientId, scopes: scopes.join(' ') }), (body) =>
        toDeviceCode(body, activatePage(environment)),
      ),
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

/** Where a code is typed, should Twitch not say. */
function activatePage({ standIn }: TwitchEnvironment): string {
  return `${standIn?.url ?? 'https://www.twitch.tv'}/activate`;
}

function secretField(app: TwitchApplication): Record<string, string> {
  return app.kind === 'confidential' ? { client_secret: app.secret.reveal() } : {};
}
