import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../../../support/fake-time.ts';
import { ALICE, BOB, CLIENT_ID } from '../../../../support/people.ts';
import { reasonOf, resultOf } from '../../../../support/test-bot.ts';
import { answers, json, no, offline, shutIn, text } from '../../../../support/twitch-replies.ts';
import {
  pairBot,
  signInAs,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

/** Castkey was started again, so that its first validation lies behind it. */
async function validated(fixture: VaultFixture): Promise<void> {
  fixture.vault.resume();
  await fixture.time.pass(SECOND);
}

describe('validation', () => {
  it('happens at start', async () => {
    const fixture = await vaultFixtureWithAlice();
    await fixture.restart();
    await fixture.time.pass(SECOND);
    expect(fixture.twitch.count('validate')).toBe(1);
    expect(fixture.account(ALICE).validatedAt).not.toBeNull();
  });

  it('happens every hour, never later', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.twitch.state.lifetime = 100_000;
    await fixture.vault.actions['account.refresh'].run({ userId: ALICE });
    await validated(fixture);
    const before = fixture.twitch.count('validate');
    for (let hour = 1; hour <= 10; hour += 1) {
      await fixture.time.pass(HOUR);
      expect(fixture.time.now() - (fixture.account(ALICE).validatedAt ?? 0)).toBeLessThanOrEqual(HOUR);
    }
    expect(fixture.twitch.count('validate') - before).toBeGreaterThanOrEqual(10);
    expect(fixture.twitch.count('validate') - before).toBeLessThanOrEqual(11);
  });

  it('happens on resume, one account after the other', async () => {
    const fixture = await vaultFixtureWithAlice();
    await signInAs(fixture, BOB);
    fixture.twitch.requests.length = 0;
    fixture.vault.resume();
    await fixture.time.pass(0);
    expect(fixture.twitch.count('validate')).toBe(1);
    await fixture.time.pass(SECOND);
    expect(fixture.twitch.count('validate')).toBe(2);
  });

  it('puts right a token that was made while the clock ran ahead', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.time.setClockBy(300 * 24 * HOUR);
    await fixture.vault.actions['account.refresh'].run({ userId: ALICE });
    fixture.time.setClockBy(-300 * 24 * HOUR);
    await validated(fixture);
    const now = fixture.time.now();
    const bot = await pairBot(fixture);
    const token = resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }));
    expect(token?.obtainmentTimestamp).toBeLessThanOrEqual(now);
    expect(token?.expiresIn).toBeGreaterThan((3 * HOUR) / SECOND);
    expect(fixture.account(ALICE).expiresAt).toBeLessThanOrEqual(now + 4 * HOUR);
  });

  it('reads null scopes as none and says so to bots', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    await bot.request('subscribe', {});
    const info = { client_id: CLIENT_ID, login: 'alice', scopes: null, user_id: ALICE, expires_in: 14_000 };
    fixture.twitch.next('validate', answers(json(200, info)));
    await validated(fixture);
    expect(fixture.account(ALICE).scopes).toEqual([]);
    expect(bot.events).toMatchObject([{ type: 'token.changed', scope: [] }]);
  });

  it('reads expires_in 0 as never', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    const info = {
      client_id: CLIENT_ID,
      login: 'alice',
      scopes: ['chat:read'],
      user_id: ALICE,
      expires_in: 0,
    };
    fixture.twitch.always('validate', answers(json(200, info)));
    await validated(fixture);
    expect(fixture.account(ALICE)).toMatchObject({ expiresAt: null, stateText: 'valid' });
    await fixture.time.pass(100 * HOUR);
    expect(resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }))?.expiresIn).toBeNull();
    expect(fixture.twitch.count('refresh')).toBe(0);
  });

  it('follows a renamed account, also on disk', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.twitch.state.users.set(ALICE, 'alice_new');
    await validated(fixture);
    expect(fixture.account(ALICE).login).toBe('alice_new');
    await fixture.restart();
    expect(fixture.account(ALICE).login).toBe('alice_new');
  });

  it('a 401 renews the token once and tells bots', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    await bot.request('subscribe', {});
    fixture.twitch.kill('access', ALICE);
    await validated(fixture);
    expect(fixture.twitch.count('refresh')).toBe(1);
    expect(bot.events).toMatchObject([{ type: 'token.changed', reason: 'refreshed', version: 2 }]);
    expect(fixture.account(ALICE).state).toBe('ok');
  });

  it('a 401 with a dead refresh token tells bots and the streamer to stop', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    await bot.request('subscribe', {});
    fixture.twitch.kill('access', ALICE);
    fixture.twitch.kill('refresh', ALICE);
    await validated(fixture);
    expect(fixture.twitch.count('refresh')).toBe(1);
    expect(bot.events).toMatchObject([{ type: 'token.invalidated', userId: ALICE, reason: 'needs-sign-in' }]);
    expect(fixture.desktop.notified).toMatchObject([{ title: 'alice is signed out' }]);
    expect(reasonOf(await bot.request('getAccessTokenForUser', { user: ALICE }))).toBe('needs-sign-in');
  });

  const silences = [
    ['no network', offline],
    ['a firewall’s 403', answers(no(403, 'blocked by policy'))],
    ['a page of HTML', answers(text(200, '<html>'))],
    ['429', answers(no(429, 'too many'))],
  ] as const;
  it.each(silences)('%s says nothing about the token', async (_name, fault) => {
    const fixture = await vaultFixtureWithAlice();
    fixture.twitch.always('validate', fault);
    await validated(fixture);
    expect(fixture.twitch.count('refresh')).toBe(0);
    expect(fixture.account(ALICE).expiresAt).toBeGreaterThan(fixture.time.now() + 3 * HOUR);
  });

  it('tells on the account what on her own side keeps Castkey from Twitch, as long as it does', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.twitch.always('validate', shutIn);
    await validated(fixture);
    const told = 'The proxy at office:3128 asks for a password. Name it with both. Castkey goes on';
    expect(fixture.account(ALICE).advice).toContain(told);
    fixture.twitch.always('validate', offline);
    await validated(fixture);
    expect(fixture.account(ALICE).advice).toMatch(/^Nothing to do:/);
    fixture.twitch.always('validate', null);
    await validated(fixture);
    expect(fixture.account(ALICE).advice).toBe('');
  });

  it('without network shows the account as offline at once', async () => {
    const fixture = await vaultFixtureWithAlice();
    let pushed = '';
    fixture.vault.onChange(() => {
      pushed = fixture.account(ALICE).state;
    });
    fixture.twitch.always('validate', offline);
    await validated(fixture);
    expect(pushed).toBe('offline');
  });

  it('without network is tried again within a minute or so, not an hour later', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.twitch.next('validate', offline, offline);
    await validated(fixture);
    expect(fixture.account(ALICE).state).toBe('offline');
    await fixture.time.pass(2 * MINUTE + 30 * SECOND);
    expect(fixture.account(ALICE).state).toBe('ok');
    expect(fixture.twitch.count('validate')).toBe(3);
  });

  it('a token that turns out to be another user’s is not kept in service', async () => {
    const fixture = await vaultFixtureWithAlice();
    const info = { client_id: CLIENT_ID, login: 'bob', scopes: [], user_id: BOB, expires_in: 14_000 };
    fixture.twitch.next('validate', answers(json(200, info)));
    await validated(fixture);
    expect(fixture.account(ALICE)).toMatchObject({ userId: ALICE, login: 'alice', state: 'needs-sign-in' });
    // A refresh would take that other user's login from whoever has it.
    expect(fixture.twitch.count('refresh')).toBe(0);
  });
});

describe('a bare access token', () => {
  it('is validated, never renewed, and said to be over once it is', async () => {
    const fixture = await vaultFixtureWithAlice();
    const { access } = fixture.twitch.state.pair({ clientId: CLIENT_ID, userId: BOB, scopes: ['chat:read'] });
    expect(
      await fixture.vault.actions['account.addToken'].run({ accessToken: `oauth:${access}` }),
    ).toMatchObject({
      ok: true,
    });
    expect(fixture.account(BOB)).toMatchObject({ state: 'ok', canRefresh: false });
    const bot = await pairBot(fixture, [{ user: BOB, scopes: [['chat:read']] }]);
    expect(resultOf(await bot.request('getAccessTokenForUser', { user: BOB }))?.accessToken).toBe(access);
    await bot.request('subscribe', {});
    await fixture.time.pass(5 * HOUR + MINUTE);
    expect(fixture.account(BOB)).toMatchObject({ state: 'expired' });
    expect(bot.events).toMatchObject([{ type: 'token.invalidated', reason: 'expired', userId: BOB }]);
    expect(reasonOf(await bot.request('getAccessTokenForUser', { user: BOB }))).toBe('needs-sign-in');
  });

  const refusals: [string, (fixture: VaultFixture) => string][] = [
    ['a dead token', () => 'nonsense'],
    ['an account that is signed in already', (fixture) => [...fixture.twitch.state.access.keys()][0] ?? ''],
  ];
  it('brings its application along where that is not known here', async () => {
    const fixture = await vaultFixtureWithAlice();
    const clientId = 'otherclient0000000000000000001';
    const { access } = fixture.twitch.state.pair({ clientId, userId: ALICE, scopes: ['bits:read'] });
    expect(await fixture.vault.actions['account.addToken'].run({ accessToken: access })).toMatchObject({
      ok: true,
    });
    expect(fixture.view().applications).toMatchObject([
      { clientId: CLIENT_ID, isDefault: true },
      { clientId, source: 'token', isDefault: false },
    ]);
  });

  it.each(refusals)('is refused: %s', async (_name, token) => {
    const fixture = await vaultFixtureWithAlice();
    const answer = await fixture.vault.actions['account.addToken'].run({ accessToken: token(fixture) });
    expect(answer).toMatchObject({ ok: false, error: { code: 'refused' } });
    expect(fixture.view().accounts).toHaveLength(1);
  });
});
