import { describe, expect, it } from 'vitest';
import { NEW_ACCOUNT } from '../../../../../shared/ipc.ts';
import { SECOND } from '../../../../support/fake-time.ts';
import { ALICE, BOB, CLIENT_ID } from '../../../../support/people.ts';
import { reasonOf, resultOf } from '../../../../support/test-bot.ts';
import {
  click,
  keepNewcomer,
  pairBot,
  showTwitchHere,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

const OTHER = 'otherclient0000000000000000001';

/** The streamer signs in on the page in the window that is open. */
async function signIn(fixture: VaultFixture, userId: string): Promise<void> {
  await showTwitchHere(fixture);
  fixture.twitch.decide(userId);
  await fixture.time.pass(5 * SECOND);
  await keepNewcomer(fixture);
}

describe('a bot that asks for a job nobody has', () => {
  it('is told of the account by event, too, on every connection', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture, []);
    const beside = fixture.connect();
    resultOf(await beside.authenticate(bot.keys));
    await beside.request('subscribe', {});
    const asked = bot.request('getAccessTokenForIntent', { intent: 'chat' });
    await click(fixture, 'always', { chat: ALICE });
    resultOf(await asked);
    expect(beside.events).toMatchObject([
      { type: 'account.added', userId: ALICE, user: { intents: ['chat'] } },
    ]);
  });

  it('waits no longer than it said, and whoever signs in later has the job all the same', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture, []);
    const asked = bot.request('getAccessTokenForIntent', { intent: 'mods', timeoutMs: 20 * SECOND });
    await fixture.time.settle();
    await fixture.time.pass(10 * SECOND);
    await click(fixture, 'always', { mods: NEW_ACCOUNT });
    await fixture.time.pass(9 * SECOND);
    expect(reasonOf(await asked)).toBe('consent-timeout');
    expect(fixture.signIn.current).toMatchObject({ intent: 'mods', stopped: ['bot'] });
    await signIn(fixture, BOB);
    expect(fixture.account(BOB).intents).toEqual(['mods']);
  });

  it('and changed its application is asked about that once, and has one answer after Allow once', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.twitch.state.apps.set(OTHER, { secret: null });
    const { keys } = await pairBot(fixture, []);
    const bot = fixture.connect();
    resultOf(await bot.authenticate({ ...keys, twitchClientId: OTHER }));
    const asked = bot.request('getAccessTokenForIntent', { intent: 'chat' });
    await fixture.time.settle();
    expect(fixture.approval.current?.kind).toBe('changed');
    await click(fixture, 'once');
    expect(fixture.approval.current?.kind).toBe('grant');
    await click(fixture, 'always', { chat: ALICE });
    expect(fixture.approval.current).toBeNull();
    await signIn(fixture, ALICE);
    expect(resultOf(await asked)).toMatchObject({ userId: ALICE, clientId: OTHER });
    const quiet = { intent: 'chat', interactive: 'never' } as const;
    expect(reasonOf(await bot.request('getAccessTokenForIntent', quiet))).toBe('denied');
  });

  it('and has no application any more is told so, without a question', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture, []);
    await fixture.vault.actions['app.remove'].run({ clientId: CLIENT_ID });
    expect(reasonOf(await bot.request('getAccessTokenForIntent', { intent: 'chat' }))).toBe('setup');
    expect(fixture.approval.current).toBeNull();
  });
});
