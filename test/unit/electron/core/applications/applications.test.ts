import { describe, expect, it } from 'vitest';
import { ALICE, BOB, CLIENT_ID } from '../../../../support/people.ts';
import { populatedVaultFixture } from '../../../../support/populated-vault-fixture.ts';
import { reasonOf, resultOf } from '../../../../support/test-bot.ts';
import {
  click,
  createVaultFixture,
  openVaultFixture,
  pairBot,
  signInAs,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

const OTHER = 'otherclient0000000000000000001';

/** Twitch knows the application, and she enters it. */
async function enter(fixture: VaultFixture, clientId = OTHER, label = 'Song bot') {
  fixture.twitch.state.apps.set(clientId, { secret: null });
  return fixture.vault.actions['app.configure'].run({ clientId, kind: 'public', label });
}

describe('Twitch applications', () => {
  it('the first one entered becomes the default, the next one stands beside it', async () => {
    const fixture = await openVaultFixture();
    expect(await enter(fixture)).toMatchObject({ ok: true });
    expect(fixture.view().applications).toMatchObject([
      { clientId: CLIENT_ID, isDefault: true, source: 'entered', label: '' },
      { clientId: OTHER, isDefault: false, source: 'entered', label: 'Song bot' },
    ]);
    await fixture.restart();
    expect(fixture.view().applications).toMatchObject([{ isDefault: true }, { label: 'Song bot' }]);
  });

  it('one that Twitch doesn’t know is refused before anything is kept', async () => {
    const fixture = createVaultFixture();
    await fixture.vault.start();
    const answer = await fixture.vault.actions['app.configure'].run({ clientId: OTHER, kind: 'public' });
    expect(answer).toMatchObject({ ok: false, error: { code: 'setup' } });
    expect(fixture.view().applications).toEqual([]);
    expect(fixture.documents.files.has('applications')).toBe(false);
  });

  it('a confidential one that was entered as public is found out at once', async () => {
    const fixture = createVaultFixture();
    await fixture.vault.start();
    fixture.twitch.state.apps.set(OTHER, { secret: fixture.twitch.state.secret('client') });
    const answer = await fixture.vault.actions['app.configure'].run({ clientId: OTHER, kind: 'public' });
    expect(answer).toMatchObject({ ok: false, error: { code: 'setup' } });
    expect(JSON.stringify(answer)).toContain('Confidential');
    expect(fixture.view().applications).toEqual([]);
  });

  it('another default, and another name, outlive a restart', async () => {
    const fixture = await openVaultFixture();
    await enter(fixture);
    expect(await fixture.vault.actions['app.makeDefault'].run({ clientId: OTHER })).toMatchObject({
      ok: true,
    });
    expect(
      await fixture.vault.actions['app.rename'].run({ clientId: CLIENT_ID, label: ' Chat ' }),
    ).toMatchObject({ ok: true });
    await fixture.restart();
    expect(fixture.view().applications).toMatchObject([
      { clientId: CLIENT_ID, isDefault: false, label: 'Chat' },
      { clientId: OTHER, isDefault: true },
    ]);
  });

  it('that the disk refuses changes nothing', async () => {
    const fixture = await openVaultFixture();
    fixture.documents.failWith('refuse');
    expect(await enter(fixture)).toMatchObject({ ok: false, error: { code: 'storage' } });
    expect(fixture.view().applications).toHaveLength(1);
  });

  it('one person signs in for two of them, and is one person with two logins, each renewed by itself', async () => {
    const fixture = await vaultFixtureWithAlice();
    await enter(fixture);
    await signInAs(fixture, ALICE, ['bits:read'], OTHER);
    expect([...fixture.accounts.files.keys()].sort()).toEqual([`${CLIENT_ID}-${ALICE}`, `${OTHER}-${ALICE}`]);
    fixture.twitch.requests.length = 0;
    await fixture.vault.actions['account.refresh'].run({ userId: ALICE });
    const refreshed = fixture.twitch.requests.filter(({ kind }) => kind === 'refresh');
    expect(refreshed).toHaveLength(2);
    await fixture.restart();
    expect(fixture.accounts.files.size).toBe(2);
    expect(new Set(fixture.view().accounts.map(({ userId }) => userId))).toEqual(new Set([ALICE]));
  });

  it('removing one takes its logins along, tells Twitch, and leaves those of others', async () => {
    const fixture = await vaultFixtureWithAlice();
    await enter(fixture);
    await signInAs(fixture, ALICE, ['bits:read'], OTHER);
    await signInAs(fixture, BOB, ['bits:read'], OTHER);
    fixture.twitch.requests.length = 0;
    expect(await fixture.vault.actions['app.remove'].run({ clientId: OTHER })).toMatchObject({ ok: true });
    await fixture.time.settle();
    expect(fixture.twitch.requests.filter(({ kind }) => kind === 'revoke')).toHaveLength(2);
    expect([...fixture.accounts.files.keys()]).toEqual([`${CLIENT_ID}-${ALICE}`]);
    expect(fixture.view().applications.map(({ clientId }) => clientId)).toEqual([CLIENT_ID]);
    await fixture.restart();
    expect(fixture.view().accounts.map(({ userId }) => userId)).toEqual([ALICE]);
  });

  it.each([
    ['that is being written down', 'accounts', 'sign-in first'],
    ['that came while the list was written', 'documents', 'removal first'],
  ] as const)('removing one takes a login with it %s', async (_which, store, order) => {
    const fixture = await vaultFixtureWithAlice();
    await enter(fixture);
    const remove = () => fixture.vault.actions['app.remove'].run({ clientId: OTHER });
    const first = order === 'removal first' ? fixture[store].hold() : null;
    const early = order === 'removal first' ? remove() : null;
    await fixture.vault.actions['account.signIn'].run({ userId: ALICE, clientId: OTHER });
    await fixture.time.settle();
    const release = first ?? fixture[store].hold();
    fixture.twitch.decide(ALICE);
    await fixture.time.pass(5_000);
    const removal = early ?? remove();
    await fixture.time.settle();
    release();
    expect(await removal).toMatchObject({ ok: true });
    await fixture.time.settle();
    expect([...fixture.accounts.files.keys()]).toEqual([`${CLIENT_ID}-${ALICE}`]);
    expect(fixture.account(ALICE)).toMatchObject({ clientId: CLIENT_ID });
    expect(fixture.view().accounts.flatMap(({ logins }) => logins)).toHaveLength(1);
    expect(fixture.twitch.count('revoke')).toBeGreaterThan(0);
  });

  it('removing one closes a sign-in window that opened meanwhile', async () => {
    const fixture = await vaultFixtureWithAlice();
    await enter(fixture);
    const release = fixture.documents.hold();
    const removal = fixture.vault.actions['app.remove'].run({ clientId: OTHER });
    await fixture.vault.actions['account.signIn'].run({ userId: ALICE, clientId: OTHER });
    await fixture.time.settle();
    expect(fixture.signIn.current).not.toBeNull();
    release();
    await removal;
    expect(fixture.signIn.current).toBeNull();
  });

  it('removing one leaves no permission on whoever was signed in for it only, should she come back', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    await fixture.vault.actions['app.remove'].run({ clientId: CLIENT_ID });
    expect(fixture.view().bots[0]?.grants).toEqual([]);
    await enter(fixture, CLIENT_ID);
    await signInAs(fixture, ALICE);
    const quiet = { user: ALICE, interactive: 'never' } as const;
    expect(reasonOf(await bot.request('getAccessTokenForUser', quiet))).toBe('denied');
    await fixture.restart();
    expect(fixture.view().bots[0]?.grants).toEqual([]);
  });

  it('removing one ends the permission for its own token, and forgets that token', async () => {
    const fixture = await vaultFixtureWithAlice(['chat:read'], 'confidential');
    const bot = await pairBot(fixture, [{ app: true }]);
    const quiet = { interactive: 'never' } as const;
    const before = resultOf(await bot.request('getAppAccessToken', quiet)).accessToken;
    await fixture.vault.actions['app.remove'].run({ clientId: CLIENT_ID });
    const clientSecret = fixture.twitch.state.secret('client');
    fixture.twitch.state.apps.set(CLIENT_ID, { secret: clientSecret });
    const again = { clientId: CLIENT_ID, kind: 'confidential', clientSecret } as const;
    expect(await fixture.vault.actions['app.configure'].run(again)).toMatchObject({ ok: true });
    expect(reasonOf(await bot.request('getAppAccessToken', quiet))).toBe('denied');
    const asked = bot.request('getAppAccessToken', {});
    await click(fixture, 'always');
    expect(resultOf(await asked).accessToken).not.toBe(before);
  });

  it('another default, or none, is told to bots that name none, with the logins they see by now', async () => {
    const fixture = await vaultFixtureWithAlice();
    await enter(fixture);
    const bot = await pairBot(fixture);
    await bot.request('subscribe', {});
    await fixture.vault.actions['app.makeDefault'].run({ clientId: OTHER });
    expect(bot.events.at(-1)).toMatchObject({ type: 'state', users: [{ userId: ALICE }] });
    const told = bot.events.length;
    await fixture.vault.actions['app.remove'].run({ clientId: CLIENT_ID });
    expect(bot.events.slice(told).map(({ type }) => type)).toContain('state');
    expect(bot.events.at(-1)).toMatchObject({ type: 'state', users: [] });
  });

  it('the next one is the default where the last one could not be kept', async () => {
    const fixture = await openVaultFixture('confidential');
    await fixture.restart(() => {
      const kept = JSON.parse(fixture.documents.files.get('applications') ?? '{}');
      fixture.documents.files.set('applications', JSON.stringify({ ...kept, applications: [] }));
    });
    await enter(fixture);
    expect(fixture.view().applications).toMatchObject([{ clientId: OTHER, isDefault: true }]);
  });

  it.each(['app.remove', 'app.makeDefault'] as const)('%s of one that is gone says so', async (call) => {
    const fixture = await openVaultFixture();
    expect(await fixture.vault.actions[call].run({ clientId: OTHER })).toMatchObject({
      ok: false,
      error: { code: 'not-found' },
    });
  });

  it('what Castkey 0.1 wrote is taken over without a question, its secret included', async () => {
    const { fixture } = await populatedVaultFixture('confidential');
    const [entry] = JSON.parse(fixture.documents.files.get('applications') ?? '{}').applications;
    const { clientId, kind, sealedSecret } = entry;
    await fixture.restart(() => {
      fixture.documents.files.delete('applications');
      fixture.documents.previous.delete('applications');
      fixture.documents.files.set('twitch-app', JSON.stringify({ clientId, kind, sealedSecret }));
    });
    expect(fixture.view().applications).toMatchObject([
      { clientId: CLIENT_ID, kind: 'confidential', isDefault: true, usable: true },
    ]);
    expect(await fixture.vault.actions['account.refresh'].run({ userId: ALICE })).toMatchObject({ ok: true });
    expect(fixture.documents.files.has('applications')).toBe(true);
    expect(fixture.documents.files.has('twitch-app')).toBe(true);
    await fixture.vault.actions['app.remove'].run({ clientId: CLIENT_ID });
    expect(fixture.documents.files.has('twitch-app')).toBe(false);
  });
});
