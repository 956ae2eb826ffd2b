import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../../../../electron/core/settings/settings.ts';
import { ALICE, BOB, CLIENT_ID } from '../../../support/people.ts';
import { resultOf } from '../../../support/test-bot.ts';
import { answers, no, offline } from '../../../support/twitch-replies.ts';
import {
  createVaultFixture,
  openVaultFixture,
  pairBot,
  signInAs,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../support/vault-fixture.ts';

const configure = (fixture: VaultFixture, more: object = {}) =>
  fixture.vault.actions['app.configure'].run({ clientId: CLIENT_ID, kind: 'public', ...more });

describe('starting', () => {
  it('never waits for Twitch', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.twitch.hold('validate');
    fixture.twitch.hold('refresh');
    await fixture.restart();
    expect(fixture.account(ALICE).login).toBe('alice');
  });

  it('on an empty disk shows an empty vault without an application', async () => {
    const fixture = createVaultFixture();
    await fixture.vault.start();
    expect(fixture.view()).toMatchObject({
      applications: [],
      accounts: [],
      bots: [],
      locked: false,
      notices: [],
    });
    expect(await fixture.vault.actions['account.signIn'].run({})).toMatchObject({
      ok: false,
      error: { code: 'setup' },
    });
  });
});

describe('what the window is told', () => {
  it('comes once a turn, with a number that rises', async () => {
    const fixture = await vaultFixtureWithAlice();
    await fixture.time.pass(0);
    const seen: number[] = [];
    const stop = fixture.vault.onChange(() => seen.push(fixture.view().seq));
    fixture.vault.socketProblem('a');
    fixture.vault.socketProblem('b');
    await fixture.time.pass(0);
    fixture.vault.socketProblem(null);
    await fixture.time.pass(0);
    stop();
    fixture.vault.socketProblem('c');
    await fixture.time.pass(0);
    expect(seen).toHaveLength(2);
    expect(seen[1]).toBe((seen[0] ?? 0) + 1);
  });

  it('has no more than it needs: no token, not even a part of one', async () => {
    const fixture = await vaultFixtureWithAlice();
    const keysOf = (value: object): string => Object.keys(value).sort().join(' ');
    const [alice] = fixture.view().accounts;
    expect(keysOf(alice ?? {})).toBe('displayName intents login logins picture userId');
    expect(keysOf(alice?.logins[0] ?? {})).toBe(
      'advice application canRefresh clientId expiresAt obtainedAt refreshing saved scopes state stateText tryAnyway validatedAt',
    );
  });

  it('shows a refresh while it is under way', async () => {
    const fixture = await vaultFixtureWithAlice();
    const release = fixture.twitch.hold('refresh');
    void fixture.vault.actions['account.refresh'].run({ userId: ALICE });
    await fixture.time.settle();
    expect(fixture.account(ALICE).refreshing).toBe(true);
    release();
    await fixture.time.settle();
    expect(fixture.account(ALICE).refreshing).toBe(false);
  });
});

describe('setting up the Twitch application', () => {
  it.each([
    ['public, unknown to Twitch', { clientId: 'unknown0000' }],
    ['confidential, with a wrong secret', { kind: 'confidential', clientSecret: 'wrong' }],
    ['confidential, without a secret', { kind: 'confidential' }],
  ])('%s is refused and nothing kept', async (_name, more) => {
    const fixture = createVaultFixture();
    fixture.twitch.state.apps.set(CLIENT_ID, { secret: 'right' });
    await fixture.vault.start();
    expect(await configure(fixture, more)).toMatchObject({ ok: false, error: { code: 'setup' } });
    expect([fixture.view().applications, fixture.documents.files.size]).toEqual([[], 0]);
  });

  it('is believed while Twitch can’t be reached', async () => {
    const fixture = createVaultFixture();
    await fixture.vault.start();
    fixture.twitch.always('device', offline);
    expect(await configure(fixture)).toMatchObject({ ok: true });
    expect(fixture.view()).toMatchObject({
      applications: [{ clientId: CLIENT_ID, kind: 'public', isDefault: true }],
      redirectUri: 'http://localhost:17563/',
    });
  });

  it('that the disk refuses is said and not taken into use', async () => {
    const fixture = createVaultFixture();
    fixture.twitch.state.apps.set(CLIENT_ID, { secret: null });
    await fixture.vault.start();
    fixture.documents.fault = 'refuse';
    expect(await configure(fixture)).toMatchObject({ ok: false, error: { code: 'storage' } });
    expect(fixture.view().applications).toEqual([]);
  });

  it('for another one puts it beside: logins stay, and bots go on with what they have', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    fixture.twitch.state.apps.set('other000000', { secret: null });
    await configure(fixture, { clientId: 'other000000' });
    expect(fixture.view().applications).toMatchObject([{ isDefault: true }, { clientId: 'other000000' }]);
    expect(fixture.view().accounts.map(({ login }) => login)).toEqual(['alice']);
    resultOf(await bot.request('getAccessTokenForUser', { user: ALICE, interactive: 'never' }));
  });
});

describe('the streamer’s clicks', () => {
  it('on Refresh tell what Twitch said', async () => {
    const fixture = await vaultFixtureWithAlice();
    expect(await fixture.vault.actions['account.refresh'].run({ userId: ALICE })).toMatchObject({ ok: true });
    await fixture.time.pass(11_000);
    fixture.twitch.next('refresh', answers(no(400, 'Invalid refresh token')));
    const refused = await fixture.vault.actions['account.refresh'].run({ userId: ALICE });
    expect(refused).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('Invalid refresh token') },
    });
    expect(fixture.view().activity[0]).toMatchObject({
      kind: 'token.refreshed',
      ok: false,
      login: 'alice',
      text: expect.stringMatching(/^Refreshing alice failed: .*Invalid refresh token/),
    });
  });

  it('on Refresh all refresh each renewable account, and count what failed', async () => {
    const fixture = await vaultFixtureWithAlice();
    await signInAs(fixture, BOB);
    fixture.twitch.next('refresh', offline);
    const answer = await fixture.vault.actions['account.refreshAll'].run();
    expect(answer).toMatchObject({ ok: false, error: { message: expect.stringMatching(/^1 of 2/) } });
  });

  const unknown: [string, (fixture: VaultFixture) => Promise<unknown>][] = [
    ['account.refresh', (fixture) => fixture.vault.actions['account.refresh'].run({ userId: BOB })],
    [
      'account.setIntents',
      (fixture) => fixture.vault.actions['account.setIntents'].run({ userId: BOB, intents: [] }),
    ],
    ['account.signIn', (fixture) => fixture.vault.actions['account.signIn'].run({ userId: BOB })],
    ['bot.remove', (fixture) => fixture.vault.actions['bot.remove'].run({ keyId: 'x' })],
    ['grant.revoke', (fixture) => fixture.vault.actions['grant.revoke'].run({ keyId: 'x', grantId: 'y' })],
  ];
  it.each(unknown)('on something that is gone (%s) are answered so', async (_name, act) => {
    expect(await act(await vaultFixtureWithAlice())).toMatchObject({
      ok: false,
      error: { code: 'not-found' },
    });
  });

  it.each([[''], ['  '], ['a\nb'], ['x'.repeat(61)]])(
    'on an intent called “%s” are refused',
    async (intent) => {
      const fixture = await vaultFixtureWithAlice();
      const answer = await fixture.vault.actions['account.setIntents'].run({
        userId: ALICE,
        intents: ['chat', intent],
      });
      expect(answer).toMatchObject({ ok: false, error: { code: 'bad-request' } });
      expect(fixture.account(ALICE).intents).toEqual([]);
    },
  );

  it('on a setting are kept, applied and shown', async () => {
    const fixture = await openVaultFixture();
    await fixture.vault.actions['settings.change'].run({ openAtLogin: true });
    expect(fixture.view().settings).toEqual({ ...DEFAULT_SETTINGS, openAtLogin: true });
    expect(fixture.desktop.applied).toEqual([fixture.view().settings]);
    fixture.documents.fault = 'refuse';
    expect(await fixture.vault.actions['settings.change'].run({ notify: false })).toMatchObject({
      ok: false,
      error: { code: 'storage' },
    });
    expect(fixture.view().settings.notify).toBe(true);
  });

  it('on a notice put it away', async () => {
    const fixture = await openVaultFixture();
    fixture.twitch.always('device', answers(no(400, 'invalid client')));
    await fixture.vault.actions['account.signIn'].run({});
    await fixture.time.settle();
    const [notice] = fixture.view().notices;
    await fixture.vault.actions['notice.dismiss'].run({ id: notice?.id ?? 0 });
    expect([notice?.tone, fixture.view().notices]).toEqual(['warning', []]);
  });
});
