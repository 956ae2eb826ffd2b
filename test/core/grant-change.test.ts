import { describe, expect, it } from 'vitest';
import { reasonOf, resultOf } from '../fakes/bot.ts';
import { MINUTE } from '../fakes/clock.ts';
import { ALICE, click, type PairedBot, pairBot, type World, worldWithAlice } from '../fakes/world.ts';

const BOTH = ['bits:read', 'chat:read'];
const ask = (bot: PairedBot, ...scopes: string[]) =>
  bot.request('getAccessTokenForUser', {
    user: ALICE,
    scopeSets: scopes.map((scope) => [scope]),
    interactive: 'never',
  });
const grantOf = (world: World) => world.view().bots[0]?.grants[0] ?? expect.fail('there is no grant');
const narrow = (world: World, bot: PairedBot, scopes: string[], grantId = grantOf(world).id) =>
  world.vault.actions['grant.change'].run({ keyId: bot.keys.keyId, grantId, scopes });

async function withBoth(): Promise<{ world: World; bot: PairedBot }> {
  const world = await worldWithAlice(BOTH);
  const bot = await pairBot(world, [{ user: ALICE, scopes: [['bits:read'], ['chat:read']] }]);
  return { world, bot };
}

describe('narrowing a permission', () => {
  it('holds at once for open connections, which are told, and after a restart', async () => {
    const { world, bot } = await withBoth();
    await bot.request('subscribe', {});
    resultOf(await ask(bot, ...BOTH));
    expect(await narrow(world, bot, ['chat:read'])).toMatchObject({ ok: true });
    expect(bot.events).toMatchObject([{ type: 'grant.revoked', userId: ALICE }]);
    expect(reasonOf(await ask(bot, 'bits:read'))).toBe('denied');
    resultOf(await ask(bot, 'chat:read'));
    await world.restart();
    expect(grantOf(world).scopes).toEqual(['chat:read']);
    expect(world.view().activity.find(({ kind }) => kind === 'grant.changed')).toMatchObject({
      bot: 'bot',
      scopes: ['bits:read'],
    });
  });

  it('holds for a request that is under way', async () => {
    const { world, bot } = await withBoth();
    const asked = ask(bot, ...BOTH);
    await narrow(world, bot, ['chat:read']);
    expect(reasonOf(await asked)).toBe('denied');
  });

  it('leaves a bot what it asked for and was asked about anew', async () => {
    const { world, bot } = await withBoth();
    await narrow(world, bot, ['chat:read']);
    const again = bot.request('getAccessTokenForUser', { user: ALICE, scopeSets: [['bits:read']] });
    await click(world, 'always');
    resultOf(await again);
    expect(grantOf(world).scopes.toSorted()).toEqual(BOTH);
  });

  it.each([
    ['widens', ['chat:read', 'user:edit'], 'bad-request'],
    ['leaves nothing', [], 'bad-request'],
  ])('that %s is refused with advice', async (_name, scopes, code) => {
    const { world, bot } = await withBoth();
    expect(await narrow(world, bot, scopes)).toMatchObject({ ok: false, error: { code } });
    expect(grantOf(world).scopes.toSorted()).toEqual(BOTH);
  });

  it('to what it is changes nothing, and of one that is gone is refused', async () => {
    const { world, bot } = await withBoth();
    const before = world.view().activity.length;
    expect(await narrow(world, bot, BOTH)).toMatchObject({ ok: true });
    expect(world.view().activity).toHaveLength(before);
    expect(await narrow(world, bot, ['chat:read'], 'gone')).toMatchObject({ error: { code: 'not-found' } });
  });

  it('that the disk refuses is said, and holds all the same', async () => {
    const { world, bot } = await withBoth();
    world.documents.fault = 'refuse';
    expect(await narrow(world, bot, ['chat:read'])).toMatchObject({ ok: false, error: { code: 'storage' } });
    expect(reasonOf(await ask(bot, 'bits:read'))).toBe('denied');
    world.documents.fault = null;
    await world.time.pass(MINUTE);
    await world.restart();
    expect(grantOf(world).scopes).toEqual(['chat:read']);
  });
});

describe('the use of a permission', () => {
  it('is told with its first and last time and how often, and lasts', async () => {
    const { world, bot } = await withBoth();
    expect(grantOf(world)).toMatchObject({ firstUsedAt: null, lastUsedAt: null, uses: 0 });
    const first = world.time.now();
    await ask(bot, 'chat:read');
    await world.time.pass(MINUTE);
    await ask(bot, 'chat:read');
    const used = { firstUsedAt: first, lastUsedAt: first + MINUTE, uses: 2 };
    expect(grantOf(world)).toMatchObject(used);
    await narrow(world, bot, ['chat:read']);
    await world.restart();
    expect(grantOf(world)).toMatchObject(used);
  });

  it('from before first times were kept has none', async () => {
    const { world, bot } = await withBoth();
    await ask(bot, 'chat:read');
    await world.restart(() => {
      const text = world.documents.files.get('bots') ?? '';
      expect(text).toMatch(/"firstUsedAt":\d+,/);
      world.documents.files.set('bots', text.replace(/"firstUsedAt":\d+,/g, ''));
    });
    expect(grantOf(world)).toMatchObject({ firstUsedAt: null, uses: 1 });
    const again = world.connect();
    await again.enter(bot.keys);
    await again.request('getAccessTokenForUser', { user: ALICE });
    expect(grantOf(world)).toMatchObject({ firstUsedAt: null, uses: 2 });
  });
});
