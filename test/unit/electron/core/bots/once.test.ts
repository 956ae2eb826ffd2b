import { describe, expect, it } from 'vitest';
import { pictureOf } from '../../../../support/fake-windows.ts';
import { ALICE, BOB } from '../../../../support/people.ts';
import { newNonce, reasonOf, resultOf, type TestBot } from '../../../../support/test-bot.ts';
import {
  click,
  pairBot,
  signInAs,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

/** What of these requests is answered without another question, one after the other. */
async function answered(requests: (() => Promise<Parameters<typeof reasonOf>[0]>)[]): Promise<string[]> {
  const reasons: string[] = [];
  for (const request of requests) reasons.push(reasonOf(await request()));
  return reasons;
}
const byUser = (bot: TestBot) => () =>
  bot.request('getAccessTokenForUser', { user: ALICE, interactive: 'never' });
const byIntent = (bot: TestBot, intent: string) => () =>
  bot.request('getAccessTokenForIntent', { intent, interactive: 'never' });

async function met(fixture: VaultFixture): Promise<TestBot> {
  const bot = fixture.connect();
  resultOf(await bot.request('hello', { protocol: 1, client: { name: 'bot' }, nonce: newNonce() }));
  return bot;
}

describe('Allow once', () => {
  it('gives one answer to all connections of a process that it let in together', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bots = [await met(fixture), await met(fixture), await met(fixture)];
    const pairings = bots.map((bot) => bot.request('pair', { wants: [{ user: ALICE }] }));
    await click(fixture, 'once');
    expect(new Set((await Promise.all(pairings)).map((paired) => resultOf(paired).keyId)).size).toBe(1);
    expect(await answered(bots.map(byUser))).toEqual(['no error', 'denied', 'denied']);
  });

  it('gives one answer for an account, however often the bot named it', async () => {
    const fixture = await vaultFixtureWithAlice();
    await fixture.vault.actions['account.setIntents'].run({ userId: ALICE, intents: ['chat', 'clips'] });
    const bot = await pairBot(fixture, [{ user: ALICE }, { intent: 'chat' }, { intent: 'clips' }], 'once');
    expect(await answered([byIntent(bot, 'clips'), byUser(bot), byIntent(bot, 'chat')])).toEqual([
      'no error',
      'denied',
      'denied',
    ]);
  });

  it('is for the account she saw, not for whoever has the job later', async () => {
    const fixture = await vaultFixtureWithAlice();
    await signInAs(fixture, BOB, ['channel:read:stream_key']);
    await fixture.vault.actions['account.setIntents'].run({ userId: ALICE, intents: ['chat'] });
    const bot = await pairBot(fixture, [{ intent: 'chat' }], 'once');
    await fixture.vault.actions['account.setIntents'].run({ userId: BOB, intents: ['chat'] });
    expect(await answered([byIntent(bot, 'chat')])).toEqual(['denied']);
  });

  it('is over after ten minutes', async () => {
    const fixture = await vaultFixtureWithAlice();
    const [early, late] = [
      await pairBot(fixture, undefined, 'once'),
      await pairBot(fixture, undefined, 'once'),
    ];
    await fixture.time.pass(9 * 60_000);
    expect(await answered([byUser(early)])).toEqual(['no error']);
    await fixture.time.pass(61_000);
    expect(await answered([byUser(late)])).toEqual(['denied']);
  });
});

describe('a yes to a job that moves to another account while she is asked', () => {
  it.each(['once', 'always'] as const)(
    'with “%s” gives no token of the account she did not see',
    async (kind) => {
      const fixture = await vaultFixtureWithAlice();
      await signInAs(fixture, BOB);
      await fixture.vault.actions['account.setIntents'].run({ userId: ALICE, intents: ['chat'] });
      const bot = await pairBot(fixture, []);
      const asked = bot.request('getAccessTokenForIntent', { intent: 'chat' });
      await fixture.time.settle();
      await fixture.vault.actions['account.setIntents'].run({ userId: BOB, intents: ['chat'] });
      const old = { ...pictureOf(fixture.approval), decision: kind } as const;
      await fixture.time.pass(1_500);
      expect(await fixture.vault.actions['approval.decide'].run(old)).toMatchObject({ ok: false });
      expect(fixture.approval.current?.wants[0]?.account?.userId).toBe(BOB);
      await click(fixture, kind);
      expect(reasonOf(await asked)).toBe('denied');
      expect(await answered([byUser(bot)])).toEqual(['denied']);
    },
  );
});
