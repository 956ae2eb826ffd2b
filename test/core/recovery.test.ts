import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../support/fake-time.ts';
import { resultOf } from '../support/test-bot.ts';
import { answers, json, no, offline } from '../support/twitch-replies.ts';
import { ALICE, pairBot, signInAs, type World, worldWithAlice } from '../support/vault-fixture.ts';

const OTHERS = Array.from({ length: 9 }, (_, index) => String(2001 + index));

/** Ten accounts, all of them awake and looked at. */
async function tenAccounts(): Promise<World> {
  const world = await worldWithAlice();
  for (const user of OTHERS) {
    world.twitch.ledger.users.set(user, `user${user}`);
    await signInAs(world, user);
  }
  await world.time.pass(MINUTE);
  world.twitch.requests.length = 0;
  return world;
}

function cut(world: World, on: boolean): void {
  for (const call of ['refresh', 'validate'] as const) world.twitch.always(call, on ? offline : null);
}

const states = (world: World): Set<string> => new Set(world.view().accounts.map(({ state }) => state));

describe('cut off from Twitch, ten accounts', () => {
  it('have one of them try every few seconds, not each of them', async () => {
    const world = await tenAccounts();
    cut(world, true);
    world.time.sleep(10 * HOUR);
    world.vault.resume();
    await world.time.pass(30 * SECOND);
    expect(states(world)).toEqual(new Set(['offline']));
    world.twitch.requests.length = 0;
    await world.time.pass(5 * MINUTE);
    expect(world.twitch.requests.length).toBeGreaterThanOrEqual((5 * 60) / 6);
    expect(world.twitch.requests.length).toBeLessThanOrEqual((5 * 60) / 2);
  });

  it('are all well within seconds when it is back, with one refresh each', async () => {
    const world = await tenAccounts();
    cut(world, true);
    world.time.sleep(10 * HOUR);
    world.vault.resume();
    await world.time.pass(20 * MINUTE);
    cut(world, false);
    world.twitch.requests.length = 0;
    await world.time.pass(8 * SECOND);
    expect(states(world)).toEqual(new Set(['ok']));
    expect(world.twitch.count('refresh')).toBe(10);
  });

  it('are checked, not renewed, when their tokens still hold', async () => {
    const world = await tenAccounts();
    cut(world, true);
    world.vault.resume();
    await world.time.pass(20 * MINUTE);
    expect(states(world)).toEqual(new Set(['offline']));
    cut(world, false);
    await world.time.pass(8 * SECOND);
    expect(states(world)).toEqual(new Set(['ok']));
    expect(world.twitch.count('refresh')).toBe(0);
  });

  it('come back although the first to try is troubled by itself', async () => {
    const world = await tenAccounts();
    cut(world, true);
    world.time.sleep(10 * HOUR);
    world.vault.resume();
    await world.time.pass(MINUTE);
    cut(world, false);
    world.twitch.next('refresh', answers(json(503, {})));
    await world.time.pass(15 * SECOND);
    expect(states(world)).toEqual(new Set(['ok']));
  });
});

describe('the tries while Twitch is cut off', () => {
  it('keep to what Twitch said about waiting', async () => {
    const world = await worldWithAlice();
    world.twitch.always('refresh', answers(json(429, {}, { 'retry-after': '60' })));
    world.time.sleep(10 * HOUR);
    await world.time.pass(10 * MINUTE);
    expect(world.twitch.count('refresh')).toBeLessThanOrEqual(11);
  });

  it('are not put off by a clock that is set back', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world);
    cut(world, true);
    world.time.sleep(10 * HOUR);
    await world.time.pass(MINUTE);
    world.time.setClockBy(-6 * HOUR);
    cut(world, false);
    await world.time.pass(20 * SECOND);
    expect(world.account(ALICE).state).toBe('ok');
    expect(resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }))?.version).toBe(2);
  });

  it('end with a refusal: Twitch is there, it is the login that is not', async () => {
    const world = await worldWithAlice();
    cut(world, true);
    world.time.sleep(10 * HOUR);
    await world.time.pass(MINUTE);
    cut(world, false);
    world.twitch.always('refresh', answers(no(400, 'Invalid refresh token')));
    await world.time.pass(MINUTE);
    world.twitch.requests.length = 0;
    await world.time.pass(10 * MINUTE);
    expect(world.account(ALICE).state).toBe('needs-sign-in');
    expect(world.twitch.requests.length).toBe(0);
  });

  it('stop when the vault does', async () => {
    const world = await worldWithAlice();
    cut(world, true);
    world.vault.resume();
    await world.time.pass(MINUTE);
    await world.vault.stop();
    await world.time.pass(MINUTE);
    world.twitch.requests.length = 0;
    await world.time.pass(10 * MINUTE);
    expect(world.twitch.requests.length).toBe(0);
  });
});
