import { type AuthProvider, RefreshingAuthProvider } from '@twurple/auth';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { CastkeyAuthProvider } from '../../../clients/javascript/src/index.ts';
import { SANDBOX_PUBLIC_CLIENT } from '../../../sandbox/server.ts';
import { aimTwurpleAt, connectBot } from '../../support/library-bot-fixture.ts';
import { BOT, LUNA, QUINN } from '../../support/people.ts';
import { openRecordedVault, type RecordedVaultFixture } from '../../support/recorded-vault-fixture.ts';

const HELD = { [LUNA]: ['chat:read', 'channel:manage:broadcast'], [BOT]: ['chat:edit', 'user:read:email'] };
const SCOPES = [...Object.values(HELD).flat(), 'bits:read', 'user:edit:broadcast'];
const INTENTS = { [LUNA]: ['api'], [BOT]: ['chat', 'events'] };

let fixture: RecordedVaultFixture;
let twurple: RefreshingAuthProvider;

beforeAll(async () => {
  fixture = await openRecordedVault();
  aimTwurpleAt(fixture);
  for (const user of [LUNA, BOT] as const) await fixture.signIn(user, HELD[user], INTENTS[user]);
  twurple = new RefreshingAuthProvider({ clientId: SANDBOX_PUBLIC_CLIENT.clientId });
  for (const user of [LUNA, BOT] as const) {
    const token = { accessToken: `of ${user}`, refreshToken: 'r', scope: HELD[user], expiresIn: 14_400 };
    twurple.addUser(user, { ...token, obtainmentTimestamp: Date.now() }, INTENTS[user]);
  }
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await fixture.close();
});

/** A bot that has been granted everything, and for which no window opens. */
async function openTwin(): Promise<CastkeyAuthProvider> {
  const scopes = SCOPES.map((scope) => [scope]);
  const users = [LUNA, BOT].map((user) => ({ user, scopes }));
  const intents = ['api', 'chat', 'events', 'nobody'].map((intent) => ({ intent, scopes }));
  await connectBot(fixture, 'twin', { wants: [...users, ...intents] });
  return connectBot(fixture, 'twin', { interactive: 'never' });
}

/** What a call amounts to: whose token, nobody's, or a refusal for want of a scope. */
async function outcome(call: Promise<{ userId?: string } | null>): Promise<string> {
  try {
    return (await call)?.userId ?? 'nobody';
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code === 'scope-missing' || message.includes('does not have any of the requested scopes'))
      return 'scope';
    throw error;
  }
}

/** Scope sets as Twurple's clients pass them: absent, empty, one or many. */
const sets = fc.array(fc.option(fc.array(fc.constantFrom(...SCOPES), { maxLength: 3 }), { nil: undefined }), {
  maxLength: 3,
});
const user = fc.constantFrom<string>(LUNA, BOT, QUINN);
/** The three ways in which a user may be named. */
const named = (id: string) => fc.constantFrom<string | number | { id: string }>(id, Number(id), { id });

describe('a bot that swaps RefreshingAuthProvider for Castkey', () => {
  test('gets the same for any user and scope sets', async () => {
    const bot: AuthProvider = await openTwin();
    const asked = user.chain((id) => fc.tuple(named(id), sets));
    await fc.assert(
      fc.asyncProperty(asked, async ([who, wanted]) => {
        const mine = await outcome(bot.getAccessTokenForUser(who, ...wanted));
        expect(mine).toBe(await outcome(twurple.getAccessTokenForUser(who, ...wanted)));
      }),
      { numRuns: 100 },
    );
  });

  test('gets the same for any intent and scope sets', async () => {
    const bot = await openTwin();
    const intent = fc.constantFrom('api', 'chat', 'events', 'nobody');
    await fc.assert(
      fc.asyncProperty(intent, sets, async (asked, wanted) => {
        const mine = await outcome(bot.getAccessTokenForIntent(asked, ...wanted));
        expect(mine).toBe(await outcome(twurple.getAccessTokenForIntent(asked, ...wanted)));
      }),
      { numRuns: 100 },
    );
  });

  test('reads the same scopes, at once', async () => {
    const bot = await openTwin();
    for (const id of [LUNA, BOT] as const) {
      expect(bot.getCurrentScopesForUser(id).toSorted()).toEqual(
        twurple.getCurrentScopesForUser(id).toSorted(),
      );
    }
  });
});
