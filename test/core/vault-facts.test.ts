import { expect, it } from 'vitest';
import { reasonOf, resultOf } from '../support/test-bot.ts';
import { CLIENT_ID, createWorld, openWorld, pairBot, type World } from '../support/vault-fixture.ts';

/** What a paired bot without any grant hears of the vault. */
async function told(world: World) {
  const bot = await pairBot(world, []);
  return resultOf(await bot.request('status', {}));
}

it.each(['public', 'confidential'] as const)('a bot hears that the application is %s', async (kind) => {
  const world = await openWorld(kind);
  expect((await told(world)).vault).toEqual({
    protection: 'os',
    backend: 'fake',
    app: kind,
    twitch: 'real',
  });
});

it.each(['weak', 'none'] as const)('a bot hears that logins rest on %s', async (mode) => {
  const world = await openWorld();
  world.box.mode = mode;
  expect((await told(world)).vault).toMatchObject({ protection: mode });
});

it('a bot hears of a missing application and of a stand-in for Twitch, not where that is', async () => {
  const world = createWorld();
  world.deps.twitch = { ...world.deps.twitch, standIn: { url: 'http://127.0.0.1:4711', builtIn: false } };
  await world.restart();
  const status = await told(world);
  expect(status.vault).toEqual({ protection: 'os', backend: 'fake', app: null, twitch: 'stand-in' });
  expect(JSON.stringify(status)).not.toContain('4711');
});

it('nobody hears anything before it has proved who it is', async () => {
  const world = await openWorld();
  const stranger = world.connect();
  expect(reasonOf(await stranger.request('status', {}))).toBe('not-paired');
  expect(JSON.stringify(stranger.lines)).not.toContain('protection');
  expect(JSON.stringify(await told(world))).not.toContain(CLIENT_ID);
});
