import { describe, expect, it } from 'vitest';
import { HOUR, SECOND } from '../../../../support/fake-time.ts';
import { ALICE, CLIENT_ID } from '../../../../support/people.ts';
import { sha256 } from '../../../../support/sha256.ts';
import { reasonOf, resultOf } from '../../../../support/test-bot.ts';
import { offline } from '../../../../support/twitch-replies.ts';
import {
  openVaultFixture,
  pairBot,
  signInAs,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

async function served() {
  const fixture = await vaultFixtureWithAlice();
  const bot = await pairBot(fixture);
  const first = resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }));
  const refresh = (rejected?: string) =>
    bot.request(
      'refreshAccessTokenForUser',
      rejected === undefined ? { user: ALICE } : { user: ALICE, rejected },
    );
  return { fixture, bot, refresh, token: first?.accessToken ?? '' };
}

describe('a forced refresh', () => {
  it('happens at most once in 10 s; more are answered with what is held', async () => {
    const { fixture, refresh } = await served();
    const first = resultOf(await refresh());
    for (let second = 0; second < 9; second += 1) {
      await fixture.time.pass(SECOND);
      expect(resultOf(await refresh()).accessToken).toBe(first.accessToken);
    }
    expect(fixture.twitch.count('refresh')).toBe(1);
    await fixture.time.pass(2 * SECOND);
    expect(resultOf(await refresh()).version).toBe(3);
    expect(fixture.twitch.count('refresh')).toBe(2);
  });

  it('counts for all ways in: the window, bots, intents', async () => {
    const { fixture, refresh } = await served();
    await fixture.vault.actions['account.setIntents'].run({ userId: ALICE, intents: ['chat'] });
    const bot = await pairBot(fixture, [{ intent: 'chat' }], 'always', 'other');
    await refresh();
    await fixture.vault.actions['account.refresh'].run({ userId: ALICE });
    await fixture.vault.actions['account.refreshAll'].run();
    await bot.request('refreshAccessTokenForIntent', { intent: 'chat' });
    expect(fixture.twitch.count('refresh')).toBe(1);
  });

  it('works again at once when the clock was set back', async () => {
    const { fixture, refresh } = await served();
    await refresh();
    fixture.time.setClockBy(-HOUR);
    await refresh();
    expect(fixture.twitch.count('refresh')).toBe(2);
  });
});

describe('a rejected token, named by its hash', () => {
  it('is answered with the newer one where there is one, without asking Twitch', async () => {
    const { fixture, refresh, token } = await served();
    const newer = resultOf(await refresh());
    fixture.twitch.requests.length = 0;
    expect(resultOf(await refresh(sha256(token))).accessToken).toBe(newer.accessToken);
    expect(fixture.twitch.requests).toEqual([]);
  });

  it('that still holds comes back as it is: Twitch said no for another reason', async () => {
    const { fixture, refresh, token } = await served();
    expect(resultOf(await refresh(sha256(token).toUpperCase())).accessToken).toBe(token);
    expect([fixture.twitch.count('validate'), fixture.twitch.count('refresh')]).toEqual([1, 0]);
  });

  it('that is dead is renewed, once for all who ask', async () => {
    const { fixture, refresh, token } = await served();
    fixture.twitch.kill('access', ALICE);
    const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(sha256(token))));
    expect(new Set(answers.map((answer) => resultOf(answer).version))).toEqual(new Set([2]));
    expect([fixture.twitch.count('validate'), fixture.twitch.count('refresh')]).toEqual([1, 1]);
  });

  it('whose time is over is renewed without a validation', async () => {
    const { fixture, refresh, token } = await served();
    fixture.time.sleep(5 * HOUR);
    expect(resultOf(await refresh(sha256(token))).version).toBe(2);
    expect([fixture.twitch.count('validate'), fixture.twitch.count('refresh')]).toEqual([0, 1]);
  });

  it('cannot be judged while Twitch is away, which is said', async () => {
    const { fixture, refresh, token } = await served();
    fixture.twitch.always('validate', offline);
    expect(reasonOf(await refresh(sha256(token)))).toBe('twitch-unreachable');
  });

  it.each([['', 'nonsense', 'ab'.repeat(33)]])('must be a SHA-256 in hex, not “%s”', async (hash) => {
    const { refresh } = await served();
    expect(reasonOf(await refresh(hash))).toBe('bad-request');
  });
});

describe('a refresh for nobody', () => {
  it('is an error, unlike a token for nobody, which is null', async () => {
    const { bot } = await served();
    expect(reasonOf(await bot.request('refreshAccessTokenForUser', { user: '99' }))).toBe('unknown-user');
    expect(reasonOf(await bot.request('refreshAccessTokenForIntent', { intent: 'no' }))).toBe(
      'unknown-intent',
    );
    expect(resultOf(await bot.request('getAccessTokenForUser', { user: '99' }))).toBeNull();
    expect(
      resultOf(await bot.request('getAccessTokenForIntent', { intent: 'no', interactive: 'never' })),
    ).toBeNull();
  });
});

describe('the application’s own token', () => {
  it('does not exist for a public application', async () => {
    const { bot } = await served();
    expect(reasonOf(await bot.request('getAppAccessToken', {}))).toBe('no-app-token');
  });

  it('is fetched once, kept, and renewed when forced after 10 s or over', async () => {
    const fixture = await openVaultFixture('confidential');
    await signInAs(fixture, ALICE);
    const bot = await pairBot(fixture, [{ app: true }]);
    fixture.twitch.requests.length = 0;
    const tokens = await Promise.all(Array.from({ length: 20 }, () => bot.request('getAppAccessToken', {})));
    expect(new Set(tokens.map((answer) => resultOf(answer).accessToken)).size).toBe(1);
    await bot.request('getAppAccessToken', { forceNew: true });
    expect(fixture.twitch.count('app')).toBe(1);
    await fixture.time.pass(11 * SECOND);
    const forced = resultOf(await bot.request('getAppAccessToken', { forceNew: true }));
    expect(forced).toMatchObject({ clientId: CLIENT_ID, refreshToken: null, scope: [] });
    expect('userId' in forced).toBe(false);
    expect(fixture.twitch.count('app')).toBe(2);
    fixture.time.sleep(60 * 24 * HOUR);
    await bot.request('getAppAccessToken', {});
    expect(fixture.twitch.count('app')).toBe(3);
  });
});
