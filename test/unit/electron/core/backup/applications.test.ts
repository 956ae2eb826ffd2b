import { describe, expect, it } from 'vitest';
import { exported, otherVaultFixture, restored } from '../../../../support/backup-fixture.ts';
import { ALICE, BOB, CLIENT_ID } from '../../../../support/people.ts';
import { newNonce, reasonOf, resultOf } from '../../../../support/test-bot.ts';
import {
  click,
  openVaultFixture,
  pairBot,
  signInAs,
  type VaultFixture,
} from '../../../../support/vault-fixture.ts';

const OWN = 'ownclient000000000000000000001';
const logins = (fixture: VaultFixture) =>
  fixture
    .view()
    .accounts.map(({ userId, logins: all }) => [userId, all.map(({ clientId }) => clientId).toSorted()]);

/** Alice for two applications, the second with a secret and a bot of its own; Bob for the first. */
async function openRichFixture(): Promise<{ fixture: VaultFixture; keys: { keyId: string; key: string } }> {
  const fixture = await openVaultFixture();
  for (const userId of [ALICE, BOB]) await signInAs(fixture, userId);
  const secret = fixture.twitch.state.secret('client');
  fixture.twitch.state.apps.set(OWN, { secret });
  const { actions } = fixture.vault;
  const own = { clientId: OWN, kind: 'confidential', clientSecret: secret, label: 'Rewards' } as const;
  expect(await actions['app.configure'].run(own)).toMatchObject({ ok: true });
  expect(
    await actions['account.signIn'].run({ userId: ALICE, clientId: OWN, scopes: ['chat:read'] }),
  ).toMatchObject({ ok: true });
  await fixture.time.settle();
  await actions['signIn.here'].run({ id: fixture.signIn.current?.id ?? '' });
  const consented = fixture.twitch.consent(fixture.signIn.page?.url ?? '', ALICE);
  fixture.vault.signIn.redirected(consented);
  await fixture.time.pass(5_000);
  await actions['account.setIntents'].run({ userId: ALICE, intents: ['chat'] });
  const bot = fixture.connect();
  await bot.request('hello', {
    protocol: 1,
    client: { name: 'rewards' },
    twitchClientId: OWN,
    nonce: newNonce(),
  });
  const pairing = bot.request('pair', { wants: [{ user: ALICE, scopes: [['chat:read']] }] });
  await click(fixture, 'always');
  return { fixture, keys: resultOf(await pairing) };
}

describe('a backup with several applications', () => {
  it('brings all of them to another computer, with their secrets, logins and bots', async () => {
    const { fixture: old, keys } = await openRichFixture();
    const { keys: usual } = await pairBot(old, [{ user: BOB, scopes: [['chat:read']] }], 'always', 'usual');
    expect(logins(old)).toEqual([
      [ALICE, [CLIENT_ID, OWN].toSorted()],
      [BOB, [CLIENT_ID]],
    ]);
    const fixture = await otherVaultFixture(old);
    const said = await restored(fixture, await exported(old));
    expect(said).not.toContain('bad:');
    expect(said).toContain('good: The Twitch application Rewards was taken over.');
    await fixture.restart();
    expect(fixture.view().applications).toMatchObject([
      { clientId: CLIENT_ID, kind: 'public', isDefault: true, source: 'backup' },
      {
        clientId: OWN,
        kind: 'confidential',
        label: 'Rewards',
        isDefault: false,
        source: 'backup',
        usable: true,
      },
    ]);
    expect(logins(fixture)).toEqual(logins(old));
    expect(fixture.view().accounts.find(({ userId }) => userId === ALICE)?.intents).toEqual(['chat']);
    const bot = fixture.connect();
    expect(reasonOf(await bot.authenticate(keys))).toBe('no error');
    const token = resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }));
    expect(token).toMatchObject({ clientId: OWN, userId: ALICE });
    const other = fixture.connect();
    await other.authenticate(usual);
    expect(resultOf(await other.request('getAccessTokenForUser', { user: BOB }))).toMatchObject({
      clientId: CLIENT_ID,
    });
    expect(fixture.approval.shown).toEqual([]);
  });

  it('adds those that are missing, and leaves default, names and secrets here as they are', async () => {
    const { fixture: old } = await openRichFixture();
    const fixture = await otherVaultFixture(old);
    const mine = 'mine0000000000000000000000001';
    fixture.twitch.state.apps.set(mine, { secret: null });
    await fixture.vault.actions['app.configure'].run({ clientId: mine, kind: 'public', label: 'Mine' });
    await fixture.vault.actions['app.configure'].run({
      clientId: CLIENT_ID,
      kind: 'public',
      label: 'Old one',
    });
    const said = await restored(fixture, await exported(old));
    expect(said).toContain('good: The Twitch application Rewards was taken over.');
    expect(said).not.toContain('Old one was taken over');
    expect(fixture.view().applications).toMatchObject([
      { clientId: mine, label: 'Mine', isDefault: true, source: 'entered' },
      { clientId: CLIENT_ID, label: 'Old one', source: 'entered' },
      { clientId: OWN, label: 'Rewards', source: 'backup' },
    ]);
    expect(logins(fixture)).toEqual(logins(old));
  });

  it('keeps a bot of the default there at that application, where the default here is another', async () => {
    const old = await openVaultFixture();
    await signInAs(old, ALICE);
    await pairBot(old);
    const fixture = await otherVaultFixture(old);
    const mine = 'mine0000000000000000000000001';
    fixture.twitch.state.apps.set(mine, { secret: null });
    await fixture.vault.actions['app.configure'].run({ clientId: mine, kind: 'public' });
    await restored(fixture, await exported(old));
    expect(fixture.view().bots).toMatchObject([{ name: 'bot', clientId: CLIENT_ID }]);
  });

  it('gives a bot no right by a login for another application than its own', async () => {
    const { fixture: old } = await openRichFixture();
    const file = await exported(old);
    const fixture = await otherVaultFixture(old);
    await restored(fixture, file);
    const [rewards] = fixture.view().bots;
    await fixture.vault.actions['bot.remove'].run({ keyId: rewards?.keyId ?? '' });
    await fixture.vault.actions['account.remove'].run({ userId: ALICE, clientId: OWN });
    await fixture.time.settle();
    await restored(fixture, file);
    // Her login for the default application is the same as in the file, that for the bot's own came from it unconfirmed.
    expect(fixture.view().bots.find(({ name }) => name === 'rewards')?.grants).toEqual([]);
  });

  it('leaves out an application whose secret can’t be opened, and says so', async () => {
    const { fixture } = await openRichFixture();
    await fixture.restart(() => {
      const text = fixture.documents.files.get('applications') ?? '';
      fixture.documents.files.set(
        'applications',
        text.replace(/"sealedSecret":"fake:/, '"sealedSecret":"fade:'),
      );
    });
    const other = await otherVaultFixture(fixture);
    fixture.files.choice = 'backup';
    const file = await exported(fixture);
    const said = await restored(other, file);
    expect(other.view().applications.map(({ clientId }) => clientId)).toEqual([CLIENT_ID]);
    expect(said).toMatch(/bad: alice was refused: the Twitch application it belongs to isn’t here/);
  });
});
