import type { CastkeyAuthProvider } from 'castkey-client';
import { expect, test } from 'vitest';
import { BOT, LOGINS, LUNA } from '../support/people.ts';
import { type CastkeyFixture, codeOf, openCastkeyFixture, pairedBot } from './castkey-fixture.ts';
import { TITLES } from './castkey-process.ts';
import { answerApproval, closing, consentHere, openTwitchPage } from './window-actions.ts';

/** Nothing but the main window is left, and Luna has what she had. */
async function expectNothingChanged(fixture: CastkeyFixture, bot: CastkeyAuthProvider): Promise<void> {
  await expect.poll(() => fixture.castkey.visible()).toEqual([TITLES.main]);
  await expectNothingGranted(bot);
}

async function expectNothingGranted(bot: CastkeyAuthProvider): Promise<void> {
  const status = await bot.status();
  expect(status.users.map(({ login, scope, state }) => ({ login, scope, state }))).toEqual([
    { login: LOGINS[LUNA], scope: [], state: 'ok' },
  ]);
}

test('a denied pairing is "denied", and asked again it stays denied without a window', async () => {
  const fixture = await openCastkeyFixture({ accounts: [LOGINS[LUNA]] });
  const pairing = codeOf(fixture.bot('stranger', { wants: [{ user: LUNA }] }));
  await answerApproval(fixture.castkey, 'Deny');
  expect(await pairing).toBe('denied');
  expect(await codeOf(fixture.bot('stranger', { wants: [{ user: LUNA }] }))).toBe('denied');
  await expect.poll(() => fixture.castkey.visible()).toEqual([TITLES.main]);
});

test('closing the approval window and pressing Escape in it deny', async () => {
  const fixture = await openCastkeyFixture({ accounts: [LOGINS[LUNA]] });
  const closed = codeOf(fixture.bot('closed-bot', { wants: [{ user: LUNA }] }));
  await (await fixture.castkey.window(TITLES.approval)).close();
  expect(await closed).toBe('denied');
  const escaped = codeOf(fixture.bot('escaped-bot', { wants: [{ user: LUNA }] }));
  const approval = await fixture.castkey.window(TITLES.approval);
  await approval.getByRole('button', { name: 'Deny', exact: true }).waitFor();
  await closing(approval, () => approval.keyboard.press('Escape'));
  expect(await escaped).toBe('denied');
});

test('"Cancel" on the page of Twitch is "consent-denied"', async () => {
  const fixture = await openCastkeyFixture({ accounts: [LOGINS[LUNA]] });
  const bot = await pairedBot(fixture, 'asking-bot');
  const pending = codeOf(bot.getAccessTokenForUser(LUNA, ['chat:edit']));
  const page = await openTwitchPage(fixture.castkey, fixture.twitch.url);
  await closing(page, () => page.getByRole('button', { name: 'Cancel', exact: true }).click());
  expect(await pending).toBe('consent-denied');
  await expectNothingChanged(fixture, bot);
});

test('"Cancel" in the sign-in window, and closing it, are "consent-denied"', async () => {
  const fixture = await openCastkeyFixture({ accounts: [LOGINS[LUNA]] });
  const bot = await pairedBot(fixture, 'asking-bot');
  const cancelled = codeOf(bot.getAccessTokenForUser(LUNA, ['chat:edit']));
  const signIn = await fixture.castkey.window(TITLES.signIn);
  await closing(signIn, () => signIn.getByRole('button', { name: 'Cancel', exact: true }).click());
  expect(await cancelled).toBe('consent-denied');
  const closed = codeOf(bot.getAccessTokenForUser(LUNA, ['chat:edit']));
  await (await fixture.castkey.window(TITLES.signIn)).close();
  expect(await closed).toBe('consent-denied');
  await expectNothingChanged(fixture, bot);
});

test('somebody else signing in is "wrong-account", and nobody is stored', async () => {
  const fixture = await openCastkeyFixture({ accounts: [LOGINS[LUNA]] });
  const bot = await pairedBot(fixture, 'asking-bot');
  const pending = codeOf(bot.getAccessTokenForUser(LUNA, ['chat:edit']));
  await consentHere(fixture.castkey, fixture.twitch.url, LOGINS[BOT]);
  expect(await pending).toBe('wrong-account');
  await expectNothingGranted(bot);
  const main = await fixture.castkey.main();
  expect(await main.locator(`[aria-label="${LOGINS[BOT]}"]`).count()).toBe(0);
  // The window says it, and is where she tries again.
  const signIn = await fixture.castkey.window(TITLES.signIn);
  await signIn.getByText(`${LOGINS[BOT]} signed in, but it had to be ${LOGINS[LUNA]}`).waitFor();
  await signIn.getByRole('button', { name: 'Try again', exact: true }).click();
  await consentHere(fixture.castkey, fixture.twitch.url, LOGINS[LUNA]);
  await expect.poll(() => bot.getCurrentScopesForUser(LUNA)).toContain('chat:edit');
});

test('when a bot stops waiting, Twitch’s page stays for her, and what she allows is kept', async () => {
  const fixture = await openCastkeyFixture({ accounts: [LOGINS[LUNA]] });
  const bot = await pairedBot(fixture, 'asking-bot', { timeoutMs: 4_000 });
  const pending = codeOf(bot.getAccessTokenForUser(LUNA, ['chat:edit']));
  const page = await openTwitchPage(fixture.castkey, fixture.twitch.url);
  expect(await pending).toBe('consent-timeout');
  await expectNothingGranted(bot);
  const signIn = await fixture.castkey.window(TITLES.signIn);
  await signIn.getByText('asking-bot stopped waiting').waitFor();
  await signIn.getByRole('button', { name: 'Finish anyway', exact: true }).click();
  await page.getByRole('radio', { name: LOGINS[LUNA], exact: true }).check();
  await closing(signIn, () => page.getByRole('button', { name: 'Authorize', exact: true }).click());
  await expect.poll(() => bot.getCurrentScopesForUser(LUNA)).toContain('chat:edit');
});
