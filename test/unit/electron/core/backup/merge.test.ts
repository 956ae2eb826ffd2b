import { describe, expect, it } from 'vitest';
import { exported, otherVaultFixture, restored } from '../../../../support/backup-fixture.ts';
import { HOUR } from '../../../../support/fake-time.ts';
import { ALICE, BOB } from '../../../../support/people.ts';
import { reasonOf, resultOf } from '../../../../support/test-bot.ts';
import {
  pairBot,
  signInAs,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

const refresh = (fixture: VaultFixture) => fixture.vault.actions['account.refresh'].run({ userId: ALICE });
const logins = (fixture: VaultFixture) => fixture.view().accounts.map(({ login }) => login);
/** The access token that is in force, by way of a bot that may have it. */
async function tokenIn(fixture: VaultFixture, keys: { keyId: string; key: string }): Promise<string> {
  const bot = fixture.connect();
  resultOf(await bot.authenticate(keys));
  const token = resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }));
  bot.hangUp();
  return token?.accessToken ?? 'none';
}

describe('a restore where something is already', () => {
  it('keeps a login that is newer than the one in the backup', async () => {
    const fixture = await vaultFixtureWithAlice();
    const { keys } = await pairBot(fixture);
    const file = await exported(fixture);
    await fixture.time.pass(HOUR);
    await refresh(fixture);
    const [before, records] = [await tokenIn(fixture, keys), new Map(fixture.accounts.files)];
    expect(await restored(fixture, file)).toContain('kept: alice stays as it is here: this login works, and');
    expect(await tokenIn(fixture, keys)).toBe(before);
    expect(fixture.accounts.files).toEqual(records);
  });

  it('takes a login that is newer than the one here, and tells bots', async () => {
    const old = await vaultFixtureWithAlice([], 'confidential');
    const first = await exported(old);
    const fixture = await otherVaultFixture(old);
    await restored(fixture, first);
    const bot = await pairBot(fixture, [{ user: ALICE }]);
    await bot.request('subscribe', {});
    await old.time.pass(HOUR);
    await fixture.time.pass(old.time.now() - fixture.time.now());
    await refresh(old);
    expect(await restored(fixture, await exported(old))).toContain('good: alice was taken over.');
    expect(fixture.account(ALICE).obtainedAt).toBe(old.account(ALICE).obtainedAt);
    const changes = bot.events.filter(({ type }) => type === 'token.changed');
    expect(changes).toMatchObject([{ userId: ALICE, version: 3 }]);
  });

  it('does nothing the second time', async () => {
    const old = await vaultFixtureWithAlice();
    await pairBot(old);
    const file = await exported(old);
    const fixture = await otherVaultFixture(old);
    await restored(fixture, file);
    const before = fixture.view();
    const said = await restored(fixture, file);
    expect(said).toContain('kept: alice stays as it is here: this login works, and Twitch no longer accepts');
    expect(said).toContain('kept: The bot bot is paired here already');
    expect(said).not.toContain('good:');
    expect([fixture.view().accounts, fixture.view().bots]).toEqual([before.accounts, before.bots]);
  });

  it('never takes permissions away', async () => {
    const old = await vaultFixtureWithAlice(['chat:read'], 'confidential');
    const fixture = await otherVaultFixture(old);
    await restored(fixture, await exported(old));
    await signInAs(fixture, ALICE, ['chat:read', 'chat:edit']);
    await old.time.pass(HOUR);
    await refresh(old);
    expect(await restored(fixture, await exported(old))).toContain(
      'it has permissions that the one in the backup lacks',
    );
    expect(fixture.account(ALICE).scopes).toEqual(['chat:read', 'chat:edit']);
  });

  it('leaves jobs with those who have them, and permissions as they are', async () => {
    const fixture = await vaultFixtureWithAlice();
    await signInAs(fixture, BOB);
    await fixture.vault.actions['account.setIntents'].run({ userId: ALICE, intents: ['chat', 'clips'] });
    const { keys } = await pairBot(fixture);
    const file = await exported(fixture);
    await fixture.vault.actions['account.setIntents'].run({ userId: ALICE, intents: [] });
    await fixture.vault.actions['account.setIntents'].run({ userId: BOB, intents: ['chat'] });
    const grantId = fixture.view().bots[0]?.grants[0]?.id ?? '';
    await fixture.vault.actions['grant.revoke'].run({ keyId: keys.keyId, grantId });
    await fixture.vault.actions['settings.change'].run({ notify: false });
    expect(await restored(fixture, file)).toContain('kept: The job “chat” stays with bob.');
    expect([fixture.account(ALICE).intents, fixture.account(BOB).intents]).toEqual([['clips'], ['chat']]);
    expect(fixture.view().bots[0]?.grants).toEqual([]);
    expect(fixture.view().settings.notify).toBe(false);
  });

  it('brings back what was removed, naming each bot', async () => {
    const fixture = await vaultFixtureWithAlice();
    const { keys } = await pairBot(fixture);
    const file = await exported(fixture);
    await fixture.vault.actions['bot.remove'].run({ keyId: keys.keyId });
    expect(await restored(fixture, file)).toContain('good: The bot bot is paired with the key it has');
    expect(reasonOf(await fixture.connect().authenticate(keys))).toBe('no error');
    expect(fixture.view().activity.map(({ text }) => text)).toContain(
      'You restored the bot bot from a backup',
    );
  });

  it('gives a bot its key again after the keychain was lost, but no right that only the backup knows of', async () => {
    const fixture = await vaultFixtureWithAlice();
    const { keys } = await pairBot(fixture);
    const file = await exported(fixture);
    await fixture.restart(() => {
      fixture.box.mode = 'wrong-key';
    });
    expect(logins(fixture)).toEqual([]);
    fixture.box.mode = 'os';
    for (const [name, text] of fixture.documents.files)
      fixture.documents.files.set(name, text.replaceAll('fake:', 'gone:'));
    for (const [name, text] of fixture.accounts.files)
      fixture.accounts.files.set(name, text.replaceAll('fake:', 'gone:'));
    expect(await restored(fixture, file)).toContain('good: alice was taken over.');
    await fixture.restart();
    expect(reasonOf(await fixture.connect().authenticate(keys))).toBe('no error');
    expect(fixture.view().bots.map(({ grants }) => grants)).toEqual([[]]);
  });

  it('compares with logins that could not be opened when Castkey started', async () => {
    const fixture = await vaultFixtureWithAlice();
    const file = await exported(fixture);
    await fixture.time.pass(HOUR);
    await refresh(fixture);
    await fixture.restart(() => {
      fixture.box.mode = 'unavailable';
    });
    expect(logins(fixture)).toEqual([]);
    fixture.box.mode = 'os';
    expect(await restored(fixture, file)).toContain('kept: alice stays as it is here: this login works, and');
  });

  it('waits for a refresh under way before it compares', async () => {
    const fixture = await vaultFixtureWithAlice();
    const other = await otherVaultFixture(fixture);
    await restored(other, await exported(fixture));
    await fixture.time.pass(HOUR);
    await signInAs(fixture, ALICE, ['chat:read']);
    const newer = await exported(fixture);
    await other.time.pass(2 * HOUR);
    const letGo = other.twitch.hold('refresh');
    const refreshing = refresh(other);
    const { read } = other.documents;
    const comparing = new Promise<void>((resolve) => {
      other.documents.read = async (name) => {
        if (name === 'bots') resolve(); // the last thing looked at before logins are compared
        return read(name);
      };
    });
    const restoring = restored(other, newer);
    await comparing;
    await other.time.settle();
    letGo();
    expect(await restoring).toContain('kept: alice stays as it is here: this login is newer');
    expect(await refreshing).toMatchObject({ ok: true });
  });

  it('takes an account whole or not at all when the disk refuses', async () => {
    const old = await vaultFixtureWithAlice([], 'confidential');
    const fixture = await otherVaultFixture(old);
    await restored(fixture, await exported(old));
    const { keys } = await pairBot(fixture, [{ user: ALICE }]);
    await old.time.pass(HOUR);
    await refresh(old);
    const [before, newer] = [await tokenIn(fixture, keys), await exported(old)];
    fixture.accounts.fault = 'refuse';
    expect(await restored(fixture, newer)).toContain(
      'bad: alice was not taken over: the disk refuses to keep it.',
    );
    expect(await tokenIn(fixture, keys)).toBe(before);
    expect(fixture.account(ALICE).saved).toBe(true);
    fixture.accounts.fault = null;
    expect(await restored(fixture, newer)).toContain('good: alice was taken over.');
  });

  it('adds no bot when the disk refuses the list', async () => {
    const fixture = await vaultFixtureWithAlice();
    const { keys } = await pairBot(fixture);
    const file = await exported(fixture);
    await fixture.vault.actions['bot.remove'].run({ keyId: keys.keyId });
    fixture.documents.fault = 'refuse';
    expect(await restored(fixture, file)).toContain(
      'bad: No bot was taken over: the disk refuses to keep it.',
    );
    expect(fixture.view().bots).toEqual([]);
    fixture.documents.fault = null;
    await fixture.restart();
    expect(fixture.view().bots).toEqual([]);
  });
});
