import { empty, identityError, json } from '../http/answer.ts';
import type { Endpoint } from '../twitch.ts';

/**
 * `GET /oauth2/validate`. `scopes` is null rather than empty (twitchdev/issues#1145); an app token has
 * neither login nor user ID. Seconds are rounded up: a 0 would mean that the token never expires.
 */
export const validateEndpoint: Endpoint = (twitch, request) => {
  const presented = /^(?:oauth|bearer) +(\S+)$/i.exec(request.header('authorization'))?.[1];
  if (presented === undefined) return identityError(401, 'missing authorization token');
  const token = twitch.tokens.find(presented);
  if (!token) return identityError(401, 'invalid access token');
  const account = token.userId === null ? undefined : twitch.accounts.byId(token.userId);
  return json(200, {
    client_id: token.clientId,
    ...(account && { login: account.login }),
    scopes: token.scopes.length > 0 ? token.scopes : null,
    ...(account && { user_id: account.id }),
    expires_in: Math.ceil((token.expiresAt - twitch.now()) / 1000),
  });
};

/**
 * `POST /oauth2/revoke`. Ends the access token only; whether the refresh token goes with it is
 * undocumented at Twitch, so nobody should count on either.
 */
export const revokeEndpoint: Endpoint = (twitch, request) => {
  const clientId = request.param('client_id');
  const presented = request.param('token');
  if (!clientId) return identityError(400, 'missing client id');
  if (!presented) return identityError(400, 'missing oauth token');
  if (!twitch.clients.get(clientId)) return identityError(404, 'client does not exist');
  if (twitch.tokens.find(presented)?.clientId !== clientId) return identityError(400, 'Invalid token');
  twitch.tokens.revoke(presented);
  return empty(200);
};
