import { json } from '../http/answer.ts';
import { codeEntryPage } from '../pages/consent-page.ts';
import { messagePage } from '../pages/page.ts';
import type { Endpoint } from '../twitch.ts';
import { askForConsent, readScopes } from './consent-endpoint.ts';
import { DEVICE_CODE_LIFETIME, DEVICE_INTERVAL } from './device-codes.ts';

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

/**
 * `GET /activate`: the person's half of the device code flow. With `device-code`, as in the link a
 * program opens, it goes straight to the question; without, it asks for the code.
 */
export const activateEndpoint: Endpoint = (twitch, request) => {
  const typed = request.param('device-code');
  if (!typed) return codeEntryPage(false);
  const code = twitch.deviceCodes.byUserCode(typed);
  const client = code && twitch.clients.get(code.clientId);
  if (!code || !client) return codeEntryPage(true);
  const late = (): boolean => twitch.deviceCodes.byUserCode(code.userCode) === undefined;
  const tooLate = messagePage(
    'bad',
    'Too late',
    'This code has expired or was answered elsewhere. Start again in Castkey.',
    400,
  );
  return askForConsent(twitch, request, {
    client,
    scopes: code.scopes,
    userCode: code.userCode,
    authorize: (account) => {
      if (late()) return tooLate;
      code.decision = { userId: account.id };
      return messagePage(
        'good',
        `${account.login} is connected`,
        `${client.name} may now use this account. You can close this page and go back to Castkey.`,
      );
    },
    cancel: () => {
      if (late()) return tooLate;
      code.decision = 'declined';
      return messagePage(
        'bad',
        'Nothing was connected',
        `${client.name} was told no. You can go back to Castkey.`,
      );
    },
  });
};
