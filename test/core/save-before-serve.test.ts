import { describe, expect, it } from 'vitest';
import { resultOf } from '../fakes/bot.ts';
import { HOUR, SECOND } from '../fakes/clock.ts';
import { ALICE, CLIENT_ID, pairBot, type World, worldWithAlice } from '../fakes/world.ts';

const newestAccess = (world: World): string => [...world.twitch.ledger.access.keys()].at(-1) ?? '';
const versionOnDisk = (world: World): number =>
  JSON.parse(world.accounts.files.get(`${CLIENT_ID}-${ALICE}`) ?? '{}').tokenVersion;

describe('a renewed pair', () => {
  it('is on disk before a bot, a subscriber or a window knows of it', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world);
    await bot.request('subscribe', {});
    const before = world.account(ALICE).expiresAt;
    world.time.setClockBy(4 * HOUR);
    const release = world.accounts.hold();
    const asked = bot.request('getAccessTokenForUser', { user: ALICE });
    let answered = false;
    void asked.then(() => {
      answered = true;
    });
    await world.time.settle();
    expect(world.twitch.count('refresh')).toBe(1);
    expect(world.accounts.written.at(-1)?.name).toBe(`${CLIENT_ID}-${ALICE}`);
    expect({ answered, events: bot.events.length, expiresAt: world.account(ALICE).expiresAt }).toEqual({
      answered: false,
      events: 0,
      expiresAt: before,
    });
    release();
    expect(resultOf(await asked)?.accessToken).toBe(newestAccess(world));
    expect(versionOnDisk(world)).toBe(2);
    expect(bot.events.map(({ type }) => type)).toEqual(['token.changed']);
  });

  it('of a sign-in is on disk before anyone knows of it', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world);
    await bot.request('subscribe', {});
    await world.vault.actions['account.signIn'].run({ userId: ALICE, scopes: ['chat:edit'] });
    await world.time.settle();
    world.twitch.decide(ALICE);
    const release = world.accounts.hold();
    await world.time.pass(5 * SECOND);
    expect(world.account(ALICE).scopes).toEqual(['chat:read']);
    expect(bot.events).toEqual([]);
    release();
    await world.time.settle();
    expect(world.account(ALICE).scopes).toEqual(['chat:read', 'chat:edit']);
    expect(bot.events).toMatchObject([{ type: 'token.changed', reason: 'consent', version: 2 }]);
  });
});

describe('a disk that refuses', () => {
  it.each(['refuse', 'refuse-after'] as const)('(%s) costs nobody the token, and is told', async (fault) => {
    const world = await worldWithAlice();
    const bot = await pairBot(world);
    world.accounts.fault = fault;
    world.time.setClockBy(4 * HOUR);
    const token = resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }));
    expect(token?.accessToken).toBe(newestAccess(world));
    expect(world.account(ALICE).saved).toBe(false);
    expect(world.account(ALICE).advice).toMatch(/could not be written/);
  });

  it('is asked again until it keeps the pair', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world);
    world.accounts.fault = 'refuse';
    world.time.setClockBy(4 * HOUR);
    await bot.request('getAccessTokenForUser', { user: ALICE });
    expect(versionOnDisk(world)).toBe(1);
    await world.time.pass(60 * SECOND);
    expect(versionOnDisk(world)).toBe(1);
    world.accounts.fault = null;
    await world.time.pass(5 * SECOND);
    expect(world.account(ALICE).saved).toBe(true);
    expect(versionOnDisk(world)).toBe(2);
    await world.restart();
    expect(resultOf(await reconnected(world, bot.keys))?.accessToken).toBe(newestAccess(world));
  });

  it('is asked every five seconds, however often an account changes meanwhile', async () => {
    const world = await worldWithAlice();
    world.accounts.fault = 'refuse';
    await world.vault.actions['account.refresh'].run({ userId: ALICE });
    for (let turn = 0; turn < 20; turn += 1) {
      world.vault.resume();
      await world.time.pass(SECOND);
    }
    const before = world.accounts.written.length;
    await world.time.pass(10 * SECOND);
    expect(world.accounts.written.length - before).toBe(2);
  });

  it('is asked once more when Castkey quits', async () => {
    const world = await worldWithAlice();
    world.accounts.fault = 'refuse';
    await world.vault.actions['account.refresh'].run({ userId: ALICE });
    world.accounts.fault = null;
    await world.vault.stop();
    expect(versionOnDisk(world)).toBe(2);
  });
});

async function reconnected(world: World, keys: { keyId: string; key: string }) {
  const bot = world.connect();
  await bot.enter(keys);
  return bot.request('getAccessTokenForUser', { user: ALICE });
}
