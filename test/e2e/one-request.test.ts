import { expect, test } from 'vitest';
import { LUNA, setStage } from './stage.ts';
import { answerApproval, cardOf } from './streamer.ts';

test('two bots and the dashboard at once on an expired token make one request at Twitch', async () => {
  const stage = await setStage({ accounts: [LUNA.login] });
  const bots = [];
  for (const name of ['first-bot', 'second-bot']) {
    const pairing = stage.bot(name, { wants: [{ user: LUNA.id }] });
    await answerApproval(stage.castkey, 'Always allow');
    bots.push(await pairing);
  }
  for (const bot of bots) await bot.getAccessTokenForUser(LUNA.id);
  const before = stage.tokenRequests('refresh_token');
  stage.twitch.control.expireTokens();
  // A slow answer keeps the request in flight while everybody comes.
  stage.twitch.control.addFault({ path: '/oauth2/token', effect: { kind: 'slow', ms: 800 } });
  const main = await stage.castkey.main();
  const [tokens] = await Promise.all([
    Promise.all(bots.map((bot) => bot.refreshAccessTokenForUser(LUNA.id))),
    cardOf(main, LUNA.login).getByRole('button', { name: 'Refresh', exact: true }).click(),
    main.getByRole('button', { name: 'Refresh all', exact: true }).click(),
  ]);
  expect(stage.tokenRequests('refresh_token') - before).toBe(1);
  expect(new Set(tokens.map(({ accessToken }) => accessToken)).size).toBe(1);
});
