import { expect, test } from 'vitest';
import { LOGINS, LUNA } from '../support/people.ts';
import { sha256 } from '../support/sha256.ts';
import { resultOf, type TestBot } from '../support/test-bot.ts';
import { dialAs, openCastkeyFixture, pairedBot } from './castkey-fixture.ts';

const [CONNECTIONS, EACH] = [50, 20];
/** A bot may have 16 connections, so it takes several. */
const BOTS = ['first-bot', 'second-bot', 'third-bot', 'fourth-bot'];
const USER = { user: LUNA };

/** The ways in which bots ask when their token is over, each a request of its own on the wire. */
async function ask(bot: TestBot, turn: number, rejected: string): Promise<string> {
  if (turn % 4 === 0)
    return resultOf(await bot.request('refreshAccessTokenForUser', { ...USER, rejected })).accessToken;
  if (turn % 4 === 1) return resultOf(await bot.request('refreshAccessTokenForUser', USER)).accessToken;
  const method = turn % 4 === 2 ? 'getAccessTokenForUser' : 'getAnyAccessToken';
  return resultOf(await bot.request(method, USER))?.accessToken ?? 'none';
}

test('1,000 requests by 50 connections on one expired token are one request at Twitch', async () => {
  const fixture = await openCastkeyFixture({ accounts: [LOGINS[LUNA]] });
  for (const name of BOTS) await pairedBot(fixture, name);
  const names = Array.from({ length: CONNECTIONS }, (_, index) => BOTS[index % BOTS.length] ?? '');
  const bots = await Promise.all(names.map((name) => dialAs(fixture, name)));
  const { control } = fixture.twitch;

  // The next token lives a second; the one after it is long in coming, so that everybody has to wait for it.
  control.setTokenLifetime(1);
  const asked = await bots[0]?.request('refreshAccessTokenForUser', USER);
  control.setTokenLifetime(14_400);
  control.addFault({ path: '/oauth2/token', times: 'all', effect: { kind: 'slow', ms: 4_000 } });
  const expired = resultOf(asked ?? expect.fail('there is no bot'));
  const before = fixture.tokenRequests('refresh_token');
  await expect
    .poll(() => Date.now(), { timeout: 5_000 })
    .toBeGreaterThan(expired.obtainmentTimestamp + 1_000);

  const rejected = sha256(expired.accessToken);
  const requests = bots.flatMap((bot) => Array.from({ length: EACH }, (_, turn) => ask(bot, turn, rejected)));
  const tokens = await Promise.all(requests);
  expect(tokens).toHaveLength(1_000);
  expect(new Set(tokens).size).toBe(1);
  expect(tokens[0]).not.toBe(expired.accessToken);
  expect(control.issuedTokens()).toContain(tokens[0]);
  expect(fixture.tokenRequests('refresh_token') - before).toBe(1);
});
