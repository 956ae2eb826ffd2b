import { describe, expect, it } from 'vitest';
import { pictureOf } from '../../../../support/fake-windows.ts';
import { ALICE, CLIENT_ID } from '../../../../support/people.ts';
import { newNonce, reasonOf, resultOf, type TestBot } from '../../../../support/test-bot.ts';
import {
  click,
  keepNewcomer,
  pairBot,
  showTwitchHere,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

const OTHER = 'otherclient00000000000000000001';
const quiet = { user: ALICE, interactive: 'never' } as const;

/** Alice has signed in for two applications; the first is the default. */
async function twoApplications(): Promise<VaultFixture> {
  const fixture = await vaultFixtureWithAlice();
  const { signIn, time, twitch, vault } = fixture;
  twitch.state.apps.set(OTHER, { secret: null });
  await vault.actions['app.configure'].run({ clientId: OTHER, kind: 'public' });
  await vault.actions['account.signIn'].run({ clientId: OTHER, scopes: ['bits:read'] });
  await time.settle();
  expect(signIn.current).not.toBeNull();
  await showTwitchHere(fixture);
  twitch.decide(ALICE);
  await time.pass(5_000);
  await keepNewcomer(fixture);
  expect(fixture.view().accounts).toMatchObject([{ logins: [{}, {}] }]);
  return fixture;
}

/** The same bot on another connection, where it says that it is made for another application. */
async function asOther(fixture: VaultFixture, keys: { keyId: string; key: string }): Promise<TestBot> {
  const bot = fixture.connect();
  const met = resultOf(await bot.authenticate({ ...keys, twitchClientId: OTHER }));
  expect(met).toMatchObject({ users: [] });
  return bot;
}

const usersOf = async (bot: TestBot) => resultOf(await bot.request('status', {})).users;

describe('a bot that names another application than it was allowed for', () => {
  it('learns nothing of the logins for that one before she has said yes', async () => {
    const fixture = await twoApplications();
    const { keys } = await pairBot(fixture);
    const bot = await asOther(fixture, keys);
    expect(await usersOf(bot)).toEqual([]);
    expect(resultOf(await bot.request('getCurrentScopesForUser', { user: ALICE }))).toEqual([]);
    expect(resultOf(await bot.request('subscribe', {}))).toMatchObject({ users: [] });
    await fixture.vault.actions['account.refresh'].run({ userId: ALICE, clientId: OTHER });
    await fixture.time.settle();
    expect(bot.events).toEqual([]);
    const asked = bot.request('getAccessTokenForUser', { user: ALICE });
    await click(fixture, 'always');
    expect(resultOf(await asked)).toMatchObject({ clientId: OTHER });
    expect(bot.events).toMatchObject([{ type: 'state', users: [{ userId: ALICE, scope: ['bits:read'] }] }]);
    expect(await usersOf(bot)).toHaveLength(1);
  });

  it('hears that the disk refuses to note one it brings, and is asked about anew after that', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.twitch.state.apps.set(OTHER, { secret: null });
    const { keys } = await pairBot(fixture);
    const bot = await asOther(fixture, keys);
    const first = bot.request('getAccessTokenForUser', { user: ALICE });
    fixture.documents.failWith('refuse');
    await click(fixture, 'always');
    expect(await first).toMatchObject({
      data: { code: 'internal' },
      message: 'The disk refuses to note the bot’s Twitch application. Free some space, then ask again.',
    });
    fixture.documents.failWith(null);
    expect(fixture.view()).toMatchObject({
      applications: [{ clientId: CLIENT_ID }],
      bots: [{ clientId: CLIENT_ID }],
    });
    void bot.request('getAccessTokenForUser', { user: ALICE });
    await click(fixture, 'always');
    await fixture.time.settle();
    expect(fixture.view().bots).toMatchObject([{ clientId: OTHER }]);
  });

  it('is shown with the token of the first one that it still holds', async () => {
    const fixture = await twoApplications();
    const first = await pairBot(fixture);
    resultOf(await first.request('getAccessTokenForUser', quiet));
    expect(fixture.view().bots).toMatchObject([{ holds: [] }]);
    const asked = (await asOther(fixture, first.keys)).request('getAccessTokenForUser', { user: ALICE });
    await click(fixture, 'always');
    resultOf(await asked);
    expect(fixture.view().bots).toMatchObject([
      { clientId: OTHER, holds: [{ userId: ALICE, clientId: CLIENT_ID }] },
    ]);
  });
});

describe('the application of a bot', () => {
  it('that she has removed is asked about anew when the bot brings it again', async () => {
    const fixture = await twoApplications();
    const bot = fixture.connect();
    const client = { name: 'bot' };
    await bot.request('hello', { protocol: 1, client, nonce: newNonce(), twitchClientId: OTHER });
    const pairing = bot.request('pair', { wants: [{ user: ALICE }] });
    await click(fixture, 'always');
    const keys = resultOf(await pairing);
    await fixture.vault.actions['app.remove'].run({ clientId: OTHER });
    const again = await asOther(fixture, keys);
    expect(reasonOf(await again.request('getAccessTokenForUser', quiet))).toBe('denied');
    const asked = again.request('getAccessTokenForUser', { user: ALICE });
    await fixture.time.settle();
    expect(fixture.approval.current).toMatchObject({
      kind: 'changed',
      application: { state: 'brought', clientId: OTHER },
    });
    await click(fixture, 'deny');
    expect(reasonOf(await asked)).toBe('denied');
    expect(fixture.view().applications.map(({ clientId }) => clientId)).toEqual([CLIENT_ID]);
  });

  it('is the one she was shown, whatever an answer names besides', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = fixture.connect();
    await bot.request('hello', { protocol: 1, client: { name: 'bot' }, nonce: newNonce() });
    const pairing = bot.request('pair', {});
    await fixture.time.pass(1_500);
    expect(fixture.approval.current?.application).toBeNull();
    const yes = { ...pictureOf(fixture.approval), decision: 'always', application: OTHER } as const;
    expect(await fixture.vault.actions['approval.decide'].run(yes)).toMatchObject({ ok: true });
    expect(resultOf(await pairing)).toMatchObject({ clientId: CLIENT_ID });
    expect(fixture.view().applications.map(({ clientId }) => clientId)).toEqual([CLIENT_ID]);
  });

  it('of Castkey 0.1 stays what it was when she makes another one the default', async () => {
    const fixture = await twoApplications();
    const { keys } = await pairBot(fixture);
    await fixture.time.pass(6_000);
    await fixture.restart(() => {
      const { bots } = JSON.parse(fixture.documents.files.get('bots') ?? '');
      const older = bots.map(({ clientId: _, ...bot }: { clientId: string }) => bot);
      fixture.documents.files.set('bots', JSON.stringify({ version: 1, bots: older }));
    });
    await fixture.vault.actions['app.makeDefault'].run({ clientId: OTHER });
    const bot = fixture.connect();
    resultOf(await bot.authenticate(keys));
    expect(resultOf(await bot.request('getAccessTokenForUser', quiet))).toMatchObject({
      clientId: CLIENT_ID,
    });
  });
});
