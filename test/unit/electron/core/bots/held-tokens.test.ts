import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../../../support/fake-time.ts';
import { ALICE, CLIENT_ID } from '../../../../support/people.ts';
import { pairBot, type VaultFixture, vaultFixtureWithAlice } from '../../../../support/vault-fixture.ts';

const want = { user: ALICE, scopes: [['chat:read']] };
const holdsOf = (fixture: VaultFixture) => fixture.view().bots[0]?.holds;

async function served(decision: 'once' | 'for-8-hours' | 'always') {
  const fixture = await vaultFixtureWithAlice();
  const bot = await pairBot(fixture, [want], decision);
  const answer = await bot.request('getAccessTokenForUser', { user: ALICE });
  expect(answer).toHaveProperty('result');
  return { fixture, bot };
}

describe('a token that a bot holds', () => {
  it('after “once” is shown until it expires, over a restart', async () => {
    const { fixture } = await served('once');
    const { expiresAt } = fixture.account(ALICE);
    expect(holdsOf(fixture)).toEqual([{ userId: ALICE, clientId: CLIENT_ID, login: 'alice', expiresAt }]);
    await fixture.time.pass(6_000);
    await fixture.restart();
    expect(holdsOf(fixture)).toEqual([{ userId: ALICE, clientId: CLIENT_ID, login: 'alice', expiresAt }]);
    await fixture.time.pass(4 * HOUR);
    expect(holdsOf(fixture)).toEqual([]);
  });

  it('is no news while a permission reaches the account, and is once that has ended', async () => {
    const { fixture, bot } = await served('for-8-hours');
    expect(holdsOf(fixture)).toEqual([]);
    await fixture.time.pass(8 * HOUR - MINUTE);
    await bot.request('getAccessTokenForUser', { user: ALICE });
    await fixture.time.pass(MINUTE);
    expect(holdsOf(fixture)).toMatchObject([{ login: 'alice' }]);
  });

  it('is gone once she ends it', async () => {
    const { fixture } = await served('once');
    expect(await fixture.vault.actions['account.rotate'].run({ userId: ALICE })).toMatchObject({ ok: true });
    expect(holdsOf(fixture)).toEqual([]);
  });

  it('is still there after a renewal, which ends nothing', async () => {
    const { fixture } = await served('once');
    await fixture.vault.actions['account.refresh'].run({ userId: ALICE });
    expect(holdsOf(fixture)).toMatchObject([{ login: 'alice' }]);
  });

  it('is gone with the account', async () => {
    const { fixture } = await served('once');
    await fixture.vault.actions['account.remove'].run({ userId: ALICE });
    expect(holdsOf(fixture)).toEqual([]);
  });
});
