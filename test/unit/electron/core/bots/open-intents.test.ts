import { describe, expect, it } from 'vitest';
import { NEW_ACCOUNT } from '../../../../../shared/ipc.ts';
import { pictureOf } from '../../../../support/fake-windows.ts';
import { ALICE, BOB, CLIENT_ID } from '../../../../support/people.ts';
import { newNonce, reasonOf, resultOf } from '../../../../support/test-bot.ts';
import {
  click,
  keepNewcomer,
  pairBot,
  showTwitchHere,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

const BROUGHT = 'broughtclient00000000000000001';
const DANGEROUS = 'channel:read:stream_key';
const job = { intent: 'mods', scopeSets: [['chat:read']] };
const wants = [{ intent: 'mods', scopes: [['chat:read']] }];

/** The streamer signs in on the page in the window that is open. */
async function signIn(fixture: VaultFixture, userId: string): Promise<void> {
  await fixture.time.settle();
  expect(fixture.signIn.current).not.toBeNull();
  await showTwitchHere(fixture);
  fixture.twitch.decide(userId);
  await fixture.time.pass(5_000);
  await keepNewcomer(fixture);
}

/** "Sign in a new account", without having understood anything dangerous. */
async function newAccount(fixture: VaultFixture, decision: 'once' | 'always'): Promise<void> {
  await fixture.time.settle();
  await fixture.time.pass(1_500);
  const yes = { ...pictureOf(fixture.approval), decision, intents: { mods: NEW_ACCOUNT } };
  expect(await fixture.vault.actions['approval.decide'].run(yes)).toMatchObject({ ok: true });
}

const giveTo = (fixture: VaultFixture, userId: string) =>
  fixture.vault.actions['account.setIntents'].run({ userId, intents: ['mods'] });

describe('while the disk refuses to note whose a job is', () => {
  const refuse = ({ documents }: VaultFixture, fault: 'refuse' | null): void => documents.failWith(fault);
  const told = ({ vault }: VaultFixture) =>
    vault.view().notices.filter(({ text }) => text.includes('The job “mods” could not be written down'));

  it.each(['account', 'sign-in'] as const)('the bot hears why, and she a notice: %s', async (chosen) => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture, []);
    const asked = bot.request('getAccessTokenForIntent', job);
    refuse(fixture, 'refuse');
    if (chosen === 'account') await click(fixture, 'always', { mods: ALICE });
    else {
      await newAccount(fixture, 'always');
      await signIn(fixture, BOB);
    }
    const answer = await asked;
    expect(answer).toMatchObject({
      data: { code: 'internal' },
      message: expect.stringContaining('The disk refuses to note who has the job “mods”'),
    });
    expect(told(fixture)).toHaveLength(1);
    refuse(fixture, null);
    const again = bot.request('getAccessTokenForIntent', job);
    await click(fixture, 'always', { mods: ALICE }); // she is asked again at once
    expect(resultOf(await again)).toMatchObject({ userId: ALICE });
  });

  it('a bot that is to be paired hears why, she a notice, and nothing is left', async () => {
    const fixture = await vaultFixtureWithAlice();
    const pair = async () => {
      const bot = fixture.connect();
      const hello = { protocol: 1, client: { name: 'bot' }, nonce: newNonce(), twitchClientId: BROUGHT };
      await bot.request('hello', hello);
      return bot.request('pair', { wants });
    };
    fixture.twitch.state.apps.set(BROUGHT, { secret: null });
    const first = pair();
    refuse(fixture, 'refuse');
    await click(fixture, 'always', { mods: ALICE });
    expect(await first).toMatchObject({
      data: { code: 'internal' },
      message: expect.stringContaining('The disk refuses to note this pairing'),
    });
    expect(fixture.view().notices.map(({ text }) => text)).toEqual([
      expect.stringContaining('The bot “bot” could not be let in'),
    ]);
    refuse(fixture, null);
    expect(fixture.view()).toMatchObject({ bots: [], applications: [{ clientId: CLIENT_ID }] });
    const again = pair();
    await click(fixture, 'always', { mods: ALICE });
    expect(resultOf(await again)).toMatchObject({ keyId: expect.any(String) });
  });
});

describe('a yes to whoever signs in', () => {
  it.each(['once', 'always'] as const)(
    '(%s) is none to whom she gives the job while the sign-in is open: she is asked about that account',
    async (decision) => {
      const fixture = await vaultFixtureWithAlice(['chat:read', DANGEROUS]);
      const bot = await pairBot(fixture, []);
      const asked = bot.request('getAccessTokenForIntent', job);
      await newAccount(fixture, decision);
      await giveTo(fixture, ALICE);
      await signIn(fixture, BOB);
      await fixture.time.settle();
      expect(fixture.approval.current?.wants).toMatchObject([
        { account: { userId: ALICE }, granted: ['chat:read', DANGEROUS] },
      ]);
      await click(fixture, 'deny');
      expect(reasonOf(await asked)).toBe('denied');
      expect(fixture.view().bots).toMatchObject([{ grants: [] }]);
    },
  );

  it.each(['once', 'always'] as const)(
    '(%s) of a pairing gives nothing of another account either',
    async (decision) => {
      const fixture = await vaultFixtureWithAlice(['chat:read', DANGEROUS]);
      const bot = fixture.connect();
      await bot.request('hello', { protocol: 1, client: { name: 'bot' }, nonce: newNonce() });
      const pairing = bot.request('pair', { wants });
      await newAccount(fixture, decision);
      await giveTo(fixture, ALICE);
      await signIn(fixture, BOB);
      expect(resultOf(await pairing)).toMatchObject({ users: [] });
      const quiet = { ...job, interactive: 'never' } as const;
      expect(reasonOf(await bot.request('getAccessTokenForIntent', quiet))).toBe('denied');
    },
  );

  it('who is here already and can do more is shown to her before the bot gets that', async () => {
    const fixture = await vaultFixtureWithAlice(['chat:read', DANGEROUS]);
    const bot = await pairBot(fixture, []);
    const asked = bot.request('getAccessTokenForIntent', job);
    await newAccount(fixture, 'always');
    await signIn(fixture, ALICE);
    await signIn(fixture, ALICE); // once more, so that no scope is lost
    await fixture.time.settle();
    expect(fixture.account(ALICE).intents).toEqual(['mods']);
    expect(fixture.approval.current?.wants).toMatchObject([
      { account: { userId: ALICE }, granted: ['chat:read', DANGEROUS] },
    ]);
    await click(fixture, 'always');
    expect(resultOf(await asked)).toMatchObject({ userId: ALICE });
  });
});
