import { typeCodePage } from '../pages/consent-page.ts';
import { messagePage } from '../pages/page.ts';
import type { Endpoint } from '../twitch.ts';
import { askForConsent } from './consent-endpoint.ts';

/**
 * `GET /activate`: the person's half of the device code flow. With `device-code`, as in the link a
 * program opens, it goes straight to the question; without, it asks for the code.
 */
export const activateEndpoint: Endpoint = (twitch, request) => {
  const typed = request.param('device-code');
  if (!typed) return typeCodePage(false);
  const code = twitch.deviceCodes.byUserCode(typed);
  const client = code && twitch.clients.get(code.clientId);
  if (!code || !client) return typeCodePage(true);
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
      code.verdict = { userId: account.id };
      return messagePage(
        'good',
        `${account.login} is connected`,
        `${client.name} may now use this account. You can close this page and go back to Castkey.`,
      );
    },
    cancel: () => {
      if (late()) return tooLate;
      code.verdict = 'declined';
      return messagePage(
        'bad',
        'Nothing was connected',
        `${client.name} was told no. You can go back to Castkey.`,
      );
    },
  });
};
