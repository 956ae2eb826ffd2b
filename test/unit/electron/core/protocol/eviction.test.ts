import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../../support/fake-time.ts';
import { ALICE } from '../../../../support/people.ts';
import { LOCAL_PEER, newNonce, reasonOf, resultOf, type TestBot } from '../../../../support/test-bot.ts';
import { pairBot, type VaultFixture, vaultFixtureWithAlice } from '../../../../support/vault-fixture.ts';

const FLOODER = { ...LOCAL_PEER, program: '/opt/flooder', script: null, interpreter: false };
const UNKNOWN = { ...LOCAL_PEER, pid: null, program: null, script: null, interpreter: false };
const many = (fixture: VaultFixture, count: number, peer = LOCAL_PEER): TestBot[] =>
  Array.from({ length: count }, () => fixture.connect(peer));
const codeSaid = (bot: TestBot | undefined) => bot?.lines.at(-1)?.error?.data.code;
const hello = (bot: TestBot) =>
  bot.request('hello', { protocol: 1, client: { name: 'b' }, nonce: newNonce() });

describe('when all 128 places are taken', () => {
  it('by one program, its own next one is told why and closed', async () => {
    const fixture = await vaultFixtureWithAlice();
    const taken = many(fixture, 128, FLOODER);
    const late = fixture.connect(FLOODER);
    await fixture.time.settle();
    expect(late.lines).toMatchObject([
      { id: null, error: { code: -32000, data: { code: 'busy', retryable: true } } },
    ]);
    expect([late.closed, taken.some(({ closed }) => closed)]).toEqual([true, false]);
    taken[0]?.hangUp();
    expect(resultOf(await hello(fixture.connect(FLOODER))).paired).toBe(false);
  });

  it('by one program, its oldest makes room for a bot, which gets its token', async () => {
    const fixture = await vaultFixtureWithAlice();
    const { keys, hangUp } = await pairBot(fixture);
    hangUp();
    const taken = many(fixture, 128, FLOODER);
    for (let turn = 0; turn < 16; turn += 1) {
      const bot = fixture.connect();
      expect(reasonOf(await bot.authenticate(keys))).toBe('no error');
      expect(resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }))?.userId).toBe(ALICE);
    }
    expect(taken.map(({ closed }) => closed)).toEqual(Array.from({ length: 128 }, (_, index) => index < 16));
    expect(codeSaid(taken[0])).toBe('busy');
  });

  it('nobody who has proved a key is sent away', async () => {
    const fixture = await vaultFixtureWithAlice();
    for (let number = 0; number < 8; number += 1) {
      const { keys } = await pairBot(fixture, [], 'always', `bot-${number}`);
      for (let turn = 0; turn < 15; turn += 1) await fixture.connect().authenticate(keys);
    }
    expect(fixture.view().bots.every(({ connections }) => connections === 16)).toBe(true);
    const late = fixture.connect(FLOODER);
    expect([codeSaid(late), late.closed]).toEqual(['busy', true]);
    expect(fixture.view().bots.every(({ connections }) => connections === 16)).toBe(true);
  });

  it('by programs that can’t be told apart, the oldest makes room', async () => {
    const fixture = await vaultFixtureWithAlice();
    const taken = many(fixture, 128, UNKNOWN);
    const late = fixture.connect(UNKNOWN);
    expect(resultOf(await hello(late)).paired).toBe(false);
    expect(taken.filter(({ closed }) => closed)).toEqual([taken[0]]);
  });

  it('whoever waits for the streamer goes last', async () => {
    const fixture = await vaultFixtureWithAlice();
    const asking = fixture.connect(FLOODER);
    await hello(asking);
    void asking.request('pair', {});
    await fixture.time.settle();
    const taken = many(fixture, 127, FLOODER);
    const bots = many(fixture, 127);
    expect([asking.closed, taken.every(({ closed }) => closed)]).toEqual([false, false]);
    expect(bots.every(({ closed }) => !closed)).toBe(false);
    expect(fixture.approval.current?.claimedName).toBe('b');
  });

  it('ten thousand who come and go starve nobody', async () => {
    const fixture = await vaultFixtureWithAlice();
    const { keys } = await pairBot(fixture);
    for (let turn = 0; turn < 10_000; turn += 1) {
      const stranger = fixture.connect(FLOODER);
      if (turn % 3 === 0) stranger.hangUp();
    }
    expect(reasonOf(await fixture.connect().authenticate(keys))).toBe('no error');
    await fixture.time.pass(11 * SECOND);
    expect(fixture.view().bots[0]?.connections).toBe(2);
    expect(resultOf(await hello(fixture.connect(FLOODER))).paired).toBe(false);
  });
});
