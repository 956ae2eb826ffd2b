import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../support/fake-time.ts';
import { resultOf } from '../support/test-bot.ts';
import { answers, json, offline } from '../support/twitch-replies.ts';
import { ALICE, BOB, pairBot, signInAs, worldWithAlice } from '../support/vault-fixture.ts';

const DAY = 24 * HOUR;

async function twoAccounts() {
  const world = await worldWithAlice();
  await signInAs(world, BOB);
  const bot = await pairBot(world, [{ user: ALICE }, { user: BOB }]);
  world.twitch.requests.length = 0;
  return { world, bot };
}

describe('renewal ahead of expiry', () => {
  it('keeps more than a minute on the token for weeks though nobody asks', async () => {
    const { world } = await twoAccounts();
    for (let step = 0; step < 200; step += 1) {
      await world.time.pass(30 * MINUTE);
      for (const user of [ALICE, BOB]) {
        expect((world.account(user).expiresAt ?? 0) - world.time.now()).toBeGreaterThan(MINUTE);
      }
    }
    expect(world.twitch.count('refresh')).toBeLessThanOrEqual(2 * 27);
    expect(world.twitch.count('validate')).toBeLessThanOrEqual(2 * 110);
  });

  it('does not renew with every request when a bot wants more than tokens have', async () => {
    const { world, bot } = await twoAccounts();
    await world.time.pass(MINUTE);
    for (let turn = 0; turn < 20; turn += 1) {
      await bot.request('getAccessTokenForUser', { user: ALICE, minValidity: 86_400 });
    }
    expect(world.twitch.count('refresh')).toBe(1);
  });

  it('renews when a bot wants more validity than is left', async () => {
    const { world, bot } = await twoAccounts();
    await world.time.pass(2 * HOUR);
    const token = resultOf(
      await bot.request('getAccessTokenForUser', { user: ALICE, minValidity: 3 * 3600 }),
    );
    expect(token?.version).toBe(2);
    expect(world.twitch.count('refresh')).toBe(1);
  });
});

describe('time that jumps', () => {
  const jumps: [string, number, number][] = [
    ['a sleep of 10 h', 10 * HOUR, 1],
    ['a sleep of 30 days', 30 * DAY, 1],
    ['a nap of 1 h', HOUR, 0],
  ];
  it.each(jumps)('%s costs each account at most one refresh and two checks', async (_name, ms, refreshes) => {
    const { world } = await twoAccounts();
    world.time.sleep(ms);
    world.vault.resume();
    world.vault.resume();
    await world.time.pass(MINUTE);
    expect(world.twitch.count('refresh')).toBe(2 * refreshes);
    expect(world.twitch.count('validate')).toBeLessThanOrEqual(4);
    expect([world.account(ALICE).state, world.account(BOB).state]).toEqual(['ok', 'ok']);
  });

  it('is noticed without a word from the system, too', async () => {
    const { world } = await twoAccounts();
    world.time.sleep(10 * HOUR);
    await world.time.pass(16 * SECOND);
    expect(world.twitch.count('refresh')).toBe(2);
  });

  it('waits for the network after waking instead of giving logins up', async () => {
    const { world, bot } = await twoAccounts();
    world.time.sleep(10 * HOUR);
    world.twitch.always('refresh', offline);
    world.twitch.always('validate', offline);
    world.vault.resume();
    await world.time.pass(2 * MINUTE);
    expect(world.account(ALICE).state).toBe('offline');
    // One of them tries for both.
    expect(world.twitch.count('refresh')).toBeLessThanOrEqual((2 * MINUTE) / (2 * SECOND));
    world.twitch.always('refresh', null);
    world.twitch.always('validate', null);
    await world.time.pass(6 * SECOND);
    expect(resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }))?.version).toBe(2);
  });

  it('forward by the clock being set renews once and goes on', async () => {
    const { world } = await twoAccounts();
    world.time.setClockBy(2 * DAY);
    await world.time.pass(MINUTE);
    expect(world.twitch.count('refresh')).toBe(2);
    await world.time.pass(10 * HOUR);
    expect(world.twitch.count('refresh')).toBeLessThanOrEqual(2 * 4);
  });

  it('back by the clock being set leaves no token unchecked for longer than an hour', async () => {
    const { world, bot } = await twoAccounts();
    await world.time.pass(MINUTE);
    world.twitch.requests.length = 0;
    world.time.setClockBy(-2 * DAY);
    await world.time.pass(HOUR + MINUTE);
    expect(world.twitch.count('validate')).toBeGreaterThanOrEqual(2);
    const left = (world.account(ALICE).expiresAt ?? 0) - world.time.now();
    expect(left).toBeLessThan(4 * HOUR);
    await world.time.pass(10 * HOUR);
    const token = resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }));
    expect(world.twitch.ledger.access.get(token?.accessToken ?? '')?.expiresAt).toBeGreaterThan(
      world.time.elsewhere(),
    );
  });

  it('back by the clock being set does not prolong the wait after a failure', async () => {
    const { world, bot } = await twoAccounts();
    world.time.sleep(5 * HOUR);
    world.twitch.next('refresh', answers(json(503, {}, { 'retry-after': '30' })));
    await bot.request('getAccessTokenForUser', { user: ALICE });
    world.time.setClockBy(-30 * MINUTE);
    await world.time.pass(31 * SECOND);
    expect(resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }))?.version).toBe(2);
  });

  it('leaves no timers behind: as many run after a day as before', async () => {
    const { world } = await twoAccounts();
    await world.time.pass(MINUTE);
    const before = world.time.running();
    for (let turn = 0; turn < 48; turn += 1) {
      world.time.sleep(20 * MINUTE);
      world.vault.resume();
      await world.time.pass(10 * MINUTE);
    }
    expect(world.time.running()).toBe(before);
  });
});
