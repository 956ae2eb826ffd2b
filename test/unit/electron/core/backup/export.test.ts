import { describe, expect, it } from 'vitest';
import {
  exported,
  otherVaultFixture,
  PASSPHRASE,
  restored,
  sentences,
} from '../../../../support/backup-fixture.ts';
import { MARKER } from '../../../../support/fake-twitch-state.ts';
import { ALICE } from '../../../../support/people.ts';
import {
  openVaultFixture,
  pairBot,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

async function tryExport(fixture: VaultFixture, passphrase = PASSPHRASE): Promise<string> {
  return sentences(fixture, await fixture.vault.actions['backup.export'].run({ passphrase }));
}

describe('exporting a backup', () => {
  it('writes a file without a secret in it, and says what it holds', async () => {
    const fixture = await vaultFixtureWithAlice(['chat:read'], 'confidential');
    const bot = await pairBot(fixture);
    const said = await tryExport(fixture);
    expect(said).toContain('good: backup holds 1 account (alice), 1 bot (bot), jobs and settings.');
    expect(said).toContain('Whoever has this file and its passphrase has these logins.');
    expect(said).toContain('Don’t use Remove here');
    const file = fixture.files.disk.get('backup') ?? '';
    expect(file.length).toBeGreaterThan(500);
    for (const secret of [MARKER, bot.keys.key, PASSPHRASE, 'alice'])
      for (const form of [secret, Buffer.from(secret).toString('base64url').slice(0, -2)])
        expect(file).not.toContain(form);
    expect(fixture.view().activity[0]).toMatchObject({ kind: 'backup.exported', ok: true });
  });

  it('tells that a public application’s logins can be renewed only once', async () => {
    expect(await tryExport(await vaultFixtureWithAlice())).toContain('each login can be renewed only once');
    expect(await tryExport(await vaultFixtureWithAlice([], 'confidential'))).not.toContain('only once');
  });

  it('waits for a refresh under way, whose one-time token would be worthless', async () => {
    const fixture = await vaultFixtureWithAlice();
    const letGo = fixture.twitch.hold('refresh');
    const refreshing = fixture.vault.actions['account.refresh'].run({ userId: ALICE });
    await fixture.time.settle();
    const exporting = tryExport(fixture);
    await fixture.time.settle();
    expect(fixture.files.disk.size).toBe(0);
    letGo();
    await Promise.all([refreshing, exporting]);
    const other = await otherVaultFixture(fixture);
    await restored(other, fixture.files.disk.get('backup') ?? '');
    expect(await other.vault.actions['account.refresh'].run({ userId: ALICE })).toMatchObject({ ok: true });
  });

  it('names bots whose key can’t be opened', async () => {
    const fixture = await vaultFixtureWithAlice();
    await pairBot(fixture);
    await fixture.restart(() => {
      fixture.box.mode = 'wrong-key';
    });
    expect(await tryExport(fixture)).toContain('bad: bot is not in it: its key can’t be opened now.');
  });

  it.each([
    [
      'a locked Castkey',
      'locked',
      async (fixture: VaultFixture): Promise<string> => {
        await fixture.vault.actions['vault.lock'].run();
        return PASSPHRASE;
      },
      openVaultFixture,
    ],
    [
      'a passphrase not entered yet',
      'locked',
      async (fixture: VaultFixture): Promise<string> => {
        fixture.box.mode = 'passphrase-missing';
        return PASSPHRASE;
      },
      openVaultFixture,
    ],
  ] as const)('is refused with %s, without a dialog', async (_why, code, prepare, open) => {
    const fixture = await open();
    expect(await tryExport(fixture, await prepare(fixture))).toMatch(new RegExp(`^${code}: `));
    expect([fixture.files.asked, fixture.files.disk.size]).toEqual([[], 0]);
  });

  it('that is cancelled writes nothing and says nothing', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.files.choice = null;
    expect(await tryExport(fixture)).toBe('nothing');
    expect(fixture.view().activity.map(({ kind }) => kind)).not.toContain('backup.exported');
  });

  it('that the disk refuses is said', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.files.refuse = true;
    expect(await tryExport(fixture)).toMatch(/^storage: .*ENOSPC/);
  });

  it('goes one at a time', async () => {
    const fixture = await vaultFixtureWithAlice();
    let second = '';
    fixture.files.meanwhile = async () => {
      second = await tryExport(fixture);
    };
    await exported(fixture);
    expect(second).toMatch(/^refused: /);
  });

  it.each([
    ['left', 'refused', (fixture: VaultFixture): Promise<unknown> => fixture.vault.stop()],
    ['locked', 'locked', (fixture: VaultFixture) => fixture.vault.actions['vault.lock'].run()],
  ])('writes nothing for a vault that was %s while the dialog was open', async (_what, code, change) => {
    const fixture = await vaultFixtureWithAlice();
    fixture.files.meanwhile = async () => void (await change(fixture));
    expect(await tryExport(fixture)).toMatch(new RegExp(`^${code}: `));
    expect(fixture.files.disk.size).toBe(0);
  });
});
