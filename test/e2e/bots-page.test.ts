import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { TokenChange } from 'castkey-client';
import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { LOGINS, LUNA } from '../support/people.ts';
import { type CastkeyFixture, codeOf, openCastkeyFixture, pairedBot } from './castkey-fixture.ts';
import { consentHere, goTo } from './window-actions.ts';

const CLI = resolve(import.meta.dirname, '../../clients/javascript/dist/cli.js');
const BOTH = [['chat:read'], ['chat:edit']];

/** A bot's card on the bots page. */
async function botCard(main: Page, name: string): Promise<Locator> {
  await goTo(main, 'Bots');
  return main.getByRole('article', { name, exact: true });
}
const press = (where: Page | Locator, name: string) =>
  where.getByRole('button', { name, exact: true }).click();
/** The bot once more: by its key, with no token in memory, and asking nobody. */
const quietly = (fixture: CastkeyFixture, name: string) => fixture.bot(name, { interactive: 'never' });
/** What Twitch says to a token: 200 while it is good. */
const statusOf = async (fixture: CastkeyFixture, token: string | undefined): Promise<number> =>
  (await fetch(`${fixture.twitch.url}/oauth2/validate`, { headers: { authorization: `OAuth ${token}` } }))
    .status;

test('a permission narrowed on the bots page is refused from then on, the rest still given', async () => {
  const fixture = await openCastkeyFixture({ accounts: [LOGINS[LUNA]] });
  const bot = await pairedBot(fixture, 'chat-bot', { wants: [{ user: LUNA, scopes: BOTH }] });
  const first = bot.getAccessTokenForUser(LUNA, ...BOTH);
  await consentHere(fixture.castkey, fixture.twitch.url, LOGINS[LUNA]);
  expect((await first)?.scope.toSorted()).toEqual(['chat:edit', 'chat:read']);

  const main = await fixture.castkey.main();
  await press(await botCard(main, 'chat-bot'), `Edit ${LOGINS[LUNA]}`);
  const dialog = main.getByRole('dialog');
  await dialog.getByRole('checkbox', { name: 'Write in chat as you', exact: true }).uncheck();
  await press(dialog, 'Save');
  await dialog.waitFor({ state: 'hidden' });
  await (await botCard(main, 'chat-bot')).getByText('1 permission', { exact: true }).waitFor();

  const again = await quietly(fixture, 'chat-bot');
  expect(await codeOf(again.getAccessTokenForUser(LUNA, ['chat:edit']))).toBe('denied');
  expect(await codeOf(again.getAccessTokenForUser(LUNA, ['chat:read']))).toBe('it was answered');
});

test('after "Revoke", a new token ends what the bot still holds, and the other bot hears of it', async () => {
  const fixture = await openCastkeyFixture({ accounts: [LOGINS[LUNA]] });
  const [leaving, staying] = [
    await pairedBot(fixture, 'leaving-bot'),
    await pairedBot(fixture, 'staying-bot'),
  ];
  const held = await leaving.getAccessTokenForUser(LUNA);
  expect((await staying.getAccessTokenForUser(LUNA))?.accessToken).toBe(held?.accessToken);
  const heard: TokenChange[] = [];
  staying.onTokenChange((change) => heard.push(change));

  const main = await fixture.castkey.main();
  await press(await botCard(main, 'leaving-bot'), `Revoke ${LOGINS[LUNA]}`);
  const dialog = main.getByRole('dialog', { name: 'leaving-bot may still hold a token', exact: true });
  await dialog.getByText(/that works for up to \d+ hours?\. Make a new one and end the old one\?/).waitFor();
  expect(await statusOf(fixture, held?.accessToken)).toBe(200);
  await press(dialog, 'Make a new token');
  await dialog.getByText('Done. What the bot holds no longer works.').waitFor();
  await press(dialog, 'Got it');

  expect(await statusOf(fixture, held?.accessToken)).toBe(401);
  // Once of the new token, and once more because nobody has time left on the old one.
  const twice = [LUNA, LUNA].map((userId) => ['token.changed', userId]);
  await expect.poll(() => heard.map(({ type, userId }) => [type, userId])).toEqual(twice);
  const renewed = await staying.getAccessTokenForUser(LUNA);
  expect(await statusOf(fixture, renewed?.accessToken)).toBe(200);
  const again = await quietly(fixture, 'leaving-bot');
  expect(await codeOf(again.getAccessTokenForUser(LUNA))).toBe('denied');
});

test('a bot that is removed is unknown at once, and nothing is offered where it never had a token', async () => {
  const fixture = await openCastkeyFixture({ accounts: [LOGINS[LUNA]] });
  await pairedBot(fixture, 'idle-bot');
  const main = await fixture.castkey.main();
  await press(await botCard(main, 'idle-bot'), 'Remove');
  await press(main.getByRole('dialog', { name: 'Remove idle-bot?', exact: true }), 'Remove bot');
  await main.getByText('No bot yet', { exact: true }).waitFor();
  await main.getByRole('dialog').waitFor({ state: 'hidden' });
  expect(await codeOf(quietly(fixture, 'idle-bot'))).toBe('not-paired');
});

test('another script with a bot’s key is told on the bots page, until the streamer says it is hers', async () => {
  const fixture = await openCastkeyFixture({ accounts: [LOGINS[LUNA]] });
  await pairedBot(fixture, 'chat-bot');
  const env = {
    ...process.env,
    CASTKEY_SOCKET: fixture.castkey.socket,
    CASTKEY_KEY_FILE: join(fixture.keys, 'chat-bot.json'),
  };
  await promisify(execFile)(process.execPath, [CLI, 'token', '--name', 'chat-bot', '--user', LUNA], {
    env,
  });

  const main = await fixture.castkey.main();
  const card = await botCard(main, 'chat-bot');
  await card.getByText('It still gets what you allowed.').waitFor();
  const different = card.getByRole('list', { name: 'What is different', exact: true });
  expect(await different.innerText()).toMatch(
    /^The script\s+Allowed\s+\S+\s+Now\s+\S+\/clients\/javascript\/dist\/cli\.js$/,
  );
  await press(card, 'It’s mine');
  await different.waitFor({ state: 'hidden' });
  await card.getByText(CLI, { exact: true }).waitFor();
});
