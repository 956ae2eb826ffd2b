import { describe, expect, it } from 'vitest';
import { exported, imported, otherVaultFixture, restored } from '../../../../support/backup-fixture.ts';
import { BOB, CLIENT_ID } from '../../../../support/people.ts';
import {
  openVaultFixture,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

const lock = async (fixture: VaultFixture) => void (await fixture.vault.actions['vault.lock'].run());
const bobsToken = ({ twitch }: VaultFixture): string =>
  twitch.state.pair({ clientId: CLIENT_ID, userId: BOB, scopes: [] }).access;

function addToken(fixture: VaultFixture) {
  return fixture.vault.actions['account.addToken'].run({ accessToken: bobsToken(fixture) });
}

function configure(fixture: VaultFixture) {
  fixture.twitch.state.apps.set('another1', { secret: null });
  return fixture.vault.actions['app.configure'].run({ clientId: 'another1', kind: 'public' });
}

describe('what was begun before Castkey was locked', () => {
  it.each([
    ['a bare token', 'validate', addToken],
    ['another application', 'device', configure],
  ] as const)('changes nothing once Twitch answers: %s', async (_what, held, run) => {
    const fixture = await openVaultFixture();
    const { accounts, applications } = fixture.view();
    const release = fixture.twitch.hold(held);
    const running = run(fixture);
    await fixture.time.settle();
    await lock(fixture);
    release();
    expect(await running).toMatchObject({ ok: false, error: { code: 'locked' } });
    expect(fixture.view()).toMatchObject({ accounts, applications });
  });

  it('brings no backup back, though the dialog was open', async () => {
    const from = await vaultFixtureWithAlice();
    const file = await exported(from);
    const fixture = await otherVaultFixture(from);
    fixture.files.meanwhile = () => lock(fixture);
    expect(await restored(fixture, file)).toMatch(/^locked: /);
    expect(fixture.view().accounts).toEqual([]);
  });

  it('imports no login, though the dialog was open', async () => {
    const fixture = await openVaultFixture();
    fixture.files.meanwhile = () => lock(fixture);
    expect(await imported(fixture, JSON.stringify({ accessToken: bobsToken(fixture) }))).toMatch(/^locked: /);
    expect([fixture.view().accounts, fixture.twitch.count('validate')]).toEqual([[], 0]);
  });
});
