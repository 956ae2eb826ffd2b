import { describe, expect, it } from 'vitest';
import { reasonOf, resultOf } from '../fakes/bot.ts';
import { HOUR, SECOND } from '../fakes/clock.ts';
import { answers, no } from '../fakes/replies.ts';
import { ALICE, CLIENT_ID, openWorld, pairBot, signInAs, worldWithAlice } from '../fakes/world.ts';

describe('while a refresh is under way', () => {
  it('a sign-in that finishes first wins', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world);
    await world.vault.actions['account.signIn'].run({ userId: ALICE, scopes: ['chat:edit'] });
    await world.time.settle();
    const release = world.twitch.hold('refresh');
    const asked = bot.request('refreshAccessTokenForUser', { user: ALICE });
    await world.time.settle();
    world.twitch.decide(ALICE);
    await world.time.pass(5 * SECOND);
    release();
    expect(resultOf(await asked).scope).toEqual(['chat:read', 'chat:edit']);
    expect(world.account(ALICE).scopes).toEqual(['chat:read', 'chat:edit']);
  });

  it('that Twitch refuses, a sign-in that finished meanwhile stays good', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world);
    await world.vault.actions['account.signIn'].run({ userId: ALICE, scopes: ['chat:edit'] });
    await world.time.settle();
    world.twitch.next('refresh', answers(no(400, 'Invalid refresh token')));
    const release = world.twitch.hold('refresh');
    const asked = bot.request('refreshAccessTokenForUser', { user: ALICE });
    await world.time.settle();
    world.twitch.decide(ALICE);
    await world.time.pass(5 * SECOND);
    release();
    expect(resultOf(await asked).scope).toEqual(['chat:read', 'chat:edit']);
    expect(world.account(ALICE).state).toBe('ok');
  });

  it('a sign-in whose write is still under way when the answer comes wins, too', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world);
    await world.vault.actions['account.signIn'].run({ userId: ALICE, scopes: ['chat:edit'] });
    await world.time.settle();
    const release = world.twitch.hold('refresh');
    const asked = bot.request('refreshAccessTokenForUser', { user: ALICE });
    world.twitch.decide(ALICE);
    const disk = world.accounts.hold();
    await world.time.pass(5 * SECOND);
    release();
    await world.time.settle();
    disk();
    expect(resultOf(await asked).scope).toEqual(['chat:read', 'chat:edit']);
    expect(world.account(ALICE).scopes).toEqual(['chat:read', 'chat:edit']);
    await world.restart();
    expect(world.account(ALICE).scopes).toEqual(['chat:read', 'chat:edit']);
  });

  it('and is being written, a sign-in still wins, with a version of its own', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world);
    await bot.request('subscribe', {});
    await world.vault.actions['account.signIn'].run({ userId: ALICE, scopes: ['chat:edit'] });
    await world.time.settle();
    const disk = world.accounts.hold();
    void bot.request('refreshAccessTokenForUser', { user: ALICE });
    await world.time.settle();
    world.twitch.decide(ALICE);
    await world.time.pass(5 * SECOND);
    disk();
    await world.time.settle();
    expect(world.account(ALICE).scopes).toEqual(['chat:read', 'chat:edit']);
    expect(bot.events.map((event) => 'version' in event && event.version)).toEqual([2, 3]);
  });

  it('removing the account waits for it, and nothing of it comes back', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world);
    const release = world.twitch.hold('refresh');
    const asked = bot.request('refreshAccessTokenForUser', { user: ALICE });
    await world.time.settle();
    const removing = world.vault.actions['account.remove'].run({ userId: ALICE });
    await world.time.settle();
    release();
    expect(await removing).toMatchObject({ ok: true });
    await asked;
    expect(world.view().accounts).toEqual([]);
    expect([...world.accounts.files.keys()]).toEqual([]);
    expect([...world.twitch.ledger.access.values()].at(-1)).toMatchObject({ dead: true });
    expect(reasonOf(await bot.request('refreshAccessTokenForUser', { user: ALICE }))).toBe('unknown-user');
  });

  it('removing the account beats a sign-in that is just being written', async () => {
    const world = await worldWithAlice();
    await world.vault.actions['account.signIn'].run({ userId: ALICE });
    await world.time.settle();
    world.twitch.decide(ALICE);
    const disk = world.accounts.hold();
    await world.time.pass(5 * SECOND);
    const removing = world.vault.actions['account.remove'].run({ userId: ALICE });
    await world.time.settle();
    disk();
    await removing;
    await world.time.settle();
    expect(world.view().accounts).toEqual([]);
    expect([...world.accounts.files.keys()]).toEqual([]);
  });

  it('quitting waits for the answer, so that a one-time token is not lost', async () => {
    const world = await worldWithAlice();
    const release = world.twitch.hold('refresh');
    void world.vault.actions['account.refresh'].run({ userId: ALICE });
    await world.time.settle();
    const stopping = world.vault.stop();
    await world.time.pass(SECOND);
    release();
    await stopping;
    const record = JSON.parse(world.accounts.files.get(`${CLIENT_ID}-${ALICE}`) ?? '{}');
    expect(record.tokenVersion).toBe(2);
  });

  it('quitting does not wait for ever', async () => {
    const world = await worldWithAlice();
    world.twitch.hold('refresh');
    void world.vault.actions['account.refresh'].run({ userId: ALICE });
    await world.time.settle();
    let stopped = false;
    void world.vault.stop().then(() => {
      stopped = true;
    });
    await world.time.pass(5 * SECOND);
    expect(stopped).toBe(true);
  });

  it('configuring the application anew loses neither the answer nor the accounts', async () => {
    const world = await openWorld();
    await signInAs(world, ALICE);
    const bot = await pairBot(world);
    world.time.sleep(5 * HOUR);
    const release = world.twitch.hold('refresh');
    const asked = bot.request('getAccessTokenForUser', { user: ALICE });
    await world.time.settle();
    await world.vault.actions['app.configure'].run({ clientId: CLIENT_ID, kind: 'public' });
    release();
    expect(resultOf(await asked)?.version).toBe(2);
    await world.restart();
    expect(world.account(ALICE)).toMatchObject({ state: 'ok' });
    expect(world.twitch.count('refresh')).toBe(1);
  });
});
