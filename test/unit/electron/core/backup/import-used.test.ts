import { describe, expect, it } from 'vitest';
import { imported, twurple, yesterdays } from '../../../../support/backup-fixture.ts';
import { HOUR } from '../../../../support/fake-time.ts';
import { ALICE } from '../../../../support/people.ts';
import { lostAnswer } from '../../../../support/twitch-replies.ts';
import {
  openVaultFixture,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

const take = (fixture: VaultFixture, value: unknown): Promise<string> =>
  imported(fixture, JSON.stringify(value));

describe('a login of a file whose refresh token has been used is not sent again', () => {
  it('when it stands in the file twice', async () => {
    const fixture = await openVaultFixture();
    const token = yesterdays(fixture, ALICE);
    fixture.twitch.kill('access', ALICE);
    const said = await take(fixture, { 123: token, default: token });
    expect(said).toContain('good: alice was taken over');
    expect(said).toContain('nobody can tell whether it has been renewed since');
    expect(fixture.twitch.state.reused).toEqual([]);
    expect(fixture.account(ALICE).state).toBe('ok');
  });

  it('when the answer to its renewal was lost, and she tries once more', async () => {
    const fixture = await openVaultFixture();
    const token = yesterdays(fixture, ALICE);
    fixture.twitch.kill('access', ALICE);
    fixture.twitch.next('refresh', lostAnswer);
    expect(await take(fixture, token)).toContain('may be used up now');
    expect(await take(fixture, token)).toContain('nobody can tell');
    expect(fixture.twitch.state.reused).toEqual([]);
  });

  it('when Castkey took it long ago, and the file comes again', async () => {
    const fixture = await openVaultFixture();
    const token = twurple(fixture, ALICE);
    await take(fixture, token);
    await fixture.time.pass(5 * HOUR);
    expect(await take(fixture, token)).toContain('nobody can tell');
    expect(fixture.twitch.state.reused).toEqual([]);
    expect(fixture.account(ALICE).state).toBe('ok');
  });

  it('when an account here works, which it could end', async () => {
    const fixture = await vaultFixtureWithAlice();
    const token = yesterdays(fixture, ALICE);
    fixture.twitch.kill('access', ALICE);
    const before = fixture.twitch.count('refresh');
    expect(await take(fixture, token)).toContain('nobody can tell');
    expect(fixture.twitch.count('refresh')).toBe(before);
  });
});
