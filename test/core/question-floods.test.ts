import { describe, expect, it } from 'vitest';
import type { Peer } from '../../electron/core/ports.ts';
import { LIMITS } from '../../shared/protocol.ts';
import { FACTS, newNonce, reasonOf, resultOf, type TestBot } from '../fakes/bot.ts';
import { MINUTE, SECOND } from '../fakes/clock.ts';
import { ALICE, click, pairBot, type World, worldWithAlice } from '../fakes/world.ts';

const program = (name: string): Peer => ({ ...FACTS, script: `/home/s/${name}.js` });
async function met(world: World, name: string, facts = FACTS): Promise<TestBot> {
  const bot = world.connect(facts);
  await bot.request('hello', { protocol: 1, client: { name }, nonce: newNonce() });
  return bot;
}
const pairAs = async (world: World, name: string, facts = FACTS) =>
  (await met(world, name, facts)).request('pair', {});

describe('questions', () => {
  it('of one program are few, whatever it calls itself', async () => {
    const world = await worldWithAlice();
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f'].slice(0, LIMITS.questions)) void pairAs(world, name);
    await world.time.settle();
    expect(reasonOf(await pairAs(world, 'one-more'))).toBe('busy');
    void pairAs(world, 'other', program('other'));
    await world.time.settle();
    expect(world.approval.current).toMatchObject({ claimedName: 'a', waiting: LIMITS.questions });
  });

  it('of one bot are few', async () => {
    const scopes = [
      ...['chat:read', 'bits:read', 'chat:edit', 'user:read:email'],
      ...['channel:read:polls', 'channel:read:goals', 'moderator:read:followers'],
    ].slice(0, LIMITS.questions + 1);
    const world = await worldWithAlice(scopes);
    const bot = await pairBot(world, []);
    const asked = scopes.map((scope) =>
      bot.request('getAccessTokenForUser', { user: ALICE, scopeSets: [[scope]] }),
    );
    await world.time.settle();
    expect(world.approval.current?.waiting).toBe(LIMITS.questions - 1);
    expect(reasonOf((await asked.at(-1)) ?? { result: null })).toBe('busy');
  });

  it('of paired bots go ahead of strangers’, but not in place of what is shown', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world, [], 'always', 'friend');
    for (const name of ['a', 'b']) void pairAs(world, name, program(name));
    await world.time.settle();
    void bot.request('getAccessTokenForUser', { user: ALICE });
    await world.time.settle();
    const order: string[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      order.push(world.approval.current?.claimedName ?? '');
      await click(world, 'deny');
    }
    expect(order).toEqual(['a', 'friend', 'b']);
  });

  it('are twenty at most; a paired bot’s takes the place of the last stranger’s', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world, [], 'always', 'friend');
    const strangers: Promise<unknown>[] = [];
    for (let number = 0; number < 20; number += 1) {
      const name = `stranger-${number}`;
      strangers.push(pairAs(world, name, program(name)).then(reasonOf));
      await world.time.settle();
    }
    expect(world.approval.current?.waiting).toBe(19);
    expect(reasonOf(await pairAs(world, 'late', program('late')))).toBe('busy');
    void bot.request('getAccessTokenForUser', { user: ALICE });
    expect(await strangers[19]).toBe('busy');
    expect(world.approval.current?.waiting).toBe(19);
    await click(world, 'deny');
    expect(world.approval.current?.claimedName).toBe('friend');
  });

  it('of a program refused too often in ten minutes aren’t asked any more, and it is told for how long', async () => {
    const world = await worldWithAlice();
    for (let turn = 0; turn < LIMITS.pairings.refused; turn += 1) {
      const asked = pairAs(world, `name-${turn}`);
      await world.time.settle();
      if (turn % 2 === 0) await click(world, 'deny');
      else await world.time.pass(MINUTE);
      expect(reasonOf(await asked)).toBe(turn % 2 === 0 ? 'denied' : 'approval-timeout');
    }
    const refused = await pairAs(world, 'yet-another');
    const wait = 'data' in refused ? (refused.data.retryAfterMs ?? 0) : 0;
    expect([reasonOf(refused), wait > 5 * MINUTE && wait <= 10 * MINUTE]).toEqual(['rate-limited', true]);
    expect(world.approval.current).toBeNull();
    for (let turn = 0; turn < 50; turn += 1) await pairAs(world, `name-${turn}`);
    expect(world.view().activity.filter(({ text }) => text.includes('keeps asking'))).toHaveLength(1);
    expect(world.view().notices.filter(({ text }) => text.includes('keeps asking'))).toHaveLength(1);
    void pairAs(world, 'other', program('other'));
    await world.time.settle();
    expect(world.approval.current?.claimedName).toBe('other');
    await click(world, 'deny');
    await world.time.pass(wait);
    void pairAs(world, 'again');
    await world.time.settle();
    expect(world.approval.current?.claimedName).toBe('again');
  });

  it('that were hung up on count as well: no window that flashes for ever', async () => {
    const world = await worldWithAlice();
    for (let turn = 0; turn < LIMITS.pairings.refused; turn += 1) {
      const bot = await met(world, 'flash');
      void bot.request('pair', {});
      await world.time.settle();
      bot.hang();
      await world.time.settle();
    }
    expect(reasonOf(await pairAs(world, 'flash'))).toBe('rate-limited');
  });
});

describe('a paired bot that asks for something else after each no', () => {
  const ask = (bot: TestBot, turn: number, timeoutMs = 120_000) =>
    bot.request('getAccessTokenForUser', { user: ALICE, scopeSets: [[`scope:${turn}`]], timeoutMs });

  it.each(['denied', 'taken back by the bot'])('gets ten windows, then none for a while: %s', async (how) => {
    const world = await worldWithAlice();
    const bot = await pairBot(world, []);
    for (let turn = 0; turn < 10; turn += 1) {
      const asked = ask(bot, turn, how === 'denied' ? 120_000 : 1);
      await world.time.settle();
      expect(world.approval.current).not.toBeNull();
      if (how === 'denied') await click(world, 'deny');
      else await world.time.pass(1);
      expect(reasonOf(await asked)).toBe(how === 'denied' ? 'denied' : 'approval-timeout');
    }
    const refused = await ask(bot, 10);
    expect([reasonOf(refused), world.approval.current]).toEqual(['rate-limited', null]);
    const other = await pairBot(world, [], 'always', 'other');
    void ask(other, 10);
    await world.time.settle();
    expect(world.approval.current?.claimedName).toBe('other');
    await click(world, 'deny');
    await world.time.pass('data' in refused ? (refused.data.retryAfterMs ?? 0) : 0);
    void ask(bot, 11);
    await world.time.settle();
    expect(world.approval.current?.claimedName).toBe('bot');
  });

  it('gets ten sign-in windows, then none for a while', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world);
    const wish = { user: ALICE, scopeSets: [['chat:edit']] };
    for (let turn = 0; turn < 10; turn += 1) {
      const asked = [1, 2, 3].map(() => bot.request('getAccessTokenForUser', wish));
      await world.time.settle();
      world.vault.actions['signIn.cancel'].run({ id: world.signIn.current?.id ?? '' });
      expect((await Promise.all(asked)).map(reasonOf)).toEqual(Array(3).fill('consent-denied'));
      await world.time.pass(2 * SECOND);
    }
    const refused = await bot.request('getAccessTokenForUser', wish);
    expect([reasonOf(refused), world.signIn.current]).toEqual(['rate-limited', null]);
    await world.time.pass('data' in refused ? (refused.data.retryAfterMs ?? 0) : 0);
    void bot.request('getAccessTokenForUser', wish);
    await world.time.settle();
    expect(world.signIn.current).not.toBeNull();
  });

  it('has one refusalOf for all who waited for one window', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world, []);
    const asked = Array.from({ length: 20 }, () => ask(bot, 0));
    await click(world, 'deny');
    await Promise.all(asked);
    void ask(bot, 1);
    await world.time.settle();
    expect(world.approval.current?.claimedName).toBe('bot');
  });
});

describe('equal requests that share a window', () => {
  it('make one bot of several processes, with one key', async () => {
    const world = await worldWithAlice();
    const asked = [pairAs(world, 'bot'), pairAs(world, 'bot'), pairAs(world, 'bot')];
    await click(world, 'always');
    const keys = (await Promise.all(asked)).map((answer) => resultOf(answer).key);
    expect([new Set(keys).size, world.view().bots.length]).toEqual([1, 1]);
    expect(world.view().bots[0]?.connections).toBe(3);
  });

  it('are asked one by one where the system can’t tell the programs apart', async () => {
    const world = await worldWithAlice();
    const unknown = { ...FACTS, pid: null, program: null, script: null };
    const asked = [pairAs(world, 'bot', unknown), pairAs(world, 'bot', unknown)];
    await click(world, 'always');
    await click(world, 'always');
    const keys = (await Promise.all(asked)).map((answer) => resultOf(answer).keyId);
    expect([new Set(keys).size, world.view().bots.length]).toEqual([2, 2]);
  });

  it('get one answer each with “once”, and no more', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world, []);
    const ask = () => bot.request('getAccessTokenForUser', { user: ALICE });
    const asked = [ask(), ask(), ask()];
    await click(world, 'once');
    expect((await Promise.all(asked)).map(reasonOf)).toEqual(['no error', 'no error', 'no error']);
    const next = bot.request('getAccessTokenForUser', { user: ALICE, interactive: 'never' });
    expect(reasonOf(await next)).toBe('denied');
  });
});

describe('a pairing whose program hangs up between the yes and the key', () => {
  it('leaves no bot', async () => {
    const world = await worldWithAlice();
    const bot = await met(world, 'bot');
    void bot.request('pair', { wants: [{ user: ALICE }] });
    await world.time.pass(1_500);
    const release = world.documents.hold();
    world.vault.actions['approval.decide'].run({ id: world.approval.current?.id ?? '', verdict: 'always' });
    await world.time.settle();
    bot.hang();
    release();
    await world.time.pass(SECOND);
    expect(world.view().bots).toEqual([]);
    await world.restart();
    expect(world.view().bots).toEqual([]);
  });

  it('leaves the bot to another process that waited for the same yes', async () => {
    const world = await worldWithAlice();
    const [bot, other] = [await met(world, 'bot'), await met(world, 'bot')];
    void bot.request('pair', {});
    const asked = other.request('pair', {});
    await world.time.pass(1_500);
    const release = world.documents.hold();
    world.vault.actions['approval.decide'].run({ id: world.approval.current?.id ?? '', verdict: 'always' });
    await world.time.settle();
    bot.hang();
    release();
    expect(resultOf(await asked).keyId).toBe(world.view().bots[0]?.keyId);
  });
});
