import { expect } from 'vitest';
import { reasonOf, resultOf } from '../fakes/bot.ts';
import { HOUR } from '../fakes/clock.ts';
import { ALICE, pairBot } from '../fakes/world.ts';
import { attack } from './attack.ts';
import { ending, isServed, openStage, type Stage } from './stage.ts';

const token = { user: ALICE, interactive: 'never' } as const;

/** The honest bot's request for a token, held up at Twitch; `finish` lets Twitch answer. */
async function requestAtTwitch({ world, honest }: Stage) {
  world.time.sleep(5 * HOUR);
  const finish = world.twitch.hold('refresh');
  const asked = honest.request('getAccessTokenForUser', token);
  await expect.poll(() => world.twitch.count('refresh')).toBe(1);
  return { asked, finish };
}

attack('a bot that wants what another bot may have', 'denied, or the streamer is asked', async () => {
  const { world, enter, honest } = await openStage();
  const { keys } = await pairBot(world, [], 'always', 'envious');
  const { bot } = await enter(keys);
  expect(resultOf(await bot.request('status', {})).users).toEqual([]);
  expect(reasonOf(await bot.request('getAccessTokenForUser', token))).toBe('denied');
  expect(reasonOf(await bot.request('getAnyAccessToken', { user: ALICE }))).toBe('no-app-token');
  const asked = bot.request('refreshAccessTokenForUser', { user: ALICE });
  await expect.poll(() => world.approval.current?.claimedName).toBe('envious');
  world.vault.approval.closed();
  expect(reasonOf(await asked)).toBe('denied');
  expect(await isServed(honest)).toBe(true);
  expect(JSON.stringify(bot.lines)).not.toMatch(/alice|zzSECRET/);
});

attack('a permission taken back while a request is under way', 'denied, no token leaves', async () => {
  const stage = await openStage();
  const { asked, finish } = await requestAtTwitch(stage);
  const [bot] = stage.world.view().bots;
  const grantId = bot?.grants[0]?.id ?? '';
  await stage.world.vault.actions['grant.revoke'].run({ keyId: stage.keys.keyId, grantId });
  finish();
  expect(reasonOf(await asked)).toBe('denied');
});

attack('a bot removed while its request is under way', 'hung up on, no token leaves', async () => {
  const stage = await openStage();
  const { socket, bot } = await stage.enter();
  const { finish } = await requestAtTwitch(stage);
  void bot.request('getAccessTokenForUser', token);
  const closed = ending(socket);
  await stage.world.vault.actions['bot.remove'].run({ keyId: stage.keys.keyId });
  finish();
  await closed;
  expect(JSON.stringify([bot.lines, stage.honest.lines])).not.toContain('accessToken');
});

attack('a vault locked while a request is under way', 'locked, no token leaves', async () => {
  const stage = await openStage();
  const { asked, finish } = await requestAtTwitch(stage);
  await stage.world.vault.actions['vault.lock'].run();
  finish();
  expect(reasonOf(await asked)).toBe('locked');
});
