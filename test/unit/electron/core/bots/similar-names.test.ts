import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../../../support/fake-time.ts';
import { ALICE } from '../../../../support/people.ts';
import { newNonce } from '../../../../support/test-bot.ts';
import { pairBot, type VaultFixture, vaultFixtureWithAlice } from '../../../../support/vault-fixture.ts';

async function askAs(fixture: VaultFixture, name: string): Promise<void> {
  const bot = fixture.connect();
  await bot.request('hello', { protocol: 1, client: { name }, nonce: newNonce() });
  void bot.request('pair', {});
  await fixture.time.settle();
}

describe('a name that is taken', () => {
  it.each(['chat-bot', 'Chat Bot', 'ｃｈａｔ＿ｂｏｔ', 'chat-bot v2', 'chat-bot.js'])(
    'as “%s” is shown to be',
    async (name) => {
      const fixture = await vaultFixtureWithAlice();
      await pairBot(fixture, [], 'always', 'chat-bot');
      await fixture.time.pass(MINUTE);
      await askAs(fixture, name);
      const [bot] = fixture.view().bots;
      expect(fixture.approval.current?.similarNames).toEqual([{ pairedAt: bot?.pairedAt }]);
    },
  );

  it('is not taken by another one', async () => {
    const fixture = await vaultFixtureWithAlice();
    await pairBot(fixture, [], 'always', 'chat-bot');
    await askAs(fixture, 'chat-bats');
    expect(fixture.approval.current?.similarNames).toEqual([]);
  });

  it('leaves a second version its own name once it is let in', async () => {
    const fixture = await vaultFixtureWithAlice();
    await pairBot(fixture, [], 'always', 'chat-bot');
    await pairBot(fixture, [], 'always', 'chat-bot v2');
    expect(fixture.view().bots.map(({ similarNames }) => similarNames)).toEqual([0, 0]);
  });

  it('makes two bots, each with its own key, told apart in the list and in the record', async () => {
    const fixture = await vaultFixtureWithAlice();
    const one = await pairBot(fixture, undefined, 'always', 'chat-bot');
    await fixture.time.pass(MINUTE);
    const two = await pairBot(fixture, undefined, 'always', 'chat-bot');
    expect(one.keys.keyId).not.toBe(two.keys.keyId);
    expect(fixture.view().bots.map(({ similarNames }) => similarNames)).toEqual([1, 1]);
    await one.request('getAccessTokenForUser', { user: ALICE });
    await two.request('getAccessTokenForUser', { user: ALICE });
    const served = fixture.view().activity.filter(({ kind }) => kind === 'token.served');
    expect(new Set(served.map(({ text }) => text)).size).toBe(2);
    for (const { text } of served) expect(text).toMatch(/^chat-bot \(the one paired on 5 Jan 2026, /);
    await fixture.vault.actions['bot.remove'].run({ keyId: one.keys.keyId });
    expect(fixture.view().activity[0]?.text).toMatch(/^You removed chat-bot \(the one paired on/);
    expect(fixture.view().bots.map(({ similarNames }) => similarNames)).toEqual([0]);
  });
});
