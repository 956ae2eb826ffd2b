import { expect, test } from 'vitest';
import { BOT, LOGINS, LUNA } from '../support/people.ts';
import { openCastkeyFixture } from './castkey-fixture.ts';
import { TITLES } from './castkey-process.ts';
import { answerApproval, cardOf, consentHere } from './window-actions.ts';

test('quit and start again: accounts, intents, scopes and grants are there, the bot needs no click', async () => {
  const fixture = await openCastkeyFixture({ accounts: [LOGINS[LUNA], LOGINS[BOT]] });
  const pairing = fixture.bot('chat-bot', { wants: [{ intent: 'chat', scopes: [['chat:read']] }] });
  const approval = await fixture.castkey.window(TITLES.approval);
  await approval.getByRole('radio', { name: LOGINS[BOT], exact: true }).check();
  await answerApproval(fixture.castkey, 'Always allow');
  const bot = await pairing;
  const asked = bot.getAccessTokenForIntent('chat', ['chat:read']);
  await consentHere(fixture.castkey, fixture.twitch.url, LOGINS[BOT]);
  expect((await asked)?.userId).toBe(BOT);

  await fixture.castkey.quit();
  await fixture.restart();
  const main = await fixture.castkey.main();
  await cardOf(main, LOGINS[LUNA]).waitFor();
  await cardOf(main, LOGINS[BOT]).getByText('chat', { exact: true }).first().waitFor();

  // The same provider object: it finds the vault again by itself.
  await expect
    .poll(async () => (await bot.status().catch(() => null))?.users.length, { timeout: 20_000 })
    .toBe(1);
  const again = await fixture.bot('chat-bot');
  const token = await again.getAccessTokenForIntent('chat', ['chat:read']);
  expect(token?.userId).toBe(BOT);
  expect(await fixture.castkey.visible()).toEqual([TITLES.main]);
});
