import { expect } from 'vitest';
import { attack } from '../../support/attack.ts';
import { HOUR } from '../../support/fake-time.ts';
import { ALICE } from '../../support/people.ts';
import { reasonOf, resultOf } from '../../support/test-bot.ts';
import { pairBot } from '../../support/vault-fixture.ts';
import { type AttackFixture, ending, isServed, openAttackFixture } from './attack-fixture.ts';

const token = { user: ALICE, interactive: 'never' } as const;

/** The honest bot's request for a token, held up at Twitch; `finish` lets Twitch answer. */
async function requestAtTwitch({ time, twitch, honest }: AttackFixture) {
  time.sleep(5 * HOUR);
  const finish = twitch.hold('refresh');
  const asked = honest.request('getAccessTokenForUser', token);
  await expect.poll(() => twitch.count('refresh')).toBe(1);
  return { asked, finish };
}

attack('a bot that wants what another bot may have', 'denied, or the streamer is asked', async () => {
  const fixture = await openAttackFixture();
  const { dialAs, honest } = fixture;
  const { keys } = await pairBot(fixture, [], 'always', 'envious');
  const { bot } = await dialAs(keys);
  expect(resultOf(await bot.request('status', {})).users).toEqual([]);
  expect(reasonOf(await bot.request('getAccessTokenForUser', token))).toBe('denied');
  expect(reasonOf(await bot.request('getAnyAccessToken', { user: ALICE }))).toBe('denied');
  const asked = bot.request('refreshAccessTokenForUser', { user: ALICE });
  await expect.poll(() => fixture.approval.current?.claimedName).toBe('envious');
  fixture.vault.approval.closed();
  expect(reasonOf(await asked)).toBe('denied');
  expect(await isServed(honest)).toBe(true);
  expect(JSON.stringify(bot.lines)).not.toMatch(/alice|zzSECRET/);
});

attack('a permission taken back while a request is under way', 'denied, no token leaves', async () => {
  const fixture = await openAttackFixture();
  const { asked, finish } = await requestAtTwitch(fixture);
  const [bot] = fixture.view().bots;
  const grantId = bot?.grants[0]?.id ?? '';
  await fixture.vault.actions['grant.revoke'].run({ keyId: fixture.keys.keyId, grantId });
  finish();
  expect(reasonOf(await asked)).toBe('denied');
});

attack('a bot removed while its request is under way', 'hung up on, no token leaves', async () => {
  const fixture = await openAttackFixture();
  const { socket, bot } = await fixture.dialAs();
  const { finish } = await requestAtTwitch(fixture);
  void bot.request('getAccessTokenForUser', token);
  const closed = ending(socket);
  await fixture.vault.actions['bot.remove'].run({ keyId: fixture.keys.keyId });
  finish();
  await closed;
  expect(JSON.stringify([bot.lines, fixture.honest.lines])).not.toContain('accessToken');
});

attack('a vault locked while a request is under way', 'locked, no token leaves', async () => {
  const fixture = await openAttackFixture();
  const { asked, finish } = await requestAtTwitch(fixture);
  await fixture.vault.actions['vault.lock'].run();
  finish();
  expect(reasonOf(await asked)).toBe('locked');
});
