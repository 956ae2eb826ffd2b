import { expect, test } from 'vitest';
import { LOGINS, LUNA } from '../support/people.ts';
import { openCastkeyFixture } from './castkey-fixture.ts';
import { findPage, TITLES } from './castkey-process.ts';
import { answerApproval, consentHere } from './window-actions.ts';

test('a bot that asks for one more scope gets it after one click at Twitch, in the same call', async () => {
  const fixture = await openCastkeyFixture({ accounts: [LOGINS[LUNA]] });
  const pairing = fixture.bot('stats-bot', { wants: [{ user: LUNA }] });
  await answerApproval(fixture.castkey, 'Always allow');
  const bot = await pairing;
  const first = bot.getAccessTokenForUser(LUNA, ['chat:read']);
  await consentHere(fixture.castkey, fixture.twitch.url, LOGINS[LUNA]);
  expect((await first)?.scope).toEqual(['chat:read']);

  const pending = bot.getAccessTokenForUser(LUNA, ['channel:read:subscriptions'], ['chat:read']);
  await findPage(
    fixture.castkey.app,
    async (page) =>
      (await page.title()) === TITLES.signIn &&
      (await page.getByText('stats-bot').count()) > 0 &&
      (await page.getByText('see who subscribes to you').count()) > 0,
    'sign-in window that names the bot and what it could do',
  );
  await consentHere(fixture.castkey, fixture.twitch.url, LOGINS[LUNA]);

  const token = await pending;
  expect([...(token?.scope ?? [])].sort()).toEqual(['channel:read:subscriptions', 'chat:read']);
  expect([...bot.getCurrentScopesForUser(LUNA)].sort()).toEqual(['channel:read:subscriptions', 'chat:read']);
  expect(fixture.twitch.control.issuedTokens()).toContain(token?.accessToken);
  await expect.poll(() => fixture.castkey.visible()).toEqual([TITLES.main]);
});

test('a bot without a grant is approved first, then the streamer consents, then it gets its token', async () => {
  const fixture = await openCastkeyFixture({ accounts: [LOGINS[LUNA]] });
  const pairing = fixture.bot('late-bot');
  await answerApproval(fixture.castkey, 'Always allow');
  const bot = await pairing;
  expect(bot.users).toEqual([]);
  const pending = bot.getAccessTokenForUser(LUNA, ['chat:edit']);
  await answerApproval(fixture.castkey, 'Always allow');
  await consentHere(fixture.castkey, fixture.twitch.url, LOGINS[LUNA]);
  expect((await pending)?.scope).toEqual(['chat:edit']);
});
