import { describe, expect, it } from 'vitest';
import { ALICE, BOB, CLIENT_ID } from '../../../../support/people.ts';
import { reasonOf, resultOf } from '../../../../support/test-bot.ts';
import { answers, no, offline } from '../../../../support/twitch-replies.ts';
import {
  click,
  pairBot,
  signInAs,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

const remove = (fixture: VaultFixture) => fixture.vault.actions['account.remove'].run({ userId: ALICE });
const dead = (fixture: VaultFixture): boolean => [...fixture.twitch.state.access.values()][0]?.dead ?? false;

describe('removing an account', () => {
  it('deletes its record, revokes its token, drops its grants and intents, and tells bots', async () => {
    const fixture = await vaultFixtureWithAlice();
    await signInAs(fixture, BOB);
    await fixture.vault.actions['account.setIntents'].run({ userId: ALICE, intents: ['chat'] });
    const bot = await pairBot(fixture, [{ user: ALICE }, { user: BOB }]);
    await bot.request('subscribe', {});
    expect(await remove(fixture)).toMatchObject({ ok: true });
    await fixture.time.settle();
    expect([...fixture.accounts.files.keys()].filter((name) => name.endsWith(ALICE))).toEqual([]);
    expect(fixture.accounts.files.size).toBe(1);
    expect(dead(fixture)).toBe(true);
    expect(fixture.view().bots[0]?.grants.map(({ userId }) => userId)).toEqual([BOB]);
    expect(bot.events).toMatchObject([{ type: 'account.removed', userId: ALICE }]);
    expect(resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }))).toBeNull();
    const quiet = { intent: 'chat', interactive: 'never' } as const;
    expect(resultOf(await bot.request('getAccessTokenForIntent', quiet))).toBeNull();
    await fixture.restart();
    expect(fixture.view().accounts.map(({ userId }) => userId)).toEqual([BOB]);
  });

  it('means the login for the application it names, if there is one', async () => {
    const fixture = await vaultFixtureWithAlice();
    const named = (clientId: string) =>
      fixture.vault.actions['account.remove'].run({ userId: ALICE, clientId });
    expect(await named('another')).toMatchObject({ ok: false, error: { code: 'not-found' } });
    expect(fixture.view().accounts).toHaveLength(1);
    expect(await named(CLIENT_ID)).toMatchObject({ ok: true });
    expect(fixture.view().accounts).toEqual([]);
  });

  it('tells bots that know it by an intent only', async () => {
    const fixture = await vaultFixtureWithAlice();
    await fixture.vault.actions['account.setIntents'].run({ userId: ALICE, intents: ['chat'] });
    const bot = await pairBot(fixture, [{ intent: 'chat' }]);
    await bot.request('subscribe', {});
    await remove(fixture);
    expect(bot.events).toMatchObject([{ type: 'account.removed', userId: ALICE }]);
  });

  it.each([
    ['unreachable', offline],
    ['of another opinion', answers(no(400, 'Invalid token'))],
  ])('is done although Twitch is %s', async (_name, fault) => {
    const fixture = await vaultFixtureWithAlice();
    fixture.twitch.always('revoke', fault);
    expect(await remove(fixture)).toMatchObject({ ok: true });
    expect(fixture.view().accounts).toEqual([]);
  });

  it('that the disk refuses is said, and the account stays', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.accounts.refuseRemove = true;
    expect(await remove(fixture)).toMatchObject({ ok: false, error: { code: 'storage' } });
    expect(fixture.account(ALICE).login).toBe('alice');
    expect(dead(fixture)).toBe(false);
  });

  it('revokes although the list of bots can’t be written', async () => {
    const fixture = await vaultFixtureWithAlice();
    await pairBot(fixture);
    fixture.documents.fault = 'refuse';
    await remove(fixture);
    await fixture.time.settle();
    expect(dead(fixture)).toBe(true);
    expect(fixture.accounts.files.size).toBe(0);
  });

  it('that is not there is an answer, not a crash', async () => {
    const fixture = await vaultFixtureWithAlice();
    await remove(fixture);
    expect(await remove(fixture)).toMatchObject({ ok: false, error: { code: 'not-found' } });
  });
});

describe('removing a bot', () => {
  it('ends its connections and forgets its key', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    await bot.request('subscribe', {});
    expect(await fixture.vault.actions['bot.remove'].run({ keyId: bot.keys.keyId })).toMatchObject({
      ok: true,
    });
    await fixture.time.settle();
    expect([bot.closed, bot.events.map(({ type }) => type)]).toEqual([true, ['grant.revoked']]);
    const again = fixture.connect();
    await expect(again.authenticate(bot.keys)).rejects.toThrow('no proof');
    expect(reasonOf(await again.request('authenticate', { proof: 'x' }))).toBe('not-paired');
    await fixture.restart();
    expect(fixture.view().bots).toEqual([]);
  });

  it('in the middle of its request withdraws its question and answers nothing', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture, []);
    void bot.request('getAccessTokenForUser', { user: ALICE });
    await fixture.time.settle();
    const lines = bot.lines.length;
    await fixture.vault.actions['bot.remove'].run({ keyId: bot.keys.keyId });
    await fixture.time.settle();
    expect(fixture.approval.current).toBeNull();
    expect(bot.lines).toHaveLength(lines);
  });

  it('is not needed to keep getAnyAccessToken to what a bot may still use', async () => {
    const fixture = await vaultFixtureWithAlice();
    await signInAs(fixture, BOB);
    const bot = await pairBot(fixture, [{ user: BOB }]);
    const once = bot.request('getAccessTokenForUser', { user: ALICE });
    await click(fixture, 'once');
    await once;
    expect(resultOf(await bot.request('getAnyAccessToken', {})).userId).toBe(BOB);
    expect(resultOf(await bot.request('getAnyAccessToken', { user: ALICE })).userId).toBe(BOB);
  });
});
