import { describe, expect, it } from 'vitest';
import { SECOND } from '../support/fake-time.ts';
import { FACTS, newNonce, reasonOf, resultOf, type TestBot } from '../support/test-bot.ts';
import { ALICE, pairBot, type World, worldWithAlice } from '../support/vault-fixture.ts';

const FLOODER = { ...FACTS, program: '/opt/flooder', script: null, interpreter: false };
const UNKNOWN = { ...FACTS, pid: null, program: null, script: null, interpreter: false };
const many = (world: World, count: number, facts = FACTS): TestBot[] =>
  Array.from({ length: count }, () => world.connect(facts));
const codeSaid = (bot: TestBot | undefined) => bot?.lines.at(-1)?.error?.data.code;
const hello = (bot: TestBot) =>
  bot.request('hello', { protocol: 1, client: { name: 'b' }, nonce: newNonce() });

describe('when all 128 places are taken', () => {
  it('by one program, its own next one is told why and closed', async () => {
    const world = await worldWithAlice();
    const taken = many(world, 128, FLOODER);
    const late = world.connect(FLOODER);
    await world.time.settle();
    expect(late.lines).toMatchObject([
      { id: null, error: { code: -32000, data: { code: 'busy', retryable: true } } },
    ]);
    expect([late.closed, taken.some(({ closed }) => closed)]).toEqual([true, false]);
    taken[0]?.hang();
    expect(resultOf(await hello(world.connect(FLOODER))).paired).toBe(false);
  });

  it('by one program, its oldest makes room for a bot, which gets its token', async () => {
    const world = await worldWithAlice();
    const { keys, hang } = await pairBot(world);
    hang();
    const taken = many(world, 128, FLOODER);
    for (let turn = 0; turn < 16; turn += 1) {
      const bot = world.connect();
      expect(reasonOf(await bot.enter(keys))).toBe('no error');
      expect(resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }))?.userId).toBe(ALICE);
    }
    expect(taken.map(({ closed }) => closed)).toEqual(Array.from({ length: 128 }, (_, index) => index < 16));
    expect(codeSaid(taken[0])).toBe('busy');
  });

  it('nobody who has proved a key is sent away', async () => {
    const world = await worldWithAlice();
    for (let number = 0; number < 8; number += 1) {
      const { keys } = await pairBot(world, [], 'always', `bot-${number}`);
      for (let turn = 0; turn < 15; turn += 1) await world.connect().enter(keys);
    }
    expect(world.view().bots.every(({ connections }) => connections === 16)).toBe(true);
    const late = world.connect(FLOODER);
    expect([codeSaid(late), late.closed]).toEqual(['busy', true]);
    expect(world.view().bots.every(({ connections }) => connections === 16)).toBe(true);
  });

  it('by programs that can’t be told apart, the oldest makes room', async () => {
    const world = await worldWithAlice();
    const taken = many(world, 128, UNKNOWN);
    const late = world.connect(UNKNOWN);
    expect(resultOf(await hello(late)).paired).toBe(false);
    expect(taken.filter(({ closed }) => closed)).toEqual([taken[0]]);
  });

  it('whoever waits for the streamer goes last', async () => {
    const world = await worldWithAlice();
    const asking = world.connect(FLOODER);
    await hello(asking);
    void asking.request('pair', {});
    await world.time.settle();
    const taken = many(world, 127, FLOODER);
    const bots = many(world, 127);
    expect([asking.closed, taken.every(({ closed }) => closed)]).toEqual([false, false]);
    expect(bots.every(({ closed }) => !closed)).toBe(false);
    expect(world.approval.current?.claimedName).toBe('b');
  });

  it('ten thousand who come and go starve nobody', async () => {
    const world = await worldWithAlice();
    const { keys } = await pairBot(world);
    for (let turn = 0; turn < 10_000; turn += 1) {
      const stranger = world.connect(FLOODER);
      if (turn % 3 === 0) stranger.hang();
    }
    expect(reasonOf(await world.connect().enter(keys))).toBe('no error');
    await world.time.pass(11 * SECOND);
    expect(world.view().bots[0]?.connections).toBe(2);
    expect(resultOf(await hello(world.connect(FLOODER))).paired).toBe(false);
  });
});
