import { describe, expect, it } from 'vitest';
import { ALICE } from '../../../../support/people.ts';
import { LOCAL_PEER } from '../../../../support/test-bot.ts';
import {
  click,
  pairBot,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

const told = (fixture: VaultFixture): [string, boolean][] =>
  fixture
    .view()
    .activity.filter(({ bot }) => bot === 'bot')
    .map(({ text, ok }) => [text, ok]);

describe('a refused request', () => {
  it('is in the record with who asked and what was missing', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    await bot.request('getAccessTokenForUser', {
      user: ALICE,
      scopeSets: [['bits:read']],
      interactive: 'never',
    });
    const { pid, uid, program, script } = LOCAL_PEER;
    expect(fixture.view().activity[0]).toMatchObject({
      kind: 'request.refused',
      text: 'bot was refused: alice has not granted bits:read.',
      scopes: ['bits:read'],
      ok: false,
      peer: { claimed: 'bot', proved: true, pid, uid, program, script },
    });
  });

  it('that comes in a loop while locked is one line', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    await fixture.vault.actions['vault.lock'].run();
    for (let turn = 0; turn < 50; turn += 1) await bot.request('getAccessTokenForUser', { user: ALICE });
    expect(told(fixture)[0]).toEqual([
      expect.stringMatching(/^bot was refused: Castkey is locked.*\(×50\)$/),
      false,
    ]);
    expect(fixture.view().activity.filter(({ kind }) => kind === 'request.refused')).toHaveLength(1);
  });

  it('is not told twice when the streamer herself said no', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture, []);
    const asked = bot.request('getAccessTokenForUser', { user: ALICE });
    await click(fixture, 'deny');
    await asked;
    expect(told(fixture)[0]).toEqual(['bot may not use alice', false]);
    await bot.request('getAccessTokenForUser', { user: ALICE, interactive: 'never' });
    expect(told(fixture)[0]?.[0]).toMatch(/^bot was refused: This bot may not use/);
  });

  it('for a token that no application of this kind has is no entry', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    const before = fixture.view().activity.length;
    await bot.request('getAppAccessToken', {});
    expect(fixture.view().activity).toHaveLength(before);
  });
});
