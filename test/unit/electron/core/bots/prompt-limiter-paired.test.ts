import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../../support/fake-time.ts';
import { ALICE } from '../../../../support/people.ts';
import { reasonOf, resultOf, type TestBot } from '../../../../support/test-bot.ts';
import { click, pairBot, vaultFixtureWithAlice } from '../../../../support/vault-fixture.ts';

describe('a paired bot that asks for something else after each no', () => {
  const ask = (bot: TestBot, turn: number, timeoutMs = 120_000) =>
    bot.request('getAccessTokenForUser', { user: ALICE, scopeSets: [[`scope:${turn}`]], timeoutMs });

  it.each(['denied', 'taken back by the bot'])('gets ten windows, then none for a while: %s', async (how) => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture, []);
    for (let turn = 0; turn < 10; turn += 1) {
      const asked = ask(bot, turn, how === 'denied' ? 120_000 : 1);
      await fixture.time.settle();
      expect(fixture.approval.current).not.toBeNull();
      if (how === 'denied') await click(fixture, 'deny');
      else await fixture.time.pass(1);
      expect(reasonOf(await asked)).toBe(how === 'denied' ? 'denied' : 'approval-timeout');
    }
    const refused = await ask(bot, 10);
    expect([reasonOf(refused), fixture.approval.current]).toEqual(['rate-limited', null]);
    const other = await pairBot(fixture, [], 'always', 'other');
    void ask(other, 10);
    await fixture.time.settle();
    expect(fixture.approval.current?.claimedName).toBe('other');
    await click(fixture, 'deny');
    await fixture.time.pass('data' in refused ? (refused.data.retryAfterMs ?? 0) : 0);
    void ask(bot, 11);
    await fixture.time.settle();
    expect(fixture.approval.current?.claimedName).toBe('bot');
  });

  it('gets ten sign-in windows, then none for a while', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    const wish = { user: ALICE, scopeSets: [['chat:edit']] };
    for (let turn = 0; turn < 10; turn += 1) {
      const asked = [1, 2, 3].map(() => bot.request('getAccessTokenForUser', wish));
      await fixture.time.settle();
      fixture.vault.actions['signIn.cancel'].run({ id: fixture.signIn.current?.id ?? '' });
      expect((await Promise.all(asked)).map(reasonOf)).toEqual(Array(3).fill('consent-denied'));
      await fixture.time.pass(2 * SECOND);
    }
    const refused = await bot.request('getAccessTokenForUser', wish);
    expect([reasonOf(refused), fixture.signIn.current]).toEqual(['rate-limited', null]);
    await fixture.time.pass('data' in refused ? (refused.data.retryAfterMs ?? 0) : 0);
    void bot.request('getAccessTokenForUser', wish);
    await fixture.time.settle();
    expect(fixture.signIn.current).not.toBeNull();
  });

  it('gets ten windows for jobs that she puts off, then none for a while', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture, []);
    const askFor = (intent: string) => bot.request('getAccessTokenForIntent', { intent, scopeSets: [] });
    for (let turn = 0; turn < 10; turn += 1) {
      const asked = askFor(`job${turn}`);
      await click(fixture, 'once');
      expect(resultOf(await asked)).toBeNull();
    }
    expect([reasonOf(await askFor('job10')), fixture.approval.current]).toEqual(['rate-limited', null]);
  });

  it('may ask on where its sign-in waited without a window', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    const wish = { user: ALICE, scopeSets: [['chat:edit']] };
    for (let turn = 0; turn < 10; turn += 1) {
      const asked = bot.request('getAccessTokenForUser', {
        ...wish,
        interactive: 'notify',
        timeoutMs: 1_000,
      });
      await fixture.time.pass(2 * SECOND);
      expect(reasonOf(await asked)).toBe('consent-timeout');
    }
    void bot.request('getAccessTokenForUser', wish);
    await fixture.time.settle();
    expect(fixture.signIn.current).not.toBeNull();
  });

  it('has one refusal for all who waited for one window', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture, []);
    const asked = Array.from({ length: 20 }, () => ask(bot, 0));
    await click(fixture, 'deny');
    await Promise.all(asked);
    void ask(bot, 1);
    await fixture.time.settle();
    expect(fixture.approval.current?.claimedName).toBe('bot');
  });
});
