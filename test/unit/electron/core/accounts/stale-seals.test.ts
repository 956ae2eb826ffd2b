import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../../../support/fake-time.ts';
import { offline } from '../../../../support/twitch-replies.ts';
import { pairBot, type VaultFixture, vaultFixtureWithAlice } from '../../../../support/vault-fixture.ts';

/** Seals differ each time, as real ones do, so that a new one can be told from the old. */
async function populatedVaultFixture(): Promise<VaultFixture> {
  const fixture = await vaultFixtureWithAlice(['chat:read'], 'confidential');
  await pairBot(fixture);
  fixture.twitch.always('validate', offline); // a confirmed login is written anyway
  const { seal, open } = fixture.box;
  let count = 0;
  fixture.box.seal = async (plain) => {
    count += 1;
    return `${await seal(plain)}#${count}`;
  };
  fixture.box.open = (sealed) => open(sealed.split('#')[0] ?? '');
  return fixture;
}
const seals = (fixture: VaultFixture): string[] =>
  [...fixture.accounts.files.values(), ...fixture.documents.files.values()]
    .flatMap((text) => [...text.matchAll(/"fake:[^"]+"/g)].map(([seal]) => seal))
    .sort();

describe('what a replaced key sealed', () => {
  it('is sealed anew soon after it was opened: login, secret and pairing key', async () => {
    const fixture = await populatedVaultFixture();
    const before = seals(fixture);
    await fixture.restart(() => {
      fixture.box.replaced = true;
    });
    fixture.box.replaced = false;
    await fixture.time.pass(MINUTE);
    expect(before).toHaveLength(3);
    expect(seals(fixture)).toHaveLength(3);
    for (const seal of before) expect(seals(fixture)).not.toContain(seal);
    await fixture.restart();
    expect([
      fixture.view().accounts.length,
      fixture.view().bots.length,
      fixture.view().applications[0]?.kind,
    ]).toEqual([1, 1, 'confidential']);
  });

  it('stays as it is, and in use, while the disk refuses', async () => {
    const fixture = await populatedVaultFixture();
    const before = seals(fixture);
    await fixture.restart(() => {
      fixture.box.replaced = true;
      fixture.accounts.fault = 'refuse';
      fixture.documents.fault = 'refuse';
    });
    await fixture.time.pass(MINUTE);
    expect(seals(fixture)).toEqual(before);
    expect([fixture.view().accounts.length, fixture.view().bots.length]).toEqual([1, 1]);
  });

  it('is not touched when the key is the same', async () => {
    const fixture = await populatedVaultFixture();
    const before = seals(fixture);
    await fixture.restart();
    await fixture.time.pass(MINUTE);
    expect(seals(fixture)).toEqual(before);
  });
});
