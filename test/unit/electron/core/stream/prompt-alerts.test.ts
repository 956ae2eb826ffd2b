import { expect, it } from 'vitest';
import { ALICE } from '../../../../support/people.ts';
import { pairBot, vaultFixtureWithAlice } from '../../../../support/vault-fixture.ts';

it('a bot that asks on and on does not silence the notifications of others', async () => {
  const fixture = await vaultFixtureWithAlice();
  const loud = await pairBot(fixture, [], 'always', 'loud');
  const modest = await pairBot(fixture, [], 'always', 'modest');
  const asks = { user: ALICE, interactive: 'notify', timeoutMs: 30_000 } as const;
  for (const scope of ['a:1', 'a:2', 'a:3']) {
    void loud.request('getAccessTokenForUser', { ...asks, scopeSets: [[scope]] });
    await fixture.time.pass(31_000);
  }
  void loud.request('getAccessTokenForUser', { ...asks, scopeSets: [['a:4']] });
  await fixture.time.settle();
  void modest.request('getAccessTokenForUser', asks);
  await fixture.time.settle();
  const bodies = fixture.desktop.notified.map(({ body }) => body);
  expect(bodies).toEqual([expect.stringContaining('“loud”'), expect.stringContaining('“modest”')]);
});
