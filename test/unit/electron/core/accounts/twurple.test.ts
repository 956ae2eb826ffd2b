import { RefreshingAuthProvider } from '@twurple/auth';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WireToken } from '../../../../../shared/protocol.ts';
import { HOUR } from '../../../../support/fake-time.ts';
import { ALICE, BOB, CLIENT_ID } from '../../../../support/people.ts';
import { type Answer, resultOf } from '../../../../support/test-bot.ts';
import {
  openVaultFixture,
  type PairedBot,
  pairBot,
  signInAs,
  type VaultFixture,
} from '../../../../support/vault-fixture.ts';

const NOBODY = '9999';
const HELD = { [ALICE]: ['chat:read', 'user:edit:broadcast'], [BOB]: ['chat:edit', 'channel_editor'] };
const SCOPES = [
  ...Object.values(HELD).flat(),
  'channel:manage:broadcast',
  'channel:manage:extensions',
  'bits:read',
];
const INTENTS = ['chat', 'mod', 'stats'];
const scopeSets = fc.array(fc.array(fc.constantFrom(...SCOPES), { maxLength: 3 }), { maxLength: 3 });

beforeEach(() => {
  vi.stubGlobal('fetch', () => {
    throw new Error('an unexpected fetch');
  });
});
afterEach(() => vi.unstubAllGlobals());

/** Both providers with the same two users. */
async function sideBySide() {
  const fixture = await openVaultFixture();
  const twurple = new RefreshingAuthProvider({ clientId: CLIENT_ID });
  for (const user of [ALICE, BOB] as const) {
    await signInAs(fixture, user, HELD[user]);
    twurple.addUser(user, {
      accessToken: `of ${user}`,
      refreshToken: 'r',
      scope: HELD[user],
      expiresIn: 14_400,
      obtainmentTimestamp: Date.now(),
    });
  }
  const scopes = SCOPES.map((scope) => [scope]);
  const wants = [ALICE, BOB].map((user) => ({ user, scopes }));
  const bot = await pairBot(fixture, [...wants, ...INTENTS.map((intent) => ({ intent, scopes }))]);
  return { fixture, twurple, bot };
}

/** What an answer amounts to: whose token, nobody's, or a scope that is missing. */
function ours(answer: Answer<WireToken | null>): string {
  if ('result' in answer) return answer.result === null ? 'null' : `${answer.result.userId}`;
  return answer.data.code === 'scope-missing' ? 'missing' : answer.data.code;
}
async function theirs(answer: Promise<{ userId?: string } | null>): Promise<string> {
  try {
    const token = await answer;
    return token === null ? 'null' : `${token.userId}`;
  } catch (error) {
    if (error instanceof Error && error.message.includes('does not have any of the requested scopes'))
      return 'missing';
    throw error;
  }
}

describe('side by side with Twurple’s RefreshingAuthProvider', () => {
  it('users, known or not, with any scope sets, get the same', async () => {
    const { twurple, bot } = await sideBySide();
    const user = fc.constantFrom(ALICE, BOB, NOBODY);
    await fc.assert(
      fc.asyncProperty(user, scopeSets, async (who, sets) => {
        const params = { user: who, scopeSets: sets, interactive: 'never' as const };
        const answer = ours(await bot.request('getAccessTokenForUser', params));
        expect(answer).toBe(await theirs(twurple.getAccessTokenForUser(who, ...sets)));
      }),
      { numRuns: 300 },
    );
  });

  it('intents, given out and moved in any order, mean the same users', async () => {
    const { fixture, twurple, bot } = await sideBySide();
    const move = fc.record({ user: fc.constantFrom(ALICE, BOB), intent: fc.constantFrom(...INTENTS) });
    await fc.assert(
      fc.asyncProperty(
        move,
        fc.constantFrom(...INTENTS),
        scopeSets,
        async ({ user, intent }, asked, sets) => {
          await addIntent(fixture, user, intent);
          twurple.addIntentsToUser(user, [intent]);
          const answer = await bot.request('getAccessTokenForIntent', {
            intent: asked,
            scopeSets: sets,
            interactive: 'never',
          });
          expect(ours(answer)).toBe(await theirs(twurple.getAccessTokenForIntent(asked, ...sets)));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('a removed user is nobody, and so are its intents', async () => {
    const { fixture, twurple, bot } = await sideBySide();
    await addIntent(fixture, ALICE, 'chat');
    twurple.addIntentsToUser(ALICE, ['chat']);
    await fixture.vault.actions['account.remove'].run({ userId: ALICE });
    twurple.removeUser(ALICE);
    const byUser = await bot.request('getAccessTokenForUser', { user: ALICE });
    // Where it may, Castkey asks the streamer who shall have the job; Twurple has nobody to ask.
    const byIntent = await bot.request('getAccessTokenForIntent', { intent: 'chat', interactive: 'never' });
    expect([ours(byUser), ours(byIntent)]).toEqual([
      await theirs(twurple.getAccessTokenForUser(ALICE)),
      await theirs(twurple.getAccessTokenForIntent('chat')),
    ]);
  });

  it('current scopes and the token’s fields are the same', async () => {
    const { twurple, bot } = await sideBySide();
    for (const user of [ALICE, BOB]) {
      expect(resultOf(await bot.request('getCurrentScopesForUser', { user }))).toEqual(
        twurple.getCurrentScopesForUser(user),
      );
      const mine = resultOf(await bot.request('getAccessTokenForUser', { user }));
      const his = await twurple.getAccessTokenForUser(user);
      expect(Object.keys(mine ?? {})).toEqual(expect.arrayContaining(Object.keys(his ?? {})));
      expect([mine?.scope, mine?.expiresIn]).toEqual([his?.scope, his?.expiresIn]);
    }
  });
});

describe('better than Twurple’s RefreshingAuthProvider', () => {
  it('many refreshes at once use a one-time refresh token once, and nobody is disabled', async () => {
    const { fixture, bot } = await sideBySide();
    fixture.time.sleep(5 * HOUR);
    const answers = await Promise.all(refreshes(bot, 5));
    expect(new Set(answers.map((answer) => resultOf(answer).accessToken)).size).toBe(1);
    expect(fixture.twitch.count('refresh')).toBe(1);
    expect(ours(await bot.request('getAccessTokenForUser', { user: ALICE }))).toBe(ALICE);
  });
});

const refreshes = (bot: PairedBot, count: number) =>
  Array.from({ length: count }, () => bot.request('refreshAccessTokenForUser', { user: ALICE }));

async function addIntent(fixture: VaultFixture, userId: string, intent: string): Promise<void> {
  const intents = [...new Set([...fixture.account(userId).intents, intent])];
  expect(await fixture.vault.actions['account.setIntents'].run({ userId, intents })).toMatchObject({
    ok: true,
  });
}
