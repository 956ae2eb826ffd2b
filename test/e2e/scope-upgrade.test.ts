import { expect, test } from 'vitest';
import { LOGINS, LUNA } from '../support/people.ts';
import { setStage } from './castkey-fixture.ts';
import { TITLES } from './castkey-process.ts';
import { answerApproval, consentHere } from './window-actions.ts';

test('a bot that asks for one more scope gets it after one click at Twitch, in the same call', async () => {
  const stage = await setStage({ accounts: [LOGINS[LUNA]] });
  const pairing = stage.bot('stats-bot', { wants: [{ user: LUNA }] });
  await answerApproval(stage.castkey, 'Always allow');
  const bot = await pairing;
  const first = bot.getAccessTokenForUser(LUNA, ['chat:read']);
  await consentHere(stage.castkey, stage.twitch.url, LOGINS[LUNA]);
  expect((await first)?.scope).toEqual(['chat:read']);

  const pending = bot.getAccessTokenForUser(LUNA, ['channel:read:subscriptions'], ['chat:read']);
  const signIn = await stage.castkey.window(TITLES.signIn);
  expect(await signIn.getByText('stats-bot').count()).toBeGreaterThan(0);
  expect(await signIn.getByText('see who subscribes to you').count()).toBeGreaterThan(0);
  await consentHere(stage.castkey, stage.twitch.url, LOGINS[LUNA]);

  const token = await pending;
  expect([...(token?.scope ?? [])].sort()).toEqual(['channel:read:subscriptions', 'chat:read']);
  expect([...bot.getCurrentScopesForUser(LUNA)].sort()).toEqual(['channel:read:subscriptions', 'chat:read']);
  expect(stage.twitch.control.issuedTokens()).toContain(token?.accessToken);
  await expect.poll(() => stage.castkey.visible()).toEqual([TITLES.main]);
});

test('a bot without a grant is approved first, then the streamer consents, then it gets its token', async () => {
  const stage = await setStage({ accounts: [LOGINS[LUNA]] });
  const pairing = stage.bot('late-bot');
  await answerApproval(stage.castkey, 'Always allow');
  const bot = await pairing;
  expect(bot.users).toEqual([]);
  const pending = bot.getAccessTokenForUser(LUNA, ['chat:edit']);
  await answerApproval(stage.castkey, 'Always allow');
  await consentHere(stage.castkey, stage.twitch.url, LOGINS[LUNA]);
  expect((await pending)?.scope).toEqual(['chat:edit']);
});
