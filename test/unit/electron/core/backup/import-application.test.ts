import { describe, expect, it } from 'vitest';
import { cli, imported, take, twurple, yesterdays } from '../../../../support/backup-fixture.ts';
import { MARKER } from '../../../../support/fake-twitch-state.ts';
import { ALICE, CLIENT_ID } from '../../../../support/people.ts';
import { createVaultFixture, openVaultFixture } from '../../../../support/vault-fixture.ts';

describe('a login of an application that isn’t here', () => {
  const other = 'otherclient00000000000000000001';

  it('brings it along as a public one, which the file names, or Twitch does', async () => {
    const fixture = await openVaultFixture();
    fixture.twitch.state.apps.set(other, { secret: null });
    expect(await take(fixture, twurple(fixture, ALICE, ['chat:read'], other))).toContain(
      'good: alice was taken over',
    );
    expect(fixture.view().applications).toMatchObject([
      { clientId: CLIENT_ID, isDefault: true },
      { clientId: other, kind: 'public', source: 'import', isDefault: false, usable: true },
    ]);
    expect(await fixture.vault.actions['account.refresh'].run({ userId: ALICE })).toMatchObject({ ok: true });
    await fixture.restart();
    expect(fixture.account(ALICE)).toMatchObject({ clientId: other, state: 'ok' });
  });

  it('brings it along as a confidential one where the file has its secret', async () => {
    const fixture = await openVaultFixture();
    const secret = fixture.twitch.state.secret('client');
    fixture.twitch.state.apps.set(other, { secret });
    const file = {
      clientId: other,
      clientSecret: secret,
      tokens: { [ALICE]: twurple(fixture, ALICE, [], other) },
    };
    expect(await take(fixture, file)).toContain('good: alice was taken over');
    expect(fixture.view().applications[1]).toMatchObject({
      clientId: other,
      kind: 'confidential',
      source: 'import',
    });
    await fixture.restart();
    expect(await fixture.vault.actions['account.refresh'].run({ userId: ALICE })).toMatchObject({ ok: true });
  });

  it('makes it the default where there was none, as in the Twitch CLI’s config', async () => {
    const fixture = createVaultFixture();
    await fixture.vault.start();
    fixture.twitch.state.apps.set(CLIENT_ID, { secret: `${MARKER}cli` });
    expect(await imported(fixture, cli(fixture, ALICE))).toContain('good: alice was taken over');
    expect(fixture.view().applications).toMatchObject([
      { clientId: CLIENT_ID, kind: 'confidential', isDefault: true },
    ]);
  });

  it('is refused where its token is over and nobody says whose it is', async () => {
    const fixture = createVaultFixture();
    await fixture.vault.start();
    const token = yesterdays(fixture, ALICE);
    fixture.twitch.kill('access', ALICE);
    expect(await take(fixture, token)).toMatch(/^bad: .*which Twitch application could renew it/);
    expect(fixture.twitch.count('refresh')).toBe(0);
  });
});
