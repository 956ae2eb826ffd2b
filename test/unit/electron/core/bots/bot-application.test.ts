import { describe, expect, it } from 'vitest';
import { NEW_ACCOUNT } from '../../../../../shared/ipc.ts';
import type { PairParams } from '../../../../../shared/protocol.ts';
import { pictureOf } from '../../../../support/fake-windows.ts';
import { ALICE, BOB, CLIENT_ID } from '../../../../support/people.ts';
import { newNonce, reasonOf, resultOf, type TestBot } from '../../../../support/test-bot.ts';
import {
  click,
  createVaultFixture,
  keepNewcomer,
  pairBot,
  showTwitchHere,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

const BROUGHT = 'broughtclient00000000000000001';
const CHAT = { intent: 'chat', scopes: [['chat:read']] };

/** A vault that nobody has set up. */
async function emptyVault(): Promise<VaultFixture> {
  const fixture = createVaultFixture();
  fixture.twitch.state.apps.set(BROUGHT, { secret: null });
  await fixture.vault.start();
  return fixture;
}

/** A bot that says hello for an application, and its pairing under way. */
async function pairing(fixture: VaultFixture, wants: PairParams['wants'], twitchClientId?: string) {
  const bot = fixture.connect();
  const named = twitchClientId === undefined ? {} : { twitchClientId };
  await bot.request('hello', { protocol: 1, client: { name: 'bot' }, nonce: newNonce(), ...named });
  const answer = bot.request('pair', wants ? { wants } : {});
  await fixture.time.settle();
  return { bot, answer };
}

/** The streamer signs in on the page in the window that is open. */
async function signIn(fixture: VaultFixture, userId: string): Promise<void> {
  await fixture.time.settle();
  expect(fixture.signIn.current).not.toBeNull();
  await showTwitchHere(fixture);
  fixture.twitch.decide(userId);
  await fixture.time.pass(5_000);
  await keepNewcomer(fixture);
}

const tokenOf = async (bot: TestBot, user: string) =>
  resultOf(await bot.request('getAccessTokenForUser', { user, interactive: 'never' }));

describe('a bot that brings its own application', () => {
  it('needs one approval and one sign-in on a profile in which nothing was entered', async () => {
    const fixture = await emptyVault();
    const { bot, answer } = await pairing(fixture, [CHAT], BROUGHT);
    expect(fixture.approval.current?.application).toEqual({
      ...{ state: 'brought', clientId: BROUGHT, label: '', choices: [] },
    });
    await click(fixture, 'always', { chat: NEW_ACCOUNT });
    await signIn(fixture, ALICE);
    expect(resultOf(await answer)).toMatchObject({
      ...{ clientId: BROUGHT, hasClientSecret: false },
      users: [{ userId: ALICE, intents: ['chat'] }],
    });
    const token = resultOf(await bot.request('getAccessTokenForIntent', { intent: 'chat' }));
    expect(token).toMatchObject({ userId: ALICE, clientId: BROUGHT });
    expect(fixture.view().applications).toMatchObject([
      { clientId: BROUGHT, kind: 'public', source: 'bot', label: 'bot', isDefault: false },
    ]);
  });

  it('is refused without a trace when she says no', async () => {
    const fixture = await emptyVault();
    const { answer } = await pairing(fixture, [CHAT], BROUGHT);
    await click(fixture, 'deny');
    expect(reasonOf(await answer)).toBe('denied');
    expect(fixture.view().applications).toEqual([]);
  });

  it('is asked about as a change where it was paired for another', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.twitch.state.apps.set(BROUGHT, { secret: null });
    const { keys } = await pairBot(fixture);
    const bot = fixture.connect();
    resultOf(await bot.authenticate({ ...keys, twitchClientId: BROUGHT }));
    expect(fixture.view().notices.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^bot asks for tokens of another Twitch application \(.*\) than you allowed/),
    );
    const quiet = { user: ALICE, interactive: 'never' } as const;
    expect(reasonOf(await bot.request('getAccessTokenForUser', quiet))).toBe('denied');
    const asked = bot.request('getAccessTokenForUser', { user: ALICE });
    await fixture.time.settle();
    expect(fixture.approval.current).toMatchObject({
      kind: 'changed',
      application: { state: 'brought', clientId: BROUGHT },
      changes: [{ what: 'application' }],
    });
    await click(fixture, 'always');
    await signIn(fixture, ALICE);
    expect(resultOf(await asked)).toMatchObject({ userId: ALICE, clientId: BROUGHT });
    await fixture.restart();
    const later = fixture.connect();
    resultOf(await later.authenticate({ ...keys, twitchClientId: BROUGHT }));
    expect(await tokenOf(later, ALICE)).toMatchObject({ clientId: BROUGHT });
  });

  it('whose application was removed is asked about before it gets the default’s tokens', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.twitch.state.apps.set(BROUGHT, { secret: null });
    const { answer } = await pairing(fixture, [{ user: ALICE }], BROUGHT);
    await click(fixture, 'always');
    const keys = resultOf(await answer);
    await fixture.vault.actions['app.remove'].run({ clientId: BROUGHT });
    const bot = fixture.connect();
    resultOf(await bot.authenticate(keys));
    const quiet = { user: ALICE, interactive: 'never' } as const;
    expect(reasonOf(await bot.request('getAccessTokenForUser', quiet))).toBe('denied');
  });
});

describe('a person who is known from another application', () => {
  it('is signed in for this one while the call waits, and keeps the other login', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.twitch.state.apps.set(BROUGHT, { secret: null });
    const { bot, answer } = await pairing(fixture, [{ user: ALICE, scopes: [['bits:read']] }], BROUGHT);
    expect(fixture.approval.current?.wants).toMatchObject([{ account: { userId: ALICE }, granted: [] }]);
    await click(fixture, 'always');
    resultOf(await answer);
    const quiet = { user: ALICE, interactive: 'never' } as const;
    expect(reasonOf(await bot.request('getAccessTokenForUser', quiet))).toBe('needs-sign-in');
    const asked = bot.request('getAccessTokenForUser', { user: ALICE, scopeSets: [['bits:read']] });
    await fixture.time.settle();
    expect(fixture.signIn.current).toMatchObject({
      expected: { userId: ALICE },
      application: { clientId: BROUGHT, several: true },
    });
    await signIn(fixture, ALICE);
    expect(resultOf(await asked)).toMatchObject({ clientId: BROUGHT, scope: ['bits:read'] });
    expect(fixture.view().accounts).toMatchObject([
      { userId: ALICE, logins: [{ clientId: CLIENT_ID }, { clientId: BROUGHT }] },
    ]);
  });

  it('another person than the expected one is refused, and nothing of that one is kept', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.twitch.state.apps.set(BROUGHT, { secret: null });
    const { bot, answer } = await pairing(fixture, [{ user: ALICE }], BROUGHT);
    await click(fixture, 'always');
    resultOf(await answer);
    const asked = bot.request('getAccessTokenForUser', { user: ALICE });
    await fixture.time.settle();
    await showTwitchHere(fixture);
    fixture.twitch.decide(BOB);
    await fixture.time.pass(5_000);
    expect(reasonOf(await asked)).toBe('wrong-account');
    expect(fixture.view().accounts.map(({ userId }) => userId)).toEqual([ALICE]);
  });

  it('its events go to bots of that application alone', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.twitch.state.apps.set(BROUGHT, { secret: null });
    const own = await pairBot(fixture);
    const { bot: other, answer } = await pairing(fixture, [{ user: ALICE }], BROUGHT);
    await click(fixture, 'always');
    resultOf(await answer);
    for (const bot of [own, other]) await bot.request('subscribe', {});
    await fixture.vault.actions['account.refresh'].run({ userId: ALICE, clientId: CLIENT_ID });
    await fixture.time.settle();
    expect(own.events.map(({ type }) => type)).toContain('token.changed');
    expect(other.events).toEqual([]);
  });

  it('nobody who has never signed in gets a window: null, as ever', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    expect(resultOf(await bot.request('getAccessTokenForUser', { user: '99' }))).toBeNull();
    expect(fixture.approval.current).toBeNull();
  });
});

describe('a bot that names no application', () => {
  it('gets none while there is no default: she chooses one of those there are', async () => {
    const fixture = await emptyVault();
    const first = await pairing(fixture, [], BROUGHT);
    await click(fixture, 'always');
    resultOf(await first.answer);
    const { answer } = await pairing(fixture, []);
    expect(fixture.approval.current?.application).toMatchObject({
      state: 'missing',
      choices: [{ clientId: BROUGHT, label: 'bot' }],
    });
    await fixture.time.pass(1_500);
    const yes = { ...pictureOf(fixture.approval), decision: 'always' } as const;
    expect(await fixture.vault.actions['approval.decide'].run(yes)).toMatchObject({ ok: false });
    const foreign = { ...yes, application: CLIENT_ID };
    expect(await fixture.vault.actions['approval.decide'].run(foreign)).toMatchObject({ ok: false });
    const chosen = { ...yes, application: BROUGHT };
    expect(await fixture.vault.actions['approval.decide'].run(chosen)).toMatchObject({ ok: true });
    expect(resultOf(await answer)).toMatchObject({ clientId: BROUGHT });
  });
});

describe('a bot that names no application where there is none at all', () => {
  it('waits while she sets one up, and is asked about as soon as it is there', async () => {
    const fixture = await emptyVault();
    const { answer } = await pairing(fixture, []);
    expect(fixture.approval.current?.application).toMatchObject({ state: 'missing', choices: [] });
    const { id = '' } = fixture.approval.current ?? {};
    expect(await fixture.vault.actions['approval.setUp'].run({ id })).toMatchObject({ ok: true });
    expect(fixture.approval.current).toBeNull();
    expect(fixture.desktop.mainOpened).toBe(1);
    expect(fixture.view().questions).toMatchObject([{ kind: 'approval', bot: 'bot' }]);
    await fixture.time.pass(120_000); // longer than a window would wait for her
    await fixture.vault.actions['app.configure'].run({ clientId: BROUGHT, kind: 'public' });
    await fixture.time.settle();
    expect(fixture.approval.current?.application).toBeNull();
    await click(fixture, 'always');
    expect(resultOf(await answer)).toMatchObject({ clientId: BROUGHT });
  });

  it('of another question nothing is put aside', async () => {
    const fixture = await emptyVault();
    const { answer } = await pairing(fixture, []);
    expect(await fixture.vault.actions['approval.setUp'].run({ id: 'another' })).toMatchObject({ ok: false });
    expect(fixture.approval.current).not.toBeNull();
    await click(fixture, 'deny');
    expect(reasonOf(await answer)).toBe('denied');
  });
});

describe('a job nobody has', () => {
  it('is given to the account she chooses, and the waiting call goes on', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture, []);
    const asked = bot.request('getAccessTokenForIntent', { intent: 'chat', scopeSets: [['chat:read']] });
    await fixture.time.settle();
    expect(fixture.approval.current?.wants).toMatchObject([
      { intent: 'chat', account: null, choices: [{ userId: ALICE, granted: ['chat:read'] }] },
    ]);
    await click(fixture, 'once', { chat: ALICE });
    expect(resultOf(await asked)).toMatchObject({ userId: ALICE });
    expect(fixture.account(ALICE).intents).toEqual(['chat']);
  });

  it('goes to whoever signs in, and the waiting call goes on', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture, []);
    const asked = bot.request('getAccessTokenForIntent', { intent: 'mods' });
    await click(fixture, 'always', { mods: NEW_ACCOUNT });
    expect(fixture.signIn.current).toMatchObject({ intent: 'mods', expected: null });
    await signIn(fixture, BOB);
    expect(resultOf(await asked)).toMatchObject({ userId: BOB });
    expect(fixture.account(BOB).intents).toEqual(['mods']);
  });

  it('a sign-in that she cancels leaves it nobody’s, and the bot hears why', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture, []);
    const asked = bot.request('getAccessTokenForIntent', { intent: 'mods' });
    await click(fixture, 'always', { mods: NEW_ACCOUNT });
    await fixture.vault.actions['signIn.cancel'].run({ id: fixture.signIn.current?.id ?? '' });
    expect(reasonOf(await asked)).toBe('consent-denied');
    expect(fixture.view().accounts.flatMap(({ intents }) => intents)).toEqual([]);
  });

  it('decided on later is null, and not asked again at once', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture, []);
    const asked = bot.request('getAccessTokenForIntent', { intent: 'mods' });
    await click(fixture, 'always');
    expect(resultOf(await asked)).toBeNull();
    expect(resultOf(await bot.request('getAccessTokenForIntent', { intent: 'mods' }))).toBeNull();
    expect(fixture.approval.current).toBeNull();
  });

  it('is null where nobody may be asked', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture, []);
    const quiet = { intent: 'mods', interactive: 'never' } as const;
    expect(resultOf(await bot.request('getAccessTokenForIntent', quiet))).toBeNull();
    expect(fixture.approval.current).toBeNull();
  });
});
