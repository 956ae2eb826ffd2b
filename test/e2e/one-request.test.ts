import { expect, onTestFinished, test } from 'vitest';
import { LOGINS, LUNA } from '../support/people.ts';
import { openCastkeyFixture } from './castkey-fixture.ts';
import { openTray } from './session-bus.ts';
import { answerApproval, cardOf } from './window-actions.ts';

test('two bots, the tray and the dashboard at once on an expired token make one request at Twitch', async () => {
  const tray = await openTray();
  onTestFinished(() => tray.close());
  const fixture = await openCastkeyFixture({ accounts: [LOGINS[LUNA]] });
  const pid = fixture.castkey.process.pid ?? 0;
  const bots = [];
  for (const name of ['first-bot', 'second-bot']) {
    const pairing = fixture.bot(name, { wants: [{ user: LUNA }] });
    await answerApproval(fixture.castkey, 'Always allow');
    bots.push(await pairing);
  }
  for (const bot of bots) await bot.getAccessTokenForUser(LUNA);
  const before = fixture.tokenRequests('refresh_token');
  fixture.twitch.control.expireTokens();
  // A slow answer keeps the request in flight while everybody comes.
  fixture.twitch.control.addFault({ path: '/oauth2/token', effect: { kind: 'slow', ms: 2_000 } });
  const main = await fixture.castkey.main();
  // The dashboard first: while a refresh is under way its button is shut, and a click just then is lost.
  await cardOf(main, LOGINS[LUNA]).getByRole('button', { name: 'Refresh', exact: true }).click();
  const [tokens] = await Promise.all([
    Promise.all(bots.map((bot) => bot.refreshAccessTokenForUser(LUNA))),
    tray.click(pid, LOGINS[LUNA], 'Refresh'),
    tray.click(pid, 'Refresh all tokens'),
  ]);
  // Each click of the streamer's was answered, and all by that one request.
  await main.getByRole('button', { name: 'Activity', exact: true }).click();
  for (const words of [
    `You refreshed the token of ${LOGINS[LUNA]}`,
    `The token of ${LOGINS[LUNA]} was refreshed from the tray’s menu`,
  ])
    await expect.poll(() => main.getByText(words).count(), { message: words }).toBeGreaterThanOrEqual(1);
  expect(fixture.tokenRequests('refresh_token') - before).toBe(1);
  expect(new Set(tokens.map(({ accessToken }) => accessToken)).size).toBe(1);
});
