import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { CastkeyAuthProvider } from 'castkey-client';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { CallResult, PreloadApi } from '../../shared/ipc.ts';
import type { SettingsView } from '../../shared/views.ts';
import { BOT, LOGINS, LUNA } from '../support/people.ts';
import { type CastkeyFixture, codeOf, openSharedCastkeyFixture, pairedBot } from './castkey-fixture.ts';
import { openScreenSaver, type ScreenSaver } from './fake-screen-saver.ts';
import { findSecrets, secretsOf } from './secret-search.ts';
import { goTo } from './window-actions.ts';

type MainWindow = { castkey: PreloadApi<'main'> };
let saver: ScreenSaver;
let fixture: CastkeyFixture;
let bot: CastkeyAuthProvider;

beforeAll(async () => {
  saver = await openScreenSaver();
  fixture = await openSharedCastkeyFixture({ accounts: [LOGINS[LUNA], LOGINS[BOT]] });
  bot = await pairedBot(fixture, 'record-bot', { wants: [{ user: LUNA }] });
});
afterAll(async () => {
  await fixture?.close();
  saver?.close();
});

const set = (main: Page, change: Partial<SettingsView>): Promise<CallResult<void>> =>
  main.evaluate((to) => (window as unknown as MainWindow).castkey['settings.change'](to), change);
const unlock = async (main: Page): Promise<void> => {
  await main.getByRole('button', { name: 'Unlock', exact: true }).click();
  await main.getByText('Castkey is locked.').waitFor({ state: 'detached' });
};

test('locks with the screen where the desktop’s screen saver says so, and only then', async () => {
  const main = await fixture.castkey.main();
  saver.lock(true);
  saver.lock(false);
  expect(await set(main, { lockWithScreen: true })).toMatchObject({ ok: true });
  // The first question makes Chromium look for the screen saver; the answer comes with a later one.
  await expect
    .poll(() => fixture.castkey.app.evaluate(({ powerMonitor }) => powerMonitor.getSystemIdleState(3600)))
    .toBe('active');
  saver.lock(true);
  await main.getByText('The computer’s screen was locked.').waitFor();
  expect(await codeOf(bot.getAccessTokenForUser(LUNA))).toBe('locked');
  saver.lock(false);
  await unlock(main);
  expect((await bot.getAccessTokenForUser(LUNA))?.accessToken).toBeTruthy();
  await set(main, { lockWithScreen: false });
});

test('locks after the rest that the system counts', async () => {
  const main = await fixture.castkey.main();
  const { app } = fixture.castkey;
  // Nobody touches the virtual display, so its own count rises.
  await expect
    .poll(() => app.evaluate(({ powerMonitor }) => powerMonitor.getSystemIdleTime()))
    .toBeGreaterThan(0);
  await set(main, { lockAfterMinutes: 5 });
  onTestFinished(async () => {
    await set(main, { lockAfterMinutes: null });
  });
  // Five minutes are long for a test: only the number is another's.
  await app.evaluate(({ powerMonitor }) => Object.assign(powerMonitor, { getSystemIdleTime: () => 300 }));
  await main.getByText('Nobody used mouse or keyboard for a while.').waitFor();
  await app.evaluate(({ powerMonitor }) => Object.assign(powerMonitor, { getSystemIdleTime: () => 0 }));
  await unlock(main);
});

test('exchanges a token: Twitch ends the old one, the bot hears of the new one', async () => {
  const main = await fixture.castkey.main();
  const old = (await bot.getAccessTokenForUser(LUNA))?.accessToken ?? '';
  const heard = new Promise((resolve) => onTestFinished(bot.onTokenChange(resolve)));
  const done = await main.evaluate(
    (userId) => (window as unknown as MainWindow).castkey['account.rotate']({ userId }),
    LUNA,
  );
  expect(done).toMatchObject({ ok: true });
  await heard;
  const fresh = (await bot.getAccessTokenForUser(LUNA))?.accessToken ?? '';
  const statusOf = async (token: string): Promise<number> =>
    (await fetch(`${fixture.twitch.url}/oauth2/validate`, { headers: { authorization: `OAuth ${token}` } }))
      .status;
  expect([await statusOf(old), await statusOf(fresh)]).toEqual([401, 200]);
});

test('writes the record to a file that spreadsheets open, for her alone', async () => {
  const main = await fixture.castkey.main();
  const path = join(fixture.keys, '..', `record-${process.pid}.csv`);
  await fixture.castkey.app.evaluate(({ dialog }, chosen) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath: chosen });
  }, path);
  await goTo(main, 'Activity');
  await main.getByRole('button', { name: 'Export…' }).click();
  await main.getByRole('button', { name: 'Choose where to save' }).click();
  await main.getByText(/entries were written to record-/).waitFor();
  const text = readFileSync(path, 'utf8');
  expect(text.startsWith('\uFEFFnumber,time (UTC),kind,what')).toBe(true);
  expect(text).toContain(`record-bot got the token of ${LOGINS[LUNA]}`);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(findSecrets('the export', text, secretsOf(fixture))).toEqual([]);
  await main.getByRole('button', { name: 'Got it' }).click();
});

test('copies a log that names nobody and holds no secret', async () => {
  const main = await fixture.castkey.main();
  await goTo(main, 'Activity');
  await main.getByRole('button', { name: 'Copy safe log' }).click();
  await main.getByText('Copied.').waitFor();
  const text = await fixture.castkey.app.evaluate(({ clipboard }) => clipboard.readText());
  expect(text).toMatch(/^Castkey \d.*\nLogins sealed by: /);
  expect(text).toContain('bot-1 got the token of account-1');
  for (const name of [LOGINS[LUNA], LUNA, LOGINS[BOT], BOT, 'record-bot', fixture.home])
    expect(text.toLowerCase()).not.toContain(name);
  expect(findSecrets('the copy', text, secretsOf(fixture))).toEqual([]);
});
