import { expect, it } from 'vitest';
import { ALICE } from '../../../../support/people.ts';
import { pairBot, vaultFixtureWithAlice } from '../../../../support/vault-fixture.ts';

it.each([
  ['Chat', ['chat']],
  ['CHAT', ['chat']],
  ['c hat', ['chat']],
  ['ch-at', ['chat']],
  ['ｃｈａｔ', ['chat']],
  ['\u0441h\u0430t', ['chat']], // Cyrillic
  ['Alerts', ['alerts']],
  ['chat', []],
  ['chats', []],
  ['★', []],
])('jobs that read like “%s”', async (intent, similar) => {
  const fixture = await vaultFixtureWithAlice();
  await fixture.vault.actions['account.setIntents'].run({ userId: ALICE, intents: ['chat'] });
  await pairBot(fixture, [{ intent: 'alerts' }]);
  expect(await fixture.vault.actions['account.similarIntents'].run({ intent })).toEqual({
    ok: true,
    value: similar,
  });
});
