import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BOT, LOGINS, LUNA } from '../support/people.ts';
import { openCastkeyFixture } from './castkey-fixture.ts';
import { type Castkey, TITLES } from './castkey-process.ts';
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
  leaveOnLargerScreen(fixture.home);
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
  expect(await placeOnScreen(fixture.castkey)).toMatchObject({ inside: true, screens: 1 });
});

/** As if the window had been closed on a screen that is larger than any here. */
function leaveOnLargerScreen(home: string): void {
  const file = join(home, 'shell', 'shell.json');
  const text = readFileSync(file, 'utf8');
  const grown = text.replace(/"width":\s*\d+/, '"width": 5120').replace(/"height":\s*\d+/, '"height": 2880');
  expect(grown).not.toBe(text);
  writeFileSync(file, grown);
}

/** Where the main window is on the screen it is nearest to. */
function placeOnScreen({ app }: Castkey): Promise<{ inside: boolean; screens: number }> {
  return app.evaluate(({ BrowserWindow, screen }) => {
    const bounds = BrowserWindow.getAllWindows()[0]?.getBounds() ?? { x: 0, y: 0, width: 0, height: 0 };
    const { x, y, width, height } = screen.getDisplayMatching(bounds).workArea;
    const inside =
      bounds.width > 0 &&
      bounds.x >= x &&
      bounds.y >= y &&
      bounds.x + bounds.width <= x + width &&
      bounds.y + bounds.height <= y + height;
    return { inside, screens: screen.getAllDisplays().length };
  });
}
