import { describe, expect, it } from 'vitest';
import { HOUR, SECOND } from '../../../../support/fake-time.ts';
import { ALICE, CLIENT_ID } from '../../../../support/people.ts';
import { sha256 } from '../../../../support/sha256.ts';
import { reasonOf, resultOf } from '../../../../support/test-bot.ts';
import { answers, failure, no, offline } from '../../../../support/twitch-replies.ts';
import { pairBot, type VaultFixture, vaultFixtureWithAlice } from '../../../../support/vault-fixture.ts';

const rotate = (fixture: VaultFixture) => fixture.vault.actions['account.rotate'].run({ userId: ALICE });
/** Access tokens that Twitch still takes, oldest first. */
const live = (fixture: VaultFixture): string[] =>
  [...fixture.twitch.state.access].filter(([, { dead }]) => !dead).map(([token]) => token);
const lastActivity = (fixture: VaultFixture) => fixture.view().activity[0];

describe('exchanging a token that bots hold', () => {
  it('makes a new one, ends the old one at Twitch and tells bots', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    fixture.twitch.requests.length = 0;
    await bot.request('subscribe', {});
    const old = resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }))?.accessToken ?? '';
    expect(await rotate(fixture)).toEqual({ ok: true, value: undefined });
    expect(fixture.twitch.requests.map(({ kind }) => kind)).toEqual(['refresh', 'revoke', 'validate']);
    expect(live(fixture)).toHaveLength(1);
    expect(live(fixture)).not.toContain(old);
    // Once when there is the new one, and once more when the old one is over.
    expect(bot.events).toMatchObject([
      { type: 'token.changed', userId: ALICE, reason: 'refreshed', splayMs: 0 },
      { type: 'token.changed', userId: ALICE, reason: 'replaced' },
    ]);
    expect(bot.events[1]).not.toHaveProperty('splayMs');
    const fresh = resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }))?.accessToken ?? '';
    expect(live(fixture)).toEqual([fresh]);
    expect(fixture.view().activity.find(({ kind }) => kind === 'token.rotated')).toMatchObject({
      text: 'You exchanged the token of alice',
      login: 'alice',
      ok: true,
    });
  });

  it('is not held up by the limit on forced refreshes', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    await bot.request('refreshAccessTokenForUser', { user: ALICE });
    await rotate(fixture);
    await rotate(fixture);
    expect(fixture.twitch.count('refresh')).toBe(3);
    expect(live(fixture)).toHaveLength(1);
  });

  it('ends older ones, too, that may still be good, also after a restart', async () => {
    const fixture = await vaultFixtureWithAlice(['chat:read'], 'confidential');
    await fixture.time.pass(11 * SECOND);
    await fixture.vault.actions['account.refresh'].run({ userId: ALICE });
    await fixture.restart();
    expect(live(fixture)).toHaveLength(2);
    expect(await rotate(fixture)).toMatchObject({ ok: true });
    expect(live(fixture)).toHaveLength(1);
    expect(fixture.twitch.count('revoke')).toBe(2);
  });

  it('leaves alone what is over by itself', async () => {
    const fixture = await vaultFixtureWithAlice();
    await fixture.time.pass(9 * HOUR);
    fixture.twitch.requests.length = 0;
    expect(await rotate(fixture)).toMatchObject({ ok: true });
    expect(fixture.twitch.count('revoke')).toBe(1);
  });

  it('saves the new one first: what the disk refuses ends nothing', async () => {
    const fixture = await vaultFixtureWithAlice(['chat:read'], 'confidential');
    fixture.accounts.fault = 'refuse';
    expect(await rotate(fixture)).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/disk/) },
    });
    expect(fixture.twitch.count('revoke')).toBe(0);
    expect(live(fixture)).toHaveLength(2);
    fixture.accounts.fault = null;
    expect(await rotate(fixture)).toMatchObject({ ok: true });
    expect(live(fixture)).toHaveLength(1);
  });

  it('ends nothing while no new one can be had', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.twitch.always('refresh', offline);
    expect(await rotate(fixture)).toMatchObject({ ok: false, error: { code: 'twitch' } });
    expect(live(fixture)).toHaveLength(1);
    expect(lastActivity(fixture)).toMatchObject({ kind: 'token.rotated', ok: false });
  });

  it('says when Twitch could not be told, and tries again when asked', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.twitch.always('revoke', () => failure('ECONNRESET', false));
    expect(await rotate(fixture)).toMatchObject({
      ok: false,
      error: { code: 'twitch', message: expect.stringMatching(/^A new token was made/) },
    });
    fixture.twitch.always('revoke', null);
    expect(await rotate(fixture)).toMatchObject({ ok: true });
    expect(live(fixture)).toHaveLength(1);
  });

  it('takes a token that Twitch no longer knows for ended', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.twitch.always('revoke', answers(no(400, 'Invalid token')));
    expect(await rotate(fixture)).toMatchObject({ ok: true });
    await rotate(fixture);
    expect(fixture.twitch.count('revoke')).toBe(2);
  });

  it('renews once more if ending the old token ended the new one', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.twitch.always('revoke', (real) => {
      fixture.twitch.kill('access', ALICE);
      return real();
    });
    expect(await rotate(fixture)).toMatchObject({ ok: true });
    expect(fixture.twitch.count('refresh')).toBe(2);
    expect(live(fixture)).toHaveLength(1);
  });

  it('parks the login, as ever, if ending the old token ended that', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.twitch.always('revoke', (real) => {
      fixture.twitch.kill('access', ALICE);
      fixture.twitch.kill('refresh', ALICE);
      return real();
    });
    expect(await rotate(fixture)).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/sign in again/) },
    });
    expect(fixture.account(ALICE)).toMatchObject({ state: 'needs-sign-in', canRefresh: true });
  });

  it('of a bare token is refused with advice', async () => {
    const fixture = await vaultFixtureWithAlice();
    await fixture.vault.actions['account.remove'].run({ userId: ALICE });
    const login = { clientId: CLIENT_ID, userId: ALICE, scopes: [] };
    await fixture.vault.actions['account.addToken'].run({
      accessToken: fixture.twitch.state.pair(login).access,
    });
    fixture.twitch.requests.length = 0;
    expect(await rotate(fixture)).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/bare token/) },
    });
    expect(fixture.twitch.requests).toEqual([]);
  });

  it('works after the bot that held the old one is gone, and while locked', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    const old = resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }))?.accessToken ?? '';
    await fixture.vault.actions['vault.lock'].run();
    await fixture.vault.actions['bot.remove'].run({ keyId: bot.keys.keyId });
    expect(await rotate(fixture)).toMatchObject({ ok: true });
    expect(live(fixture)).not.toContain(old);
  });

  it('answers a bot that doubts the old token with the new one', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    const old = resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }))?.accessToken ?? '';
    await rotate(fixture);
    const answer = await bot.request('refreshAccessTokenForUser', { user: ALICE, rejected: sha256(old) });
    expect(live(fixture)).toEqual([resultOf(answer).accessToken]);
    expect(fixture.twitch.count('refresh')).toBe(1);
    expect(reasonOf(answer)).toBe('no error');
  });
});

describe('removing an account', () => {
  it('ends every token of it that may still be good', async () => {
    const fixture = await vaultFixtureWithAlice();
    await fixture.time.pass(11 * SECOND);
    await fixture.vault.actions['account.refresh'].run({ userId: ALICE });
    await fixture.vault.actions['account.remove'].run({ userId: ALICE });
    await fixture.time.settle();
    expect(live(fixture)).toEqual([]);
  });
});
