import fc from 'fast-check';
import { expect, it } from 'vitest';
import { exported, otherVaultFixture, restored } from '../../../../support/backup-fixture.ts';
import { flatAccounts } from '../../../../support/flat-accounts.ts';
import { reasonOf } from '../../../../support/test-bot.ts';
import { openVaultFixture, pairBot, signInAs, type VaultFixture } from '../../../../support/vault-fixture.ts';

const USERS = ['1001', '1002', '1003', '1004'] as const;
const user = fc.constantFrom(...USERS);
const scopes = fc.uniqueArray(fc.constantFrom('chat:read', 'chat:edit', 'user:bot', 'bits:read'));
const intent = fc
  .oneof(
    fc.constantFrom('chat', '7', 'constructor', '__proto__', 'ünï ✓'),
    fc.string({ minLength: 1, maxLength: 60 }),
  )
  .filter((text) => /^[^\p{Cc}]+$/u.test(text) && text.trim() === text);
const bot = fc.record({
  name: fc.constantFrom('chat-bot', 'overlay', 'ünï'),
  wants: fc.array(
    fc.oneof(
      fc.record({ user, scopes: scopes.map((list) => list.map((scope) => [scope])) }),
      fc.record({ intent, scopes: scopes.map((list) => list.map((scope) => [scope])) }),
    ),
    { minLength: 1, maxLength: 3 },
  ),
});
const streamer = fc.record({
  kind: fc.constantFrom('public' as const, 'confidential' as const),
  accounts: fc.uniqueArray(fc.record({ user, scopes }), { selector: (one) => one.user }),
  jobs: fc.array(fc.record({ user, intents: fc.uniqueArray(intent, { maxLength: 4 }) }), { maxLength: 4 }),
  bots: fc.array(bot, { maxLength: 3 }),
  notify: fc.boolean(),
});

/** What must be the same on the other computer. Names and pictures of people come from Twitch anew. */
function possessions(fixture: VaultFixture) {
  const { bots, settings, ...view } = fixture.view();
  const applications = view.applications.map(({ source: _, addedAt: __, ...application }) => application);
  // A public application's login is renewed as it arrives: of that the times tell.
  const sorted = flatAccounts(view).map(({ userId, login, intents, scopes, state }) => ({
    ...{ userId, login, scopes, state },
    intents: [...intents].sort(),
  }));
  const paired = bots.map(({ keyId, name, pairedAt, grants }) => ({
    ...{ keyId, name, pairedAt, grants },
  }));
  return { applications, settings, accounts: sorted, bots: paired };
}

it('an export restored on an empty vault gives the same accounts, jobs, bots and grants', async () => {
  await fc.assert(
    fc.asyncProperty(streamer, async ({ kind, accounts, jobs, bots, notify }) => {
      const old = await openVaultFixture(kind);
      for (const id of USERS) old.twitch.state.users.set(id, `user_${id}`);
      for (const account of accounts) await signInAs(old, account.user, account.scopes);
      for (const { user: userId, intents } of jobs)
        await old.vault.actions['account.setIntents'].run({ userId, intents });
      const paired = [];
      for (const { name, wants } of bots) paired.push(await pairBot(old, wants, 'always', name));
      await old.vault.actions['settings.change'].run({ notify });

      const fixture = await otherVaultFixture(old);
      await fixture.time.pass(old.time.now() - fixture.time.now());
      expect(await restored(fixture, await exported(old))).not.toContain('bad:');
      expect(possessions(fixture)).toEqual(possessions(old));
      // What a bot ran as on the old computer must not hold it back on this one.
      expect(fixture.view().bots.filter(({ program }) => program !== null)).toEqual([]);
      for (const { keys } of paired)
        expect(reasonOf(await fixture.connect().authenticate(keys))).toBe('no error');
      await fixture.restart();
      expect(possessions(fixture).bots).toEqual(possessions(old).bots);
    }),
    { numRuns: 20 },
  );
}, 60_000);
