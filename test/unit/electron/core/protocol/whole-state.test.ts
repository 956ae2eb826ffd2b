import { describe, expect, it } from 'vitest';
import type { SubscribeResult, UserState, WireEvent } from '../../../../../shared/protocol.ts';
import { SECOND } from '../../../../support/fake-time.ts';
import { ALICE, BOB } from '../../../../support/people.ts';
import { sha256 } from '../../../../support/sha256.ts';
import { resultOf, type TestBot } from '../../../../support/test-bot.ts';
import {
  click,
  type PairedBot,
  pairBot,
  signInAs,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

const refresh = async (fixture: VaultFixture, userId: string): Promise<void> => {
  await fixture.time.pass(11 * SECOND);
  await fixture.vault.actions['account.refresh'].run({ userId });
};
const revoke = async (fixture: VaultFixture, { keys }: PairedBot): Promise<void> => {
  const bot = fixture.view().bots.find(({ keyId }) => keyId === keys.keyId);
  await fixture.vault.actions['grant.revoke'].run({ keyId: keys.keyId, grantId: bot?.grants[0]?.id ?? '' });
};
const subscribe = async (bot: TestBot): Promise<SubscribeResult> =>
  resultOf(await bot.request('subscribe', {}));
const idsOf = (users: readonly UserState[] = []): string[] => users.map(({ userId }) => userId);
const told = (bot: TestBot): [string, string | undefined][] =>
  bot.events.map((event) => [event.type, 'user' in event ? event.user?.userId : undefined]);

async function openFixture() {
  const fixture = await vaultFixtureWithAlice();
  await signInAs(fixture, BOB);
  return fixture;
}

describe('a subscription is answered with the whole state', () => {
  it('of the accounts this bot may see, as they stand', async () => {
    const fixture = await openFixture();
    await fixture.vault.actions['account.setIntents'].run({ userId: ALICE, intents: ['chat'] });
    const bot = await pairBot(fixture, [{ intent: 'chat' }]);
    const state = await subscribe(bot);
    expect(state).toEqual({
      seq: 0,
      locked: false,
      users: [
        {
          userId: ALICE,
          login: 'alice',
          scope: ['chat:read'],
          intents: ['chat'],
          state: 'ok',
          expiresAt: expect.any(Number),
          version: 1,
        },
      ],
    });
    expect(resultOf(await bot.request('status', {})).users).toEqual(state.users);
  });

  it('and of the lock', async () => {
    const fixture = await openFixture();
    const bot = await pairBot(fixture);
    await fixture.vault.actions['vault.lock'].run();
    expect(await subscribe(bot)).toMatchObject({ locked: true, users: [{ userId: ALICE }] });
  });

  it('and once more by the next one, in which what waited for a slow reader is included', async () => {
    const fixture = await openFixture();
    const bot = await pairBot(fixture);
    await subscribe(bot);
    bot.blocked = true;
    await fixture.vault.actions['vault.lock'].run();
    await refresh(fixture, ALICE);
    const again = bot.request('subscribe', {});
    await fixture.time.settle();
    bot.drain();
    // The lock went out before the pipe was full; the refresh is in the state.
    expect(resultOf(await again)).toMatchObject({ seq: 1, locked: true, users: [{ version: 2 }] });
    expect(bot.events.map(({ type }) => type)).toEqual(['vault.locked']);
  });
});

describe('an event is complete in itself', () => {
  it('a new token comes with the account as it then stands', async () => {
    const fixture = await openFixture();
    const bot = await pairBot(fixture);
    const { users = [] } = await subscribe(bot);
    await refresh(fixture, ALICE);
    const [event] = bot.events as Extract<WireEvent, { type: 'token.changed' }>[];
    expect(event?.user).toEqual({ ...users[0], version: 2, expiresAt: event?.expiresAt });
    expect(resultOf(await bot.request('status', {})).users).toEqual([event?.user]);
  });

  it('an account that comes into sight by a new permission is told of, to that bot alone', async () => {
    const fixture = await openFixture();
    const [bot, other] = [await pairBot(fixture), await pairBot(fixture, [], 'always', 'other')];
    for (const one of [bot, other]) await subscribe(one);
    const asked = bot.request('getAccessTokenForUser', { user: BOB });
    await click(fixture, 'always');
    await asked;
    expect(told(bot)).toEqual([['account.added', BOB]]);
    expect(other.events).toEqual([]);
  });

  it('a permission more on an account it knows is no news', async () => {
    const fixture = await openFixture();
    await fixture.vault.actions['account.setIntents'].run({ userId: ALICE, intents: ['chat'] });
    const bot = await pairBot(fixture);
    await subscribe(bot);
    const scopeSets = [['chat:read']];
    await bot.request('getAccessTokenForIntent', { intent: 'chat', scopeSets });
    const other = bot.request('getAccessTokenForUser', { user: BOB });
    await click(fixture, 'always');
    await other;
    expect(told(bot)).toEqual([['account.added', BOB]]);
  });

  it('an account that is gone, or no longer its business, comes without any', async () => {
    const fixture = await openFixture();
    const bot = await pairBot(fixture, [{ user: BOB }]);
    await subscribe(bot);
    await bot.request('getAccessTokenForUser', { user: BOB });
    await revoke(fixture, bot);
    await refresh(fixture, BOB);
    expect(told(bot)).toEqual([['grant.revoked', undefined]]);
    const second = await pairBot(fixture, [{ user: ALICE }], 'always', 'second');
    await subscribe(second);
    await fixture.vault.actions['account.remove'].run({ userId: ALICE });
    expect(told(second)).toEqual([['account.removed', undefined]]);
  });

  it('a narrowed permission leaves the account in sight', async () => {
    const fixture = await vaultFixtureWithAlice(['chat:read', 'bits:read']);
    const bot = await pairBot(fixture, [{ user: ALICE, scopes: [['chat:read'], ['bits:read']] }]);
    await subscribe(bot);
    const { keyId } = bot.keys;
    const grantId = fixture.view().bots[0]?.grants[0]?.id ?? '';
    await fixture.vault.actions['grant.change'].run({ keyId, grantId, scopes: ['chat:read'] });
    expect(told(bot)).toEqual([['grant.revoked', ALICE]]);
  });

  it('a job that moves takes one account out of sight and brings the other', async () => {
    const fixture = await openFixture();
    const move = (userId: string) =>
      fixture.vault.actions['account.setIntents'].run({ userId, intents: ['chat'] });
    await move(ALICE);
    const bot = await pairBot(fixture, [{ intent: 'chat' }]);
    expect(idsOf((await subscribe(bot)).users)).toEqual([ALICE]);
    await move(BOB);
    expect(bot.events).toHaveLength(2);
    expect(bot.events).toMatchObject(
      expect.arrayContaining([
        { seq: expect.any(Number), type: 'intents.changed', userId: ALICE, intents: [] },
        expect.objectContaining({ userId: BOB, user: expect.objectContaining({ intents: ['chat'] }) }),
      ]),
    );
    expect(told(bot)).toContainEqual(['intents.changed', undefined]);
    expect(told(bot)).toContainEqual(['intents.changed', BOB]);
    expect(idsOf((await subscribe(bot)).users)).toEqual([BOB]);
  });
});

describe('the last event of an account that a bot may see no more', () => {
  it('does not tell the jobs that account has by then', async () => {
    const fixture = await openFixture();
    await fixture.vault.actions['account.setIntents'].run({ userId: ALICE, intents: ['chat'] });
    const bot = await pairBot(fixture, [{ intent: 'chat' }]);
    await subscribe(bot);
    await fixture.vault.actions['account.setIntents'].run({ userId: ALICE, intents: ['private'] });
    await fixture.time.settle();
    expect(bot.events).toEqual([{ seq: 1, type: 'intents.changed', userId: ALICE, intents: [] }]);
  });
});

describe('after an overflow', () => {
  it('the state comes by itself, as it stands when it is read', async () => {
    const fixture = await openFixture();
    const bot = await pairBot(fixture, [{ user: ALICE }, { user: BOB }]);
    await subscribe(bot);
    bot.blocked = true;
    for (let turn = 0; turn < 140; turn += 1) {
      await fixture.vault.actions['vault.lock'].run();
      await fixture.vault.actions['vault.unlock'].run({});
    }
    await fixture.vault.actions['account.remove'].run({ userId: BOB });
    await refresh(fixture, ALICE);
    bot.drain();
    const [overflow, state] = bot.events.slice(-2);
    expect([overflow?.type, state?.type]).toEqual(['overflow', 'state']);
    expect(state).toMatchObject({ locked: false, users: [{ userId: ALICE, version: 2 }] });
    expect(bot.events.map(({ seq }) => seq)).toEqual(bot.events.map((_, index) => index + 1));
  });
});

describe('turns for those who restart', () => {
  const waits = (bots: readonly TestBot[]): (number | undefined)[] =>
    bots.map(({ events }) => {
      const event = events.findLast(({ type }) => type === 'token.changed');
      return event?.type === 'token.changed' ? event.splayMs : -1;
    });
  async function bots(fixture: VaultFixture, count: number): Promise<PairedBot[]> {
    const paired: PairedBot[] = [];
    for (let at = 0; at < count; at += 1)
      paired.push(await pairBot(fixture, undefined, 'always', `bot ${at}`));
    for (const bot of paired) await subscribe(bot);
    return paired;
  }

  it('come one after the other within 20 s, and all hear of the token at once', async () => {
    const fixture = await vaultFixtureWithAlice();
    const ten = await bots(fixture, 10);
    await refresh(fixture, ALICE);
    expect(waits(ten)).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18].map((seconds) => seconds * SECOND));
    const more = await bots(fixture, 11);
    await refresh(fixture, ALICE);
    expect(waits([...ten, ...more]).at(-1)).toBe(20 * SECOND);
  });

  it('are none where nobody else has to restart', async () => {
    const fixture = await vaultFixtureWithAlice();
    const [bot] = await bots(fixture, 1);
    await signInAs(fixture, BOB);
    await pairBot(fixture, [{ user: BOB }], 'always', 'other');
    await refresh(fixture, ALICE);
    expect(waits(bot ? [bot] : [])).toEqual([0]);
  });

  it('are not given when the token before is over', async () => {
    const fixture = await vaultFixtureWithAlice();
    const two = await bots(fixture, 2);
    await fixture.vault.actions['account.rotate'].run({ userId: ALICE });
    expect(waits(two)).toEqual([undefined, undefined]);
  });

  it('are not given when Twitch has ended it', async () => {
    const fixture = await vaultFixtureWithAlice();
    const [bot, other] = await bots(fixture, 2);
    if (!bot || !other) throw new Error('no bots');
    const { accessToken } = resultOf(await bot.request('getAccessTokenForUser', { user: ALICE })) ?? {};
    for (const token of fixture.twitch.state.access.values()) token.dead = true;
    const rejected = sha256(accessToken ?? '');
    resultOf(await bot.request('refreshAccessTokenForUser', { user: ALICE, rejected }));
    expect(waits([bot, other])).toEqual([undefined, undefined]);
  });
});
