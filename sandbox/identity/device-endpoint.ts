import { json } from '../http/answer.ts';
import type { Endpoint } from '../twitch.ts';
import { DEVICE_CODE_LIFETIME, DEVICE_INTERVAL } from './device-codes.ts';
import { readScopes } from './scopes.ts';

/**
 * `POST /oauth2/device`. Only `scopes` is read: a program that sends RFC 8628's `scope` gets a token
 * without any, as at Twitch (twitchdev/issues#1130).
 */
export const deviceEndpoint: Endpoint = (twitch, request) => {
  const client = twitch.clients.identify(request);
  if (!client.ok) return client.answer;
  const scopes = readScopes(request.param('scopes'));
  if (!scopes.ok) return scopes.answer;
  const { deviceCode, userCode } = twitch.deviceCodes.start(client.value.clientId, scopes.value);
  return json(200, {
    device_code: deviceCode,
    expires_in: DEVICE_CODE_LIFETIME,
    interval: DEVICE_INTERVAL,
    user_code: userCode,
    verification_uri: `${request.origin}/activate?public=true&device-code=${userCode}`,
  });
};
