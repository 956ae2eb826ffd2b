import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { TokenChange } from 'castkey-client';
import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { codeOf, LUNA, pairedBot, type Stage, setStage } from './stage.ts';
import { consentHere, goTo } from './streamer.ts';

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
const quietly = (stage: Stage, name: string) => stage.bot(name, { interactive: 'never' });
/** What Twitch says to a token: 200 while it is good. */
const verdictOn = async (stage: Stage, token: string | undefined): Promise<number> =>
  (await fetch(`${stage.twitch.url}/oauth2/validate`, { headers: { authorization: `OAuth ${token}` } }))
    .status;

test('a permission narrowed on the bots page is refused from then on, the rest still given', async () => {
  const stage = await setStage({ accounts: [LUNA.login] });
  const bot = await pairedBot(stage, 'chat-bot', { wants: [{ user: LUNA.id, scopes: BOTH }] });
  const first = bot.getAccessTokenForUser(LUNA.id, ...BOTH);
  await consentHere(stage.castkey, stage.twitch.url, LUNA.login);
  expect((await first)?.scope.toSorted()).toEqual(['chat:edit', 'chat:read']);

  const main = await stage.castkey.main();
  await press(await botCard(main, 'chat-bot'), `Edit ${LUNA.login}`);
  const dialog = main.getByRole('dialog');
  await dialog.getByRole('checkbox', { name: 'Write in chat as you', exact: true }).uncheck();
  await press(dialog, 'Save');
  await dialog.waitFor({ state: 'hidden' });
  await (await botCard(main, 'chat-bot')).getByText('1 permission', { exact: true }).waitFor();

  const again = await quietly(stage, 'chat-bot');
  expect(await codeOf(again.getAccessTokenForUser(LUNA.id, ['chat:edit']))).toBe('denied');
  expect(await codeOf(again.getAccessTokenForUser(LUNA.id, ['chat:read']))).toBe('it was answered');
});

test('after "Revoke", a new token ends what the bot still holds, and the other bot hears of it', async () => {
  const stage = await setStage({ accounts: [LUNA.login] });
  const [leaving, staying] = [await pairedBot(stage, 'leaving-bot'), await pairedBot(stage, 'staying-bot')];
  const held = await leaving.getAccessTokenForUser(LUNA.id);
  expect((await staying.getAccessTokenForUser(LUNA.id))?.accessToken).toBe(held?.accessToken);
  const heard: TokenChange[] = [];
  staying.onTokenChange((change) => heard.push(change));

  const main = await stage.castkey.main();
  await press(await botCard(main, 'leaving-bot'), `Revoke ${LUNA.login}`);
  const dialog = main.getByRole('dialog', { name: 'leaving-bot may still hold a token', exact: true });
  await dialog.getByText(/that works for up to \d+ hours?\. Make a new one and end the old one\?/).waitFor();
  expect(await verdictOn(stage, held?.accessToken)).toBe(200);
  await press(dialog, 'Make a new token');
  await dialog.getByText('Done. What the bot holds no longer works.').waitFor();
  await press(dialog, 'Got it');

  expect(await verdictOn(stage, held?.accessToken)).toBe(401);
  await expect
    .poll(() => heard.map(({ type, userId }) => [type, userId]))
    .toEqual([['token.changed', LUNA.id]]);
  const renewed = await staying.getAccessTokenForUser(LUNA.id);
  expect(await verdictOn(stage, renewed?.accessToken)).toBe(200);
  const again = await quietly(stage, 'leaving-bot');
  expect(await codeOf(again.getAccessTokenForUser(LUNA.id))).toBe('denied');
});

test('a bot that is removed is unknown at once, and nothing is offered where it never had a token', async () => {
  const stage = await setStage({ accounts: [LUNA.login] });
  await pairedBot(stage, 'idle-bot');
  const main = await stage.castkey.main();
  await press(await botCard(main, 'idle-bot'), 'Remove');
  await press(main.getByRole('dialog', { name: 'Remove idle-bot?', exact: true }), 'Remove bot');
  await main.getByText('No bot yet', { exact: true }).waitFor();
  await main.getByRole('dialog').waitFor({ state: 'hidden' });
  expect(await codeOf(quietly(stage, 'idle-bot'))).toBe('not-paired');
});

test('another script with a bot’s key is told on the bots page, until the streamer says it is hers', async () => {
  const stage = await setStage({ accounts: [LUNA.login] });
  await pairedBot(stage, 'chat-bot');
  const env = {
    ...process.env,
    CASTKEY_SOCKET: stage.castkey.socket,
    CASTKEY_KEY_FILE: join(stage.keys, 'chat-bot.json'),
  };
  await promisify(execFile)(process.execPath, [CLI, 'token', '--name', 'chat-bot', '--user', LUNA.id], {
    env,
  });

  const main = await stage.castkey.main();
  const card = await botCard(main, 'chat-bot');
  await card.getByText('It still gets what you allowed.').waitFor();
  const different = card.getByRole('list', { name: 'What is different', exact: true });
  expect(await different.innerText()).toMatch(
    /^The script\s+Allowed\s+\S+\s+Now\s+\S+\/client\/dist\/cli\.js$/,
  );
  await press(card, 'It’s mine');
  await different.waitFor({ state: 'hidden' });
  await card.getByText(CLI, { exact: true }).waitFor();
});
