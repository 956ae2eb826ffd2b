import { describe, expect, it } from 'vitest';
import { reasonOf, resultOf } from '../fakes/bot.ts';
import { answers, no, offline } from '../fakes/replies.ts';
import { ALICE, BOB, click, pairBot, signInAs, type World, worldWithAlice } from '../fakes/world.ts';

const remove = (world: World) => world.vault.actions['account.remove'].run({ userId: ALICE });
const dead = (world: World): boolean => [...world.twitch.ledger.access.values()][0]?.dead ?? false;

describe('removing an account', () => {
  it('deletes its record, revokes its token, drops its grants and intents, and tells bots', async () => {
    const world = await worldWithAlice();
    await signInAs(world, BOB);
    await world.vault.actions['account.setIntents'].run({ userId: ALICE, intents: ['chat'] });
    const bot = await pairBot(world, [{ user: ALICE }, { user: BOB }]);
    await bot.request('subscribe', {});
    expect(await remove(world)).toMatchObject({ ok: true });
    await world.time.settle();
    expect([...world.accounts.files.keys()].filter((name) => name.endsWith(ALICE))).toEqual([]);
    expect(world.accounts.files.size).toBe(1);
    expect(dead(world)).toBe(true);
    expect(world.view().bots[0]?.grants.map(({ userId }) => userId)).toEqual([BOB]);
    expect(bot.events).toMatchObject([{ type: 'account.removed', userId: ALICE }]);
    expect(resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }))).toBeNull();
    expect(resultOf(await bot.request('getAccessTokenForIntent', { intent: 'chat' }))).toBeNull();
    await world.restart();
    expect(world.view().accounts.map(({ userId }) => userId)).toEqual([BOB]);
  });

  it('tells bots that know it by an intent only', async () => {
    const world = await worldWithAlice();
    await world.vault.actions['account.setIntents'].run({ userId: ALICE, intents: ['chat'] });
    const bot = await pairBot(world, [{ intent: 'chat' }]);
    await bot.request('subscribe', {});
    await remove(world);
    expect(bot.events).toMatchObject([{ type: 'account.removed', userId: ALICE }]);
  });

  it.each([
    ['unreachable', offline],
    ['of another opinion', answers(no(400, 'Invalid token'))],
  ])('is done although Twitch is %s', async (_name, fault) => {
    const world = await worldWithAlice();
    world.twitch.always('revoke', fault);
    expect(await remove(world)).toMatchObject({ ok: true });
    expect(world.view().accounts).toEqual([]);
  });

  it('that the disk refuses is said, and the account stays', async () => {
    const world = await worldWithAlice();
    world.accounts.refuseRemove = true;
    expect(await remove(world)).toMatchObject({ ok: false, error: { code: 'storage' } });
    expect(world.account(ALICE).login).toBe('alice');
    expect(dead(world)).toBe(false);
  });

  it('revokes although the list of bots can’t be written', async () => {
    const world = await worldWithAlice();
    await pairBot(world);
    world.documents.fault = 'refuse';
    await remove(world);
    await world.time.settle();
    expect(dead(world)).toBe(true);
    expect(world.accounts.files.size).toBe(0);
  });

  it('that is not there is an answer, not a crash', async () => {
    const world = await worldWithAlice();
    await remove(world);
    expect(await remove(world)).toMatchObject({ ok: false, error: { code: 'not-found' } });
  });
});

describe('removing a bot', () => {
  it('ends its connections and forgets its key', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world);
    await bot.request('subscribe', {});
    expect(await world.vault.actions['bot.remove'].run({ keyId: bot.keys.keyId })).toMatchObject({
      ok: true,
    });
    await world.time.settle();
    expect([bot.closed, bot.events.map(({ type }) => type)]).toEqual([true, ['grant.revoked']]);
    const again = world.connect();
    await expect(again.enter(bot.keys)).rejects.toThrow('no proof');
    expect(reasonOf(await again.request('authenticate', { proof: 'x' }))).toBe('not-paired');
    await world.restart();
    expect(world.view().bots).toEqual([]);
  });

  it('in the middle of its request withdraws its question and answers nothing', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world, []);
    void bot.request('getAccessTokenForUser', { user: ALICE });
    await world.time.settle();
    const lines = bot.lines.length;
    await world.vault.actions['bot.remove'].run({ keyId: bot.keys.keyId });
    await world.time.settle();
    expect(world.approval.current).toBeNull();
    expect(bot.lines).toHaveLength(lines);
  });

  it('is not needed to keep getAnyAccessToken to what a bot may still use', async () => {
    const world = await worldWithAlice();
    await signInAs(world, BOB);
    const bot = await pairBot(world, [{ user: BOB }]);
    const once = bot.request('getAccessTokenForUser', { user: ALICE });
    await click(world, 'once');
    await once;
    expect(resultOf(await bot.request('getAnyAccessToken', {})).userId).toBe(BOB);
    expect(resultOf(await bot.request('getAnyAccessToken', { user: ALICE })).userId).toBe(BOB);
  });
});
