import { once } from 'node:events';
import type { CastkeyAuthProvider, TokenChange } from 'castkey-client';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { SANDBOX_CONFIDENTIAL_CLIENT } from '../../sandbox/server.ts';
import { BOT, LOGINS, LUNA, MAX } from '../support/people.ts';
import { type CastkeyFixture, codeOf, openSharedCastkeyFixture, pairedBot } from './castkey-fixture.ts';
import { freshHome, launchCastkey, removeHome, runToEnd, TITLES } from './castkey-process.ts';
import { openTray, type Tray } from './session-bus.ts';
import { closing } from './window-actions.ts';

const EVERYBODY = [LUNA, BOT, MAX] as const;
let tray: Tray;
let fixture: CastkeyFixture;
let bot: CastkeyAuthProvider;

beforeAll(async () => {
  tray = await openTray();
  fixture = await openSharedCastkeyFixture({
    application: SANDBOX_CONFIDENTIAL_CLIENT,
    accounts: EVERYBODY.map((id) => LOGINS[id]),
  });
  bot = await pairedBot(fixture, 'tray-bot', { wants: EVERYBODY.map((user) => ({ user })) });
});

afterAll(async () => {
  await fixture?.close();
  tray?.close();
});

const pid = (): number => fixture.castkey.process.pid ?? 0;
const tokenOf = async (userId: string): Promise<string | undefined> =>
  (await bot.getAccessTokenForUser(userId))?.accessToken;

/** What the bot hears about tokens until the test ends. */
function changesHeard(): TokenChange[] {
  const heard: TokenChange[] = [];
  onTestFinished(bot.onTokenChange((change) => heard.push(change)));
  return heard;
}

const MENU = (lock: 'Lock' | 'Unlock') => [
  'Open Castkey',
  'Refresh all tokens',
  ...EVERYBODY.map((id) => [LOGINS[id], ['Refresh', 'Sign in again']]),
  'Stream mode',
  lock,
  'Quit',
];

test('its menu has the entries that people rely on, a submenu for each account', async () => {
  expect(await tray.menu(pid())).toEqual(MENU('Lock'));
});

test('"Refresh" in an account’s submenu gets a new token for that account alone, and bots hear of it', async () => {
  const [luna, other] = [await tokenOf(LUNA), await tokenOf(BOT)];
  const heard = changesHeard();
  await tray.click(pid(), LOGINS[LUNA], 'Refresh');
  await expect.poll(() => heard.map(({ type, userId }) => [type, userId])).toEqual([['token.changed', LUNA]]);
  const renewed = await tokenOf(LUNA);
  expect(renewed).not.toBe(luna);
  expect(fixture.twitch.control.issuedTokens()).toContain(renewed);
  expect(await tokenOf(BOT)).toBe(other);
});

test('"Refresh all tokens" gets new tokens, but for an account that got one seconds ago', async () => {
  const before = await Promise.all(EVERYBODY.map(tokenOf));
  const heard = changesHeard();
  await tray.click(pid(), 'Refresh all tokens');
  await expect.poll(() => heard.map(({ userId }) => userId).sort()).toEqual([BOT, MAX]);
  const after = await Promise.all(EVERYBODY.map(tokenOf));
  expect(after.map((token, index) => token === before[index])).toEqual([true, false, false]);
  expect(fixture.twitch.control.issuedTokens()).toEqual(expect.arrayContaining(after));
});

test('"Sign in again" opens the sign-in window for that account', async () => {
  await tray.click(pid(), LOGINS[BOT], 'Sign in again');
  const signIn = await fixture.castkey.window(TITLES.signIn);
  await signIn.getByRole('heading', { name: LOGINS[BOT] }).waitFor();
  await closing(signIn, () => signIn.getByRole('button', { name: 'Cancel', exact: true }).click());
});

test('"Lock" refuses bots; "Unlock", which takes its place in the menu, opens the window that does it', async () => {
  await tray.click(pid(), 'Lock');
  await expect.poll(() => tray.menu(pid())).toEqual(MENU('Unlock'));
  // Not from what the bot keeps meanwhile: a refresh is the vault's to answer.
  expect(await codeOf(bot.refreshAccessTokenForUser(LUNA))).toBe('locked');
  const main = await fixture.castkey.main();
  await main.getByText('Castkey is locked.').waitFor();
  await tray.click(pid(), 'Unlock');
  await expect.poll(() => fixture.castkey.visible()).toEqual([TITLES.main]);
  await main.getByRole('button', { name: 'Unlock', exact: true }).click();
  await expect.poll(() => tray.menu(pid())).toEqual(MENU('Lock'));
  expect(fixture.twitch.control.issuedTokens()).toContain(await tokenOf(LUNA));
});

test('closing the window leaves bots served; a second start shows it again and ends', async () => {
  const { castkey, home } = fixture;
  await castkey.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
  await expect.poll(() => castkey.visible()).toEqual([]);
  // A new connection holds nothing, so the answer is the vault's.
  const token = await (await fixture.bot('tray-bot')).getAccessTokenForUser(LUNA);
  expect(fixture.twitch.control.issuedTokens()).toContain(token?.accessToken);

  const second = await runToEnd({ home, env: { CASTKEY_TWITCH: fixture.twitch.url } });
  expect(second.code).toBe(0);
  expect(second.err).toContain(`castkey: already running with the profile ${home}. Its window is shown.`);
  await expect.poll(() => castkey.visible()).toEqual([TITLES.main]);
  expect(castkey.process.exitCode).toBeNull();
});

test('"--hidden" shows no window until "Open Castkey", and "Quit" ends the program', async () => {
  const home = freshHome();
  const hidden = await launchCastkey({ home, args: ['--hidden'] });
  onTestFinished(async () => {
    await hidden.quit();
    await removeHome(home);
  });
  const program = hidden.process;
  await expect
    .poll(() => tray.menu(program.pid ?? 0).catch(() => null))
    .toEqual(['Open Castkey', 'Refresh all tokens', 'Stream mode', 'Lock', 'Quit']);
  // The tray comes last but for the main window, which is made in the same turn.
  expect(await hidden.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(0);
  await tray.click(program.pid ?? 0, 'Open Castkey');
  await expect.poll(() => hidden.visible()).toEqual([TITLES.main]);

  const ended = once(program, 'exit');
  await tray.click(program.pid ?? 0, 'Quit');
  expect(await ended).toEqual([0, null]);
});
