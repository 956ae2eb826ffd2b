import { describe, expect, it } from 'vitest';
import { HOUR } from '../../../../support/fake-time.ts';
import { MARKER } from '../../../../support/fake-twitch-state.ts';
import { ALICE, CLIENT_ID } from '../../../../support/people.ts';
import {
  ALICE_DOCUMENT,
  disk,
  hello,
  notices,
  populatedVaultFixture,
} from '../../../../support/populated-vault-fixture.ts';
import { reasonOf, resultOf } from '../../../../support/test-bot.ts';
import { openVaultFixture, pairBot, signInAs, type VaultFixture } from '../../../../support/vault-fixture.ts';

describe('a passphrase', () => {
  it('missing at start keeps all closed and says “locked”, not “unknown”, to bots; then opens it', async () => {
    const { fixture, keys } = await populatedVaultFixture();
    const before = disk(fixture);
    fixture.box.mode = 'passphrase-missing';
    await fixture.restart();
    expect([fixture.view().accounts, fixture.view().protection.needsPassphrase]).toEqual([[], true]);
    expect([fixture.view().applications[0]?.clientId, notices(fixture)]).toEqual([CLIENT_ID, '']);
    expect(reasonOf(await hello(fixture, keys.keyId))).toBe('locked');
    expect(await fixture.vault.actions['passphrase.enter'].run({ passphrase: 'wrong' })).toMatchObject({
      ok: false,
    });
    expect(disk(fixture)).toEqual(before);
    expect(
      await fixture.vault.actions['passphrase.enter'].run({ passphrase: 'correct horse' }),
    ).toMatchObject({
      ok: true,
    });
    expect(fixture.account(ALICE).state).toBe('ok');
    expect(notices(fixture)).toBe('');
    expect(reasonOf(await fixture.connect().authenticate(keys))).toBe('no error');
  });

  it('is not taken where the keychain seals: it would open what only the system’s yes may', async () => {
    const fixture = await openVaultFixture();
    Object.assign(fixture.presence, { has: true, confirms: false });
    await fixture.vault.actions['vault.lock'].run();
    const passphrase = 'of a hostile page';
    expect(await fixture.vault.actions['passphrase.enter'].run({ passphrase })).toMatchObject({
      ok: false,
      error: { code: 'refused' },
    });
    expect(await fixture.vault.actions['vault.unlock'].run({ passphrase })).toMatchObject({ ok: false });
    expect(fixture.view()).toMatchObject({ locked: true, protection: { kind: 'os' } });
  });

  it('set where nothing protects seals what was in memory', async () => {
    const fixture = await unprotected('weak');
    const bot = await pairBot(fixture);
    expect(await fixture.vault.actions['passphrase.set'].run({ passphrase: 'long enough' })).toMatchObject({
      ok: true,
    });
    expect([...fixture.accounts.files.keys()]).toEqual([ALICE_DOCUMENT]);
    await fixture.restart();
    expect(fixture.account(ALICE).login).toBe('alice');
    expect(reasonOf(await fixture.connect().authenticate(bot.keys))).toBe('no error');
  });
});

describe('a keychain that is locked at start', () => {
  async function lockedAtStart() {
    const { fixture, keys } = await populatedVaultFixture('confidential');
    const before = disk(fixture);
    fixture.box.mode = 'keychain-locked';
    await fixture.restart();
    return { fixture, keys, before };
  }

  it('shows what is set up, says nothing of loss, and tells bots why they wait', async () => {
    const { fixture, keys, before } = await lockedAtStart();
    const { applications, accounts, protection } = fixture.view();
    expect([applications[0]?.kind, accounts, protection.needsKeychain]).toEqual([
      'confidential',
      [],
      'locked',
    ]);
    expect(notices(fixture)).toBe('');
    const refused = await hello(fixture, keys.keyId);
    expect([reasonOf(refused), 'message' in refused && refused.message]).toEqual([
      'locked',
      expect.stringMatching(/keychain of this computer is locked/),
    ]);
    await fixture.time.pass(HOUR);
    expect([notices(fixture), disk(fixture)]).toEqual(['', before]);
  });

  it('lets nothing be added, changed or given out', async () => {
    const { fixture } = await lockedAtStart();
    const { actions } = fixture.vault;
    const refusals = [
      await actions['account.signIn'].run({}),
      await actions['passphrase.set'].run({ passphrase: 'long enough' }),
      await actions['app.configure'].run({ clientId: CLIENT_ID, kind: 'public' }),
      await actions['backup.export'].run({ passphrase: 'long enough' }),
    ];
    for (const refusal of refusals) expect(refusal).toMatchObject({ ok: false, error: { code: 'locked' } });
  });

  it.each(['by her own click', 'elsewhere'] as const)('goes on when it was unlocked %s', async (how) => {
    const { fixture, keys } = await lockedAtStart();
    fixture.box.later = 'os';
    if (how === 'elsewhere') await fixture.time.pass(2_000);
    else expect(await fixture.vault.actions['keychain.unlock'].run()).toMatchObject({ ok: true });
    expect(fixture.account(ALICE).state).toBe('ok');
    expect(notices(fixture)).toBe('');
    expect(reasonOf(await fixture.connect().authenticate(keys))).toBe('no error');
  });

  it('stays locked after a no, without another word', async () => {
    const { fixture } = await lockedAtStart();
    expect(await fixture.vault.actions['keychain.unlock'].run()).toMatchObject({ ok: true });
    expect([fixture.view().protection.needsKeychain, notices(fixture)]).toEqual(['locked', '']);
  });
});

it('a keychain that comes after all seals what was in memory until then', async () => {
  const fixture = await unprotected('none');
  fixture.box.later = 'os';
  await fixture.time.pass(15_000);
  expect([...fixture.accounts.files.keys()]).toEqual([ALICE_DOCUMENT]);
  await fixture.restart();
  expect(fixture.account(ALICE).login).toBe('alice');
});

/** A confidential application, Alice and a bot, on a system that protects nothing. */
async function unprotected(mode: 'weak' | 'none'): Promise<VaultFixture> {
  const fixture = await openVaultFixture('confidential');
  fixture.box.mode = mode;
  await fixture.restart();
  await fixture.vault.actions['app.configure'].run({
    clientId: CLIENT_ID,
    kind: 'confidential',
    clientSecret: fixture.twitch.state.apps.get(CLIENT_ID)?.secret ?? '',
  });
  await signInAs(fixture, ALICE);
  return fixture;
}
describe('without protection', () => {
  it.each(['weak', 'none'] as const)(
    '(%s) nothing secret is written, sealed or not, and bots are served from memory',
    async (mode) => {
      const fixture = await unprotected(mode);
      const sealed = fixture.box.sealed.length;
      const bot = await pairBot(fixture);
      await fixture.vault.actions['account.refresh'].run({ userId: ALICE });
      expect(resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }))?.version).toBe(2);
      await fixture.time.pass(HOUR);
      expect(fixture.box.sealed).toHaveLength(sealed);
      expect(fixture.accounts.written).toEqual([]);
      const texts = fixture.documents.written.map(({ text }) => text).join('\n');
      expect(texts).not.toContain(MARKER);
      expect(texts).not.toContain(bot.keys.key);
      expect(fixture.account(ALICE).saved).toBe(true);
      expect(fixture.view().protection.kind).toBe(mode);
      await fixture.restart();
      expect(fixture.view().accounts).toEqual([]);
    },
  );

  it('a bot that is removed stays removed when the keychain is back', async () => {
    const { fixture, keys } = await populatedVaultFixture();
    fixture.box.mode = 'none';
    await fixture.restart();
    await fixture.vault.actions['bot.remove'].run({ keyId: keys.keyId });
    fixture.box.mode = 'os';
    await fixture.restart();
    expect(fixture.view().bots).toEqual([]);
  });
});
