import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../../../support/fake-time.ts';
import { ALICE, BOB } from '../../../../support/people.ts';
import { resultOf } from '../../../../support/test-bot.ts';
import { answers, json, offline } from '../../../../support/twitch-replies.ts';
import { pairBot, signInAs, vaultFixtureWithAlice } from '../../../../support/vault-fixture.ts';

const DAY = 24 * HOUR;

async function twoAccounts() {
  const fixture = await vaultFixtureWithAlice();
  await signInAs(fixture, BOB);
  const bot = await pairBot(fixture, [{ user: ALICE }, { user: BOB }]);
  fixture.twitch.requests.length = 0;
  return { fixture, bot };
}

describe('renewal ahead of expiry', () => {
  it('keeps more than a minute on the token for weeks though nobody asks', async () => {
    const { fixture } = await twoAccounts();
    for (let step = 0; step < 200; step += 1) {
      await fixture.time.pass(30 * MINUTE);
      for (const user of [ALICE, BOB]) {
        expect((fixture.account(user).expiresAt ?? 0) - fixture.time.now()).toBeGreaterThan(MINUTE);
      }
    }
    expect(fixture.twitch.count('refresh')).toBeLessThanOrEqual(2 * 27);
    expect(fixture.twitch.count('validate')).toBeLessThanOrEqual(2 * 110);
  });

  it('does not renew with every request when a bot wants more than tokens have', async () => {
    const { fixture, bot } = await twoAccounts();
    await fixture.time.pass(MINUTE);
    for (let turn = 0; turn < 20; turn += 1) {
      await bot.request('getAccessTokenForUser', { user: ALICE, minValidity: 86_400 });
    }
    expect(fixture.twitch.count('refresh')).toBe(1);
  });

  it('renews when a bot wants more validity than is left', async () => {
    const { fixture, bot } = await twoAccounts();
    await fixture.time.pass(2 * HOUR);
    const token = resultOf(
      await bot.request('getAccessTokenForUser', { user: ALICE, minValidity: 3 * 3600 }),
    );
    expect(token?.version).toBe(2);
    expect(fixture.twitch.count('refresh')).toBe(1);
  });
});

describe('time that jumps', () => {
  const jumps: [string, number, number][] = [
    ['a sleep of 10 h', 10 * HOUR, 1],
    ['a sleep of 30 days', 30 * DAY, 1],
    ['a nap of 1 h', HOUR, 0],
  ];
  it.each(jumps)('%s costs each account at most one refresh and two checks', async (_name, ms, refreshes) => {
    const { fixture } = await twoAccounts();
    fixture.time.sleep(ms);
    fixture.vault.resume();
    fixture.vault.resume();
    await fixture.time.pass(MINUTE);
    expect(fixture.twitch.count('refresh')).toBe(2 * refreshes);
    expect(fixture.twitch.count('validate')).toBeLessThanOrEqual(4);
    expect([fixture.account(ALICE).state, fixture.account(BOB).state]).toEqual(['ok', 'ok']);
  });

  it('is noticed without a word from the system, too', async () => {
    const { fixture } = await twoAccounts();
    fixture.time.sleep(10 * HOUR);
    await fixture.time.pass(16 * SECOND);
    expect(fixture.twitch.count('refresh')).toBe(2);
  });

  it('waits for the network after waking instead of giving logins up', async () => {
    const { fixture, bot } = await twoAccounts();
    fixture.time.sleep(10 * HOUR);
    fixture.twitch.always('refresh', offline);
    fixture.twitch.always('validate', offline);
    fixture.vault.resume();
    await fixture.time.pass(2 * MINUTE);
    expect(fixture.account(ALICE).state).toBe('offline');
    // One of them tries for both.
    expect(fixture.twitch.count('refresh')).toBeLessThanOrEqual((2 * MINUTE) / (2 * SECOND));
    fixture.twitch.always('refresh', null);
    fixture.twitch.always('validate', null);
    await fixture.time.pass(6 * SECOND);
    expect(resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }))?.version).toBe(2);
  });

  it('forward by the clock being set renews once and goes on', async () => {
    const { fixture } = await twoAccounts();
    fixture.time.setClockBy(2 * DAY);
    await fixture.time.pass(MINUTE);
    expect(fixture.twitch.count('refresh')).toBe(2);
    await fixture.time.pass(10 * HOUR);
    expect(fixture.twitch.count('refresh')).toBeLessThanOrEqual(2 * 4);
  });

  it('back by the clock being set leaves no token unchecked for longer than an hour', async () => {
    const { fixture, bot } = await twoAccounts();
    await fixture.time.pass(MINUTE);
    fixture.twitch.requests.length = 0;
    fixture.time.setClockBy(-2 * DAY);
    await fixture.time.pass(HOUR + MINUTE);
    expect(fixture.twitch.count('validate')).toBeGreaterThanOrEqual(2);
    const left = (fixture.account(ALICE).expiresAt ?? 0) - fixture.time.now();
    expect(left).toBeLessThan(4 * HOUR);
    await fixture.time.pass(10 * HOUR);
    const token = resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }));
    expect(fixture.twitch.state.access.get(token?.accessToken ?? '')?.expiresAt).toBeGreaterThan(
      fixture.time.elsewhere(),
    );
  });

  it('back by the clock being set does not prolong the wait after a failure', async () => {
    const { fixture, bot } = await twoAccounts();
    fixture.time.sleep(5 * HOUR);
    fixture.twitch.next('refresh', answers(json(503, {}, { 'retry-after': '30' })));
    await bot.request('getAccessTokenForUser', { user: ALICE });
    fixture.time.setClockBy(-30 * MINUTE);
    await fixture.time.pass(31 * SECOND);
    expect(resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }))?.version).toBe(2);
  });

  it('leaves no timers behind: as many run after a day as before', async () => {
    const { fixture } = await twoAccounts();
    await fixture.time.pass(MINUTE);
    const before = fixture.time.running();
    for (let turn = 0; turn < 48; turn += 1) {
      fixture.time.sleep(20 * MINUTE);
      fixture.vault.resume();
      await fixture.time.pass(10 * MINUTE);
    }
    expect(fixture.time.running()).toBe(before);
  });
});
