import { type Answer, identityError, json } from '../http/answer.ts';
import type { SandboxRequest } from '../http/request.ts';
import type { Endpoint, Twitch } from '../twitch.ts';

/** The long name of RFC 8628; the others are short. */
const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

const authorizationCode: Endpoint = (twitch, request) => {
  const known = twitch.clients.identify(request);
  if (!known.ok) return known.answer;
  // Public applications have the device code flow and no other (YoYoGames/GMEXT-Twitch#6).
  if (known.value.kind === 'public') return identityError(400, 'Invalid client credentials');
  const client = twitch.clients.authenticate(request, 'needed');
  if (!client.ok) return client.answer;
  const code = request.param('code');
  if (!code) return identityError(400, 'missing code');
  const grant = twitch.authorizationCodes.redeem(code);
  if (!grant || grant.clientId !== client.value.clientId)
    return identityError(400, 'Invalid authorization code');
  if (request.param('redirect_uri') !== grant.redirectUri) {
    return identityError(400, 'Parameter redirect_uri does not match registered URI');
  }
  return json(200, twitch.tokens.authorize(client.value, grant.userId, grant.scopes));
};

const clientCredentials: Endpoint = (twitch, request) => {
  const client = twitch.clients.authenticate(request, 'needed');
  if (!client.ok) return client.answer;
  if (client.value.kind === 'public') return identityError(400, 'Invalid client credentials');
  return json(200, twitch.tokens.appToken(client.value));
};

const deviceCode: Endpoint = (twitch, request) => {
  // A confidential application gets its token without the secret, and is caught at the refresh
  // (twitchdev/issues#943).
  const client = twitch.clients.authenticate(request, 'optional');
  if (!client.ok) return client.answer;
  const code = twitch.deviceCodes.byDeviceCode(request.param('device_code'));
  if (!code || code.clientId !== client.value.clientId) return identityError(400, 'invalid device code');
  if (code.decision === 'pending') return identityError(400, 'authorization_pending');
  if (code.decision === 'declined') return identityError(400, 'authorization_declined');
  twitch.deviceCodes.redeem(code.deviceCode);
  return json(200, twitch.tokens.authorize(client.value, code.decision.userId, code.scopes));
};

const refreshToken: Endpoint = (twitch, request) => {
  const client = twitch.clients.authenticate(request, 'needed');
  if (!client.ok) return client.answer;
  const presented = request.param('refresh_token');
  if (!presented) return identityError(400, 'missing refresh token');
  // `scope` is not read: a refresh neither narrows nor widens (twitchdev/issues#178).
  const pair = twitch.tokens.refresh(client.value, presented);
  if (pair === 'invalid') return identityError(400, 'Invalid refresh token');
  if (pair === 'revoked') return identityError(401, 'Invalid refresh token');
  return json(200, pair);
};

const GRANTS: ReadonlyMap<string, Endpoint> = new Map([
  ['authorization_code', authorizationCode],
  ['client_credentials', clientCredentials],
  [DEVICE_GRANT, deviceCode],
  ['refresh_token', refreshToken],
]);

/** The grant types the sandbox knows, for the request log, which repeats nothing else a caller sent. */
export const GRANT_TYPES: ReadonlySet<string> = new Set(GRANTS.keys());

/** `POST /oauth2/token`. */
export function tokenEndpoint(twitch: Twitch, request: SandboxRequest): Answer {
  const name = request.param('grant_type');
  if (!name) return identityError(400, 'missing grant type');
  const grant = GRANTS.get(name);
  return grant ? grant(twitch, request) : identityError(400, 'invalid grant type');
}
