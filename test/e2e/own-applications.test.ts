import { ApiClient } from '@twurple/api';
import type { Locator, Page } from 'playwright-core';
import { afterEach, expect, test, vi } from 'vitest';
import { SANDBOX_BOT_CLIENT, SANDBOX_PUBLIC_CLIENT } from '../../sandbox/server.ts';
import { aimTwurpleAt, QUIET } from '../support/library-bot-fixture.ts';
import { BOT, LOGINS, LUNA } from '../support/people.ts';
import { openCastkeyFixture, pairedBot } from './castkey-fixture.ts';
import { findPage, TITLES } from './castkey-process.ts';
import { answerApproval, closing, consentHere, goTo } from './window-actions.ts';

afterEach(() => vi.unstubAllEnvs());

const CHAT = [['chat:read'], ['chat:edit']];

test('a bot with an application of its own, on a profile where nothing was entered: three clicks to its token', async () => {
  const fixture = await openCastkeyFixture({ application: null });
  const { castkey, twitch } = fixture;
  aimTwurpleAt(fixture);
  let clicks = 0;
  const click = async (target: Locator): Promise<void> => {
    clicks += 1;
    await target.click();
  };
  const byName = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

  const connecting = fixture.bot('song-bot', {
    twitchClientId: SANDBOX_BOT_CLIENT.clientId,
    wants: [{ intent: 'songs', scopes: CHAT }],
  });
  const approval = await castkey.window(TITLES.approval);
  await approval.getByText(SANDBOX_BOT_CLIENT.clientId).waitFor();
  await approval.getByText(/brings its own Twitch application/).waitFor();
  await closing(approval, () => click(byName(approval, 'Always allow')));
  const signIn = await castkey.window(TITLES.signIn);
  await click(byName(signIn, 'Sign in here'));
  const page = await findPage(castkey.app, async (one) => one.url().startsWith(twitch.url), 'page of Twitch');
  await page.getByRole('heading', { name: 'Song Request Bot' }).waitFor();
  await closing(page, () => click(byName(page, 'Authorize')));

  const authProvider = await connecting;
  const token = await authProvider.getAccessTokenForIntent('songs', ...CHAT);
  expect(token).toMatchObject({ userId: LUNA, clientId: SANDBOX_BOT_CLIENT.clientId });
  const me = await new ApiClient({ authProvider, ...QUIET }).users.getAuthenticatedUser(LUNA);
  expect(me.name).toBe(LOGINS[LUNA]);
  expect(clicks).toBe(3);
});

test('bots of two applications are one person’s two logins; one application goes, and the other bot stays', async () => {
  const fixture = await openCastkeyFixture({ accounts: [LOGINS[LUNA]] });
  const clientId = SANDBOX_BOT_CLIENT.clientId;
  const usual = await pairedBot(fixture, 'usual-bot', { wants: [{ user: LUNA }] });
  const other = await pairedBot(fixture, 'song-bot', { twitchClientId: clientId });
  const asked = other.getAccessTokenForUser(LUNA, ['chat:read']);
  await consentHere(fixture.castkey, fixture.twitch.url, LOGINS[LUNA]);
  expect(await asked).toMatchObject({ userId: LUNA, clientId });
  await usual.close();
  await other.close();

  await fixture.castkey.quit();
  await fixture.restart();
  const [again, otherAgain] = [
    await fixture.bot('usual-bot'),
    await fixture.bot('song-bot', { twitchClientId: clientId }),
  ];
  const [first, second] = await Promise.all(
    [again, otherAgain].map((bot) => bot.getAccessTokenForUser(LUNA)),
  );
  expect(first).toMatchObject({ clientId: SANDBOX_PUBLIC_CLIENT.clientId });
  expect(second).toMatchObject({ clientId });
  const main = await fixture.castkey.main();
  expect(await fixture.castkey.visible()).toEqual([TITLES.main]);

  await goTo(main, 'Settings');
  const card = main.getByRole('article', { name: 'song-bot', exact: true });
  await card.getByText(clientId).waitFor();
  await card.getByRole('button', { name: 'Remove', exact: true }).click();
  const dialog = main.getByRole('dialog');
  await dialog.getByText(LOGINS[LUNA]).first().waitFor();
  await dialog.getByRole('button', { name: /^Remove/ }).click();
  await card.waitFor({ state: 'detached' });
  await expect
    .poll(() => fixture.twitch.control.requests().filter(({ path }) => path.endsWith('/revoke')).length)
    .toBeGreaterThan(0);
  expect((await again.getAccessTokenForUser(LUNA))?.clientId).toBe(SANDBOX_PUBLIC_CLIENT.clientId);
});

test('a job that nobody has is asked about, and goes on to somebody else in the window', async () => {
  const fixture = await openCastkeyFixture({ accounts: [LOGINS[LUNA], LOGINS[BOT]] });
  const bot = await pairedBot(fixture, 'chat-bot', { wants: [] });
  const asked = bot.getAccessTokenForIntent('chat');
  const approval = await fixture.castkey.window(TITLES.approval);
  await approval.getByRole('radio', { name: LOGINS[BOT], exact: true }).check();
  await answerApproval(fixture.castkey, 'Always allow');
  expect((await asked)?.userId).toBe(BOT);
});
