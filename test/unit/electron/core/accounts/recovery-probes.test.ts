import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../../../support/fake-time.ts';
import { flatAccounts } from '../../../../support/flat-accounts.ts';
import { ALICE } from '../../../../support/people.ts';
import { resultOf } from '../../../../support/test-bot.ts';
import { answers, json, no, offline } from '../../../../support/twitch-replies.ts';
import {
  pairBot,
  signInAs,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

const OTHERS = Array.from({ length: 9 }, (_, index) => String(2001 + index));

/** Ten accounts, all of them awake and looked at. */
async function tenAccounts(): Promise<VaultFixture> {
  const fixture = await vaultFixtureWithAlice();
  for (const user of OTHERS) {
    fixture.twitch.state.users.set(user, `user${user}`);
    await signInAs(fixture, user);
  }
  await fixture.time.pass(MINUTE);
  fixture.twitch.requests.length = 0;
  return fixture;
}

function cut(fixture: VaultFixture, on: boolean): void {
  for (const call of ['refresh', 'validate'] as const) fixture.twitch.always(call, on ? offline : null);
}

const states = (fixture: VaultFixture): Set<string> =>
  new Set(flatAccounts(fixture.view()).map(({ state }) => state));

describe('cut off from Twitch, ten accounts', () => {
  it('have one of them try every few seconds, not each of them', async () => {
    const fixture = await tenAccounts();
    cut(fixture, true);
    fixture.time.sleep(10 * HOUR);
    fixture.vault.resume();
    await fixture.time.pass(30 * SECOND);
    expect(states(fixture)).toEqual(new Set(['offline']));
    fixture.twitch.requests.length = 0;
    await fixture.time.pass(5 * MINUTE);
    expect(fixture.twitch.requests.length).toBeGreaterThanOrEqual((5 * 60) / 6);
    expect(fixture.twitch.requests.length).toBeLessThanOrEqual((5 * 60) / 2);
  });

  it('are all well within seconds when it is back, with one refresh each', async () => {
    const fixture = await tenAccounts();
    cut(fixture, true);
    fixture.time.sleep(10 * HOUR);
    fixture.vault.resume();
    await fixture.time.pass(20 * MINUTE);
    cut(fixture, false);
    fixture.twitch.requests.length = 0;
    await fixture.time.pass(8 * SECOND);
    expect(states(fixture)).toEqual(new Set(['ok']));
    expect(fixture.twitch.count('refresh')).toBe(10);
  });

  it('are checked, not renewed, when their tokens still hold', async () => {
    const fixture = await tenAccounts();
    cut(fixture, true);
    fixture.vault.resume();
    await fixture.time.pass(20 * MINUTE);
    expect(states(fixture)).toEqual(new Set(['offline']));
    cut(fixture, false);
    await fixture.time.pass(8 * SECOND);
    expect(states(fixture)).toEqual(new Set(['ok']));
    expect(fixture.twitch.count('refresh')).toBe(0);
  });

  it('come back although the first to try is troubled by itself', async () => {
    const fixture = await tenAccounts();
    cut(fixture, true);
    fixture.time.sleep(10 * HOUR);
    fixture.vault.resume();
    await fixture.time.pass(MINUTE);
    cut(fixture, false);
    fixture.twitch.next('refresh', answers(json(503, {})));
    await fixture.time.pass(15 * SECOND);
    expect(states(fixture)).toEqual(new Set(['ok']));
  });
});

describe('the tries while Twitch is cut off', () => {
  it('keep to what Twitch said about waiting', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.twitch.always('refresh', answers(json(429, {}, { 'retry-after': '60' })));
    fixture.time.sleep(10 * HOUR);
    await fixture.time.pass(10 * MINUTE);
    expect(fixture.twitch.count('refresh')).toBeLessThanOrEqual(11);
  });

  it('are not put off by a clock that is set back', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    cut(fixture, true);
    fixture.time.sleep(10 * HOUR);
    await fixture.time.pass(MINUTE);
    fixture.time.setClockBy(-6 * HOUR);
    cut(fixture, false);
    await fixture.time.pass(20 * SECOND);
    expect(fixture.account(ALICE).state).toBe('ok');
    expect(resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }))?.version).toBe(2);
  });

  it('end with a refusal: Twitch is there, it is the login that is not', async () => {
    const fixture = await vaultFixtureWithAlice();
    cut(fixture, true);
    fixture.time.sleep(10 * HOUR);
    await fixture.time.pass(MINUTE);
    cut(fixture, false);
    fixture.twitch.always('refresh', answers(no(400, 'Invalid refresh token')));
    await fixture.time.pass(MINUTE);
    fixture.twitch.requests.length = 0;
    await fixture.time.pass(10 * MINUTE);
    expect(fixture.account(ALICE).state).toBe('needs-sign-in');
    expect(fixture.twitch.requests.length).toBe(0);
  });

  it('stop when the vault does', async () => {
    const fixture = await vaultFixtureWithAlice();
    cut(fixture, true);
    fixture.vault.resume();
    await fixture.time.pass(MINUTE);
    await fixture.vault.stop();
    await fixture.time.pass(MINUTE);
    fixture.twitch.requests.length = 0;
    await fixture.time.pass(10 * MINUTE);
    expect(fixture.twitch.requests.length).toBe(0);
  });
});
