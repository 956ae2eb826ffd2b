import { describe, expect, it } from 'vitest';
import { HOUR, SECOND } from '../../../../support/fake-time.ts';
import { ALICE, CLIENT_ID } from '../../../../support/people.ts';
import { reasonOf, resultOf } from '../../../../support/test-bot.ts';
import { answers, no } from '../../../../support/twitch-replies.ts';
import {
  openVaultFixture,
  pairBot,
  signInAs,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

describe('while a refresh is under way', () => {
  it('a sign-in that finishes first wins', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    await fixture.vault.actions['account.signIn'].run({ userId: ALICE, scopes: ['chat:edit'] });
    await fixture.time.settle();
    const release = fixture.twitch.hold('refresh');
    const asked = bot.request('refreshAccessTokenForUser', { user: ALICE });
    await fixture.time.settle();
    fixture.twitch.decide(ALICE);
    await fixture.time.pass(5 * SECOND);
    release();
    expect(resultOf(await asked).scope).toEqual(['chat:read', 'chat:edit']);
    expect(fixture.account(ALICE).scopes).toEqual(['chat:read', 'chat:edit']);
  });

  it('that Twitch refuses, a sign-in that finished meanwhile stays good', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    await fixture.vault.actions['account.signIn'].run({ userId: ALICE, scopes: ['chat:edit'] });
    await fixture.time.settle();
    fixture.twitch.next('refresh', answers(no(400, 'Invalid refresh token')));
    const release = fixture.twitch.hold('refresh');
    const asked = bot.request('refreshAccessTokenForUser', { user: ALICE });
    await fixture.time.settle();
    fixture.twitch.decide(ALICE);
    await fixture.time.pass(5 * SECOND);
    release();
    expect(resultOf(await asked).scope).toEqual(['chat:read', 'chat:edit']);
    expect(fixture.account(ALICE).state).toBe('ok');
  });

  it('a sign-in whose write is still under way when the answer comes wins, too', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    await fixture.vault.actions['account.signIn'].run({ userId: ALICE, scopes: ['chat:edit'] });
    await fixture.time.settle();
    const release = fixture.twitch.hold('refresh');
    const asked = bot.request('refreshAccessTokenForUser', { user: ALICE });
    fixture.twitch.decide(ALICE);
    const disk = fixture.accounts.hold();
    await fixture.time.pass(5 * SECOND);
    release();
    await fixture.time.settle();
    disk();
    expect(resultOf(await asked).scope).toEqual(['chat:read', 'chat:edit']);
    expect(fixture.account(ALICE).scopes).toEqual(['chat:read', 'chat:edit']);
    await fixture.restart();
    expect(fixture.account(ALICE).scopes).toEqual(['chat:read', 'chat:edit']);
  });

  it('and is being written, a sign-in still wins, with a version of its own', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    await bot.request('subscribe', {});
    await fixture.vault.actions['account.signIn'].run({ userId: ALICE, scopes: ['chat:edit'] });
    await fixture.time.settle();
    const release = fixture.twitch.hold('refresh');
    void bot.request('refreshAccessTokenForUser', { user: ALICE });
    await fixture.time.settle();
    const disk = fixture.accounts.hold();
    release();
    await fixture.time.settle();
    fixture.twitch.decide(ALICE);
    await fixture.time.pass(5 * SECOND);
    disk();
    await fixture.time.settle();
    expect(fixture.account(ALICE).scopes).toEqual(['chat:read', 'chat:edit']);
    expect(bot.events.map((event) => 'version' in event && event.version)).toEqual([2, 3]);
  });

  it('removing the account waits for it, and nothing of it comes back', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    const release = fixture.twitch.hold('refresh');
    const asked = bot.request('refreshAccessTokenForUser', { user: ALICE });
    await fixture.time.settle();
    const removing = fixture.vault.actions['account.remove'].run({ userId: ALICE });
    await fixture.time.settle();
    release();
    expect(await removing).toMatchObject({ ok: true });
    await asked;
    expect(fixture.view().accounts).toEqual([]);
    expect([...fixture.accounts.files.keys()]).toEqual([]);
    expect([...fixture.twitch.state.access.values()].at(-1)).toMatchObject({ dead: true });
    expect(reasonOf(await bot.request('refreshAccessTokenForUser', { user: ALICE }))).toBe('unknown-user');
  });

  it('removing the account beats a sign-in that is just being written', async () => {
    const fixture = await vaultFixtureWithAlice();
    await fixture.vault.actions['account.signIn'].run({ userId: ALICE });
    await fixture.time.settle();
    fixture.twitch.decide(ALICE);
    const disk = fixture.accounts.hold();
    await fixture.time.pass(5 * SECOND);
    const removing = fixture.vault.actions['account.remove'].run({ userId: ALICE });
    await fixture.time.settle();
    disk();
    await removing;
    await fixture.time.settle();
    expect(fixture.view().accounts).toEqual([]);
    expect([...fixture.accounts.files.keys()]).toEqual([]);
  });

  it('quitting does not wait for ever', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.twitch.hold('refresh');
    void fixture.vault.actions['account.refresh'].run({ userId: ALICE });
    await fixture.time.settle();
    let stopped = false;
    void fixture.vault.stop().then(() => {
      stopped = true;
    });
    await fixture.time.pass(20 * SECOND);
    expect(stopped).toBe(false);
    await fixture.time.pass(6 * SECOND);
    expect(stopped).toBe(true);
  });

  it('configuring the application anew loses neither the answer nor the accounts', async () => {
    const fixture = await openVaultFixture();
    await signInAs(fixture, ALICE);
    const bot = await pairBot(fixture);
    fixture.time.sleep(5 * HOUR);
    const release = fixture.twitch.hold('refresh');
    const asked = bot.request('getAccessTokenForUser', { user: ALICE });
    await fixture.time.settle();
    const configured = fixture.vault.actions['app.configure'].run({ clientId: CLIENT_ID, kind: 'public' });
    await fixture.time.settle(); // it asks Twitch with a refresh, too, of a token that is nobody's
    release();
    expect(await configured).toMatchObject({ ok: true });
    expect(resultOf(await asked)?.version).toBe(2);
    await fixture.restart();
    expect(fixture.account(ALICE)).toMatchObject({ state: 'ok' });
    expect(fixture.twitch.count('refresh')).toBe(2);
  });
});
