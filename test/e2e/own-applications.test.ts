import { ApiClient } from '@twurple/api';
import type { Locator, Page } from 'playwright-core';
import { afterEach, expect, test, vi } from 'vitest';
import { SANDBOX_BOT_CLIENT, SANDBOX_PUBLIC_CLIENT } from '../../sandbox/server.ts';
import type { PreloadApi } from '../../shared/ipc.ts';
import { aimTwurpleAt, QUIET } from '../support/library-bot-fixture.ts';
import { BOT, LOGINS, LUNA } from '../support/people.ts';
import { openCastkeyFixture, pairedBot } from './castkey-fixture.ts';
import { findPage, TITLES } from './castkey-process.ts';
import { answerApproval, closing, consentHere, goTo } from './window-actions.ts';

afterEach(() => vi.unstubAllEnvs());

const CHAT = [['chat:read'], ['chat:edit']];
/** An application that the sandbox meets here for the first time. */
const POLLS = 'pollsclient0000000000000000001';

interface MainWindow {
  castkey: PreloadApi<'main'>;
}

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

test('bots of three applications are one person’s three logins; one application goes, and the others stay', async () => {
  const fixture = await openCastkeyFixture({ accounts: [LOGINS[LUNA], LOGINS[BOT]] });
  const song = SANDBOX_BOT_CLIENT.clientId;
  const made = new Map<string, string>([
    ['usual-bot', SANDBOX_PUBLIC_CLIENT.clientId],
    ['song-bot', song],
    ['poll-bot', POLLS],
  ]);
  for (const [name, twitchClientId] of made) {
    const bot = await pairedBot(fixture, name, { twitchClientId });
    const asked = bot.getAccessTokenForUser(LUNA);
    if (name !== 'usual-bot') await consentHere(fixture.castkey, fixture.twitch.url, LOGINS[LUNA]);
    expect(await asked).toMatchObject({ userId: LUNA, clientId: twitchClientId });
    await bot.close();
  }

  await fixture.castkey.quit();
  await fixture.restart();
  const bots = await Promise.all(
    [...made].map(([name, twitchClientId]) => fixture.bot(name, { twitchClientId })),
  );
  const tokens = await Promise.all(bots.map((bot) => bot.getAccessTokenForUser(LUNA)));
  expect(tokens.map((token) => token?.clientId)).toEqual([...made.values()]);
  expect(new Set(tokens.map((token) => token?.accessToken)).size).toBe(3);
  const main = await fixture.castkey.main();
  await expect.poll(() => fixture.castkey.visible()).toEqual([TITLES.main]);
  await goTo(main, 'Settings');
  const card = main.getByRole('article', { name: 'song-bot', exact: true });
  await card.getByText(song).waitFor();
  await card.getByRole('button', { name: 'Remove', exact: true }).click();
  const dialog = main.getByRole('dialog');
  await dialog.getByText(LOGINS[LUNA]).first().waitFor();
  await dialog.getByRole('button', { name: /^Remove/ }).click();
  await card.waitFor({ state: 'detached' });
  await expect
    .poll(() => fixture.twitch.control.requests().filter(({ path }) => path.endsWith('/revoke')).length)
    .toBeGreaterThan(0);
  const [usual, , polls] = bots;
  expect((await usual?.getAccessTokenForUser(LUNA))?.clientId).toBe(SANDBOX_PUBLIC_CLIENT.clientId);
  expect((await polls?.getAccessTokenForUser(LUNA))?.clientId).toBe(POLLS);
});

test('a job that nobody has is asked about; given to somebody else, it takes the bot along', async () => {
  const fixture = await openCastkeyFixture({ accounts: [LOGINS[LUNA], LOGINS[BOT]] });
  const bot = await pairedBot(fixture, 'chat-bot', { wants: [] });
  const asked = bot.getAccessTokenForIntent('chat');
  const approval = await fixture.castkey.window(TITLES.approval);
  await approval.getByRole('radio', { name: LOGINS[BOT], exact: true }).check();
  await answerApproval(fixture.castkey, 'Always allow');
  expect((await asked)?.userId).toBe(BOT);

  const main = await fixture.castkey.main();
  await goTo(main, 'Accounts');
  const moved = main.evaluate(
    (userId) =>
      (window as unknown as MainWindow).castkey['account.setIntents']({ userId, intents: ['chat'] }),
    LUNA,
  );
  expect(await moved).toMatchObject({ ok: true });
  expect((await bot.getAccessTokenForIntent('chat'))?.userId).toBe(LUNA);
});
