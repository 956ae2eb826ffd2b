import { join } from 'node:path';
import { ApiClient } from '@twurple/api';
import { connect } from 'castkey-client';
import { afterEach, expect, test } from 'vitest';
import { LOGINS, LUNA } from '../support/people.ts';
import { freshHome, launchCastkey, removeHome, TITLES } from './castkey-process.ts';
import { answerApproval, cardOf, consentHere, startAddingAccount } from './window-actions.ts';

afterEach(() => {
  delete process.env.TWURPLE_MOCK_API_PORT;
});

test('from the first start to a bot that gets an answer from Twitch', async () => {
  const home = freshHome();
  const castkey = await launchCastkey({ home });
  const main = await castkey.main();
  await main.getByRole('button', { name: 'Use the sandbox', exact: true }).click();
  await main.getByRole('heading', { name: 'Dashboard' }).waitFor();
  const banner = await main
    .getByText(/http:\/\/127\.0\.0\.1:\d+/)
    .first()
    .textContent();
  const url = /http:\/\/127\.0\.0\.1:(\d+)/.exec(banner ?? '');
  if (!url?.[1]) throw new Error('the banner does not name the sandbox');

  await startAddingAccount(castkey);
  await consentHere(castkey, url[0], LOGINS[LUNA]);
  await cardOf(main, LOGINS[LUNA]).waitFor();

  const connecting = connect({
    name: 'chat-bot',
    wants: [{ user: LUNA }],
    socket: castkey.socket,
    keyFile: join(home, 'bot.json'),
  });
  const approval = await castkey.window(TITLES.approval);
  await approval.getByText('chat-bot').first().waitFor();
  await approval.getByText(LOGINS[LUNA]).first().waitFor();
  await answerApproval(castkey, 'Always allow');
  const authProvider = await connecting;

  process.env.TWURPLE_MOCK_API_PORT = url[1];
  const api = new ApiClient({ authProvider });
  const me = await api.users.getAuthenticatedUser(LUNA);
  expect(me.name).toBe(LOGINS[LUNA]);

  await authProvider.close();
  await castkey.quit();
  await removeHome(home);
});
