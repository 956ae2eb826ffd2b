import { describe, expect, it } from 'vitest';
import { reasonOf, resultOf } from '../fakes/bot.ts';
import { HOUR, MINUTE, SECOND } from '../fakes/clock.ts';
import { answers, json, no, offline, text } from '../fakes/replies.ts';
import { ALICE, BOB, CLIENT_ID, pairBot, signInAs, type World, worldWithAlice } from '../fakes/world.ts';

/** Castkey was started again, so that its first validation lies behind it. */
async function validated(world: World): Promise<void> {
  world.vault.resume();
  await world.time.pass(SECOND);
}

describe('validation', () => {
  it('happens at start', async () => {
    const world = await worldWithAlice();
    await world.restart();
    await world.time.pass(SECOND);
    expect(world.twitch.count('validate')).toBe(1);
    expect(world.account(ALICE).validatedAt).not.toBeNull();
  });

  it('happens every hour, never later', async () => {
    const world = await worldWithAlice();
    world.twitch.ledger.lifetime = 100_000;
    await world.vault.actions['account.refresh'].run({ userId: ALICE });
    await validated(world);
    const before = world.twitch.count('validate');
    for (let hour = 1; hour <= 10; hour += 1) {
      await world.time.pass(HOUR);
      expect(world.time.now() - (world.account(ALICE).validatedAt ?? 0)).toBeLessThanOrEqual(HOUR);
    }
    expect(world.twitch.count('validate') - before).toBeGreaterThanOrEqual(10);
    expect(world.twitch.count('validate') - before).toBeLessThanOrEqual(11);
  });

  it('happens on resume, one account after the other', async () => {
    const world = await worldWithAlice();
    await signInAs(world, BOB);
    world.twitch.requests.length = 0;
    world.vault.resume();
    await world.time.pass(0);
    expect(world.twitch.count('validate')).toBe(1);
    await world.time.pass(SECOND);
    expect(world.twitch.count('validate')).toBe(2);
  });

  it('reads null scopes as none and says so to bots', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world);
    await bot.request('subscribe', {});
    const info = { client_id: CLIENT_ID, login: 'alice', scopes: null, user_id: ALICE, expires_in: 14_000 };
    world.twitch.next('validate', answers(json(200, info)));
    await validated(world);
    expect(world.account(ALICE).scopes).toEqual([]);
    expect(bot.events).toMatchObject([{ type: 'token.changed', scope: [] }]);
  });

  it('reads expires_in 0 as never', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world);
    const info = {
      client_id: CLIENT_ID,
      login: 'alice',
      scopes: ['chat:read'],
      user_id: ALICE,
      expires_in: 0,
    };
    world.twitch.always('validate', answers(json(200, info)));
    await validated(world);
    expect(world.account(ALICE)).toMatchObject({ expiresAt: null, stateText: 'valid for ever' });
    await world.time.pass(100 * HOUR);
    expect(resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }))?.expiresIn).toBeNull();
    expect(world.twitch.count('refresh')).toBe(0);
  });

  it('follows a renamed account, also on disk', async () => {
    const world = await worldWithAlice();
    world.twitch.ledger.users.set(ALICE, 'alice_new');
    await validated(world);
    expect(world.account(ALICE).login).toBe('alice_new');
    await world.restart();
    expect(world.account(ALICE).login).toBe('alice_new');
  });

  it('a 401 renews the token once and tells bots', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world);
    await bot.request('subscribe', {});
    world.twitch.kill('access', ALICE);
    await validated(world);
    expect(world.twitch.count('refresh')).toBe(1);
    expect(bot.events).toMatchObject([{ type: 'token.changed', reason: 'refreshed', version: 2 }]);
    expect(world.account(ALICE).state).toBe('ok');
  });

  it('a 401 with a dead refresh token tells bots and the streamer to stop', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world);
    await bot.request('subscribe', {});
    world.twitch.kill('access', ALICE);
    world.twitch.kill('refresh', ALICE);
    await validated(world);
    expect(world.twitch.count('refresh')).toBe(1);
    expect(bot.events).toMatchObject([{ type: 'token.invalidated', userId: ALICE, reason: 'needs-sign-in' }]);
    expect(world.desktop.notified).toMatchObject([{ title: 'alice is signed out' }]);
    expect(reasonOf(await bot.request('getAccessTokenForUser', { user: ALICE }))).toBe('needs-sign-in');
  });

  const silences = [
    ['no network', offline],
    ['a firewall’s 403', answers(no(403, 'blocked by policy'))],
    ['a page of HTML', answers(text(200, '<html>'))],
    ['429', answers(no(429, 'too many'))],
  ] as const;
  it.each(silences)('%s says nothing about the token', async (_name, fault) => {
    const world = await worldWithAlice();
    world.twitch.always('validate', fault);
    await validated(world);
    expect(world.twitch.count('refresh')).toBe(0);
    expect(world.account(ALICE).expiresAt).toBeGreaterThan(world.time.now() + 3 * HOUR);
  });

  it('without network shows the account as offline at once', async () => {
    const world = await worldWithAlice();
    let pushed = '';
    world.vault.onChange(() => {
      pushed = world.account(ALICE).state;
    });
    world.twitch.always('validate', offline);
    await validated(world);
    expect(pushed).toBe('offline');
  });

  it('without network is tried again within a minute or so, not an hour later', async () => {
    const world = await worldWithAlice();
    world.twitch.next('validate', offline, offline);
    await validated(world);
    expect(world.account(ALICE).state).toBe('offline');
    await world.time.pass(2 * MINUTE + 30 * SECOND);
    expect(world.account(ALICE).state).toBe('ok');
    expect(world.twitch.count('validate')).toBe(3);
  });

  it('a token that turns out to be another user’s is not kept in service', async () => {
    const world = await worldWithAlice();
    const info = { client_id: CLIENT_ID, login: 'bob', scopes: [], user_id: BOB, expires_in: 14_000 };
    world.twitch.next('validate', answers(json(200, info)));
    await validated(world);
    expect(world.account(ALICE)).toMatchObject({ userId: ALICE, login: 'alice', state: 'ok' });
    expect(world.twitch.count('refresh')).toBe(1);
  });
});

describe('a bare access token', () => {
  it('is validated, never renewed, and said to be over once it is', async () => {
    const world = await worldWithAlice();
    const { access } = world.twitch.ledger.pair({ clientId: CLIENT_ID, userId: BOB, scopes: ['chat:read'] });
    expect(
      await world.vault.actions['account.addToken'].run({ accessToken: `oauth:${access}` }),
    ).toMatchObject({
      ok: true,
    });
    expect(world.account(BOB)).toMatchObject({ state: 'ok', canRefresh: false });
    const bot = await pairBot(world, [{ user: BOB, scopes: [['chat:read']] }]);
    expect(resultOf(await bot.request('getAccessTokenForUser', { user: BOB }))?.accessToken).toBe(access);
    await bot.request('subscribe', {});
    await world.time.pass(5 * HOUR + MINUTE);
    expect(world.account(BOB)).toMatchObject({ state: 'expired' });
    expect(bot.events).toMatchObject([{ type: 'token.invalidated', reason: 'expired', userId: BOB }]);
    expect(reasonOf(await bot.request('getAccessTokenForUser', { user: BOB }))).toBe('needs-sign-in');
  });

  const refusals: [string, (world: World) => string][] = [
    ['a dead token', () => 'nonsense'],
    [
      'a token of another application',
      (world) => world.twitch.ledger.pair({ clientId: 'other', userId: BOB, scopes: [] }).access,
    ],
    ['an account that is signed in already', (world) => [...world.twitch.ledger.access.keys()][0] ?? ''],
  ];
  it.each(refusals)('is refused: %s', async (_name, token) => {
    const world = await worldWithAlice();
    const answer = await world.vault.actions['account.addToken'].run({ accessToken: token(world) });
    expect(answer).toMatchObject({ ok: false, error: { code: 'refused' } });
    expect(world.view().accounts).toHaveLength(1);
  });
});
