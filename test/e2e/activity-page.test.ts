import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pageFaults } from '../support/page-faults.ts';
import { LOGINS, LUNA } from '../support/people.ts';
import { dialSocket, newNonce, reasonOf, resultOf } from '../support/test-bot.ts';
import { type CastkeyFixture, openCastkeyFixture, pairedBot } from './castkey-fixture.ts';
import { TITLES } from './castkey-process.ts';
import { goTo } from './window-actions.ts';

/** A program that says it has a bot's key, and hasn't. */
async function pretendToBe(fixture: CastkeyFixture, name: string): Promise<void> {
  const { keyId } = JSON.parse(readFileSync(join(fixture.keys, `${name}.json`), 'utf8')) as { keyId: string };
  const { bot, hangUp } = await dialSocket(fixture.castkey.socket);
  resultOf(await bot.request('hello', { protocol: 1, client: { name }, keyId, nonce: newNonce() }));
  expect(reasonOf(await bot.request('authenticate', { proof: newNonce() }))).toBe('bad-proof');
  hangUp();
}

test('the record is searched and filtered, and each entry opens to who asked', async () => {
  const fixture = await openCastkeyFixture({ accounts: [LOGINS[LUNA]] });
  const bot = await pairedBot(fixture, 'chat-bot');
  await bot.getAccessTokenForUser(LUNA);
  await pretendToBe(fixture, 'chat-bot');

  const main = await fixture.castkey.main();
  await goTo(main, 'Activity');
  // Small enough for the entry that failed to lie below the fold: the part that scrolls is the page's, not the page.
  const resize = (width: number, height: number) =>
    fixture.castkey.app.evaluate(
      ({ BrowserWindow }, { title, size: [w, h] }) => {
        const window = BrowserWindow.getAllWindows().find((one) => one.getTitle() === title);
        window?.setMinimumSize(1, 1);
        window?.setContentSize(w, h);
      },
      { title: TITLES.main, size: [width, height] as const },
    );
  await resize(420, 320);
  await expect.poll(() => main.evaluate(() => innerHeight)).toBe(320);
  expect(await main.evaluate(pageFaults)).toEqual([]);
  await resize(1000, 700);
  const entries = main.getByRole('main').getByRole('listitem');
  await main.getByRole('textbox', { name: 'Search what happened', exact: true }).fill('chat-bot got');
  await expect.poll(() => entries.count()).toBe(1);
  const served = entries.filter({ hasText: `chat-bot got the token of ${LOGINS[LUNA]}` });
  await served.getByRole('button', { name: 'Who asked', exact: true }).click();
  await served.getByText('chat-bot, proved by its key', { exact: true }).waitFor();
  await served.getByText(`pid ${process.pid}`).waitFor();

  await main.getByRole('button', { name: 'Show everything', exact: true }).click();
  await main.getByRole('combobox', { name: 'Kind', exact: true }).selectOption('Strangers');
  const stranger = entries.filter({ hasText: 'claimed to be chat-bot' });
  await stranger.getByText('Stranger', { exact: true }).waitFor();
  await expect.poll(() => entries.count()).toBe(1);
  await stranger.getByRole('button', { name: 'Who asked', exact: true }).click();
  await stranger.getByText('It called itself “chat-bot”; nothing proves that', { exact: true }).waitFor();
});

test('the record is saved whole, and copied without names', async () => {
  const fixture = await openCastkeyFixture({ accounts: [LOGINS[LUNA]] });
  const bot = await pairedBot(fixture, 'chat-bot');
  const token = await bot.getAccessTokenForUser(LUNA);
  const main = await fixture.castkey.main();
  await goTo(main, 'Activity');

  const path = join(fixture.home, 'record.csv');
  await fixture.castkey.app.evaluate(({ dialog }, chosen) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath: chosen });
  }, path);
  await main.getByRole('button', { name: 'Export…', exact: true }).click();
  await main.getByRole('button', { name: 'Choose where to save', exact: true }).click();
  await main.getByRole('dialog').getByText('record.csv').waitFor();
  await main.getByRole('button', { name: 'Got it', exact: true }).click();
  const saved = readFileSync(path, 'utf8');
  expect(saved).toContain(`chat-bot got the token of ${LOGINS[LUNA]}`);

  await main.getByRole('button', { name: 'Copy safe log', exact: true }).click();
  await main.getByText('Copied.', { exact: true }).waitFor();
  const copied = await fixture.castkey.app.evaluate(({ clipboard }) => clipboard.readText());
  expect(copied).toContain('bot-1 got the token of account-1');
  expect(copied).not.toMatch(new RegExp(`chat-bot|${LOGINS[LUNA]}`));
  for (const text of [saved, copied]) expect(text).not.toContain(token?.accessToken);
});
