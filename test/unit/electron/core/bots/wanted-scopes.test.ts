import { describe, expect, it } from 'vitest';
import { ALICE } from '../../../../support/people.ts';
import { pairBot, type VaultFixture, vaultFixtureWithAlice } from '../../../../support/vault-fixture.ts';

const want = {
  user: ALICE,
  scopes: [['chat:read'], ['bits:read', 'chat:edit']],
  optional: [['clips:edit'], ['chat:read']],
};
const scopesOf = (fixture: VaultFixture) => fixture.view().bots[0]?.scopes;

describe('what a bot needs and would like', () => {
  it('is kept with it and shown with what its account has, over a restart', async () => {
    const fixture = await vaultFixtureWithAlice(['chat:read']);
    await pairBot(fixture, [want], 'once');
    const told = [
      { scope: 'chat:read', required: true, granted: true },
      { scope: 'bits:read', required: true, granted: false },
      { scope: 'clips:edit', required: false, granted: false },
    ];
    expect(scopesOf(fixture)).toEqual(told);
    await fixture.time.pass(6_000);
    await fixture.restart();
    expect(scopesOf(fixture)).toEqual(told);
  });

  it('stands in the question: what it can do without is marked, and a yes is to all of it', async () => {
    const fixture = await vaultFixtureWithAlice(['chat:read']);
    await pairBot(fixture, [want]);
    expect(fixture.approval.shown[0]?.wants).toMatchObject([
      { scopes: ['chat:read', 'bits:read', 'clips:edit'], optional: ['clips:edit'] },
    ]);
    expect(fixture.view().bots[0]?.grants).toMatchObject([
      { scopes: ['chat:read', 'bits:read', 'clips:edit'] },
    ]);
  });

  it('takes one consent for all that is missing', async () => {
    const fixture = await vaultFixtureWithAlice(['chat:read']);
    const { keys } = await pairBot(fixture, [want]);
    expect(await fixture.vault.actions['bot.consent'].run({ keyId: keys.keyId })).toMatchObject({ ok: true });
    await fixture.time.settle();
    expect(fixture.signIn.current).toMatchObject({ newScopes: ['bits:read', 'clips:edit'], bots: [] });
    fixture.twitch.decide(ALICE);
    await fixture.time.pass(6_000);
    expect(scopesOf(fixture)?.every(({ granted }) => granted)).toBe(true);
    expect(fixture.signIn.current).toBeNull();
  });

  it('is granted of nobody while a job has no account', async () => {
    const fixture = await vaultFixtureWithAlice(['chat:read']);
    await pairBot(fixture, [{ intent: 'chat', scopes: [['chat:read']] }]);
    expect(scopesOf(fixture)).toEqual([{ scope: 'chat:read', required: true, granted: false }]);
  });
});
