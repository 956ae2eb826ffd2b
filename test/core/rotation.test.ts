import { describe, expect, it } from 'vitest';
import { reasonOf, resultOf, sha256 } from '../fakes/bot.ts';
import { HOUR, SECOND } from '../fakes/clock.ts';
import { answers, failure, no, offline } from '../fakes/replies.ts';
import { ALICE, pairBot, type World, worldWithAlice } from '../fakes/world.ts';

const rotate = (world: World) => world.vault.actions['account.rotate'].run({ userId: ALICE });
/** Access tokens that Twitch still takes, oldest first. */
const live = (world: World): string[] =>
  [...world.twitch.ledger.access].filter(([, { dead }]) => !dead).map(([token]) => token);
const lastActivity = (world: World) => world.view().activity[0];

describe('exchanging a token that bots hold', () => {
  it('makes a new one, ends the old one at Twitch and tells bots', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world);
    await bot.request('subscribe', {});
    const old = resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }))?.accessToken ?? '';
    expect(await rotate(world)).toEqual({ ok: true, value: undefined });
    expect(world.twitch.requests.map(({ kind }) => kind)).toEqual(['refresh', 'revoke', 'validate']);
    expect(live(world)).toHaveLength(1);
    expect(live(world)).not.toContain(old);
    expect(bot.events).toMatchObject([{ type: 'token.changed', userId: ALICE, reason: 'refreshed' }]);
    const fresh = resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }))?.accessToken ?? '';
    expect(live(world)).toEqual([fresh]);
    expect(world.view().activity.find(({ kind }) => kind === 'token.rotated')).toMatchObject({
      text: 'You exchanged the token of alice',
      login: 'alice',
      ok: true,
    });
  });

  it('is not held up by the brake on forced refreshes', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world);
    await bot.request('refreshAccessTokenForUser', { user: ALICE });
    await rotate(world);
    await rotate(world);
    expect(world.twitch.count('refresh')).toBe(3);
    expect(live(world)).toHaveLength(1);
  });

  it('ends older ones, too, that may still be good, also after a restart', async () => {
    const world = await worldWithAlice();
    await world.time.pass(11 * SECOND);
    await world.vault.actions['account.refresh'].run({ userId: ALICE });
    await world.restart();
    expect(live(world)).toHaveLength(2);
    expect(await rotate(world)).toMatchObject({ ok: true });
    expect(live(world)).toHaveLength(1);
    expect(world.twitch.count('revoke')).toBe(2);
  });

  it('leaves alone what is over by itself', async () => {
    const world = await worldWithAlice();
    await world.time.pass(9 * HOUR);
    world.twitch.requests.length = 0;
    expect(await rotate(world)).toMatchObject({ ok: true });
    expect(world.twitch.count('revoke')).toBe(1);
  });

  it('saves the new one first: what the disk refuses ends nothing', async () => {
    const world = await worldWithAlice();
    world.accounts.fault = 'refuse';
    expect(await rotate(world)).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/disk/) },
    });
    expect(world.twitch.count('revoke')).toBe(0);
    expect(live(world)).toHaveLength(2);
    world.accounts.fault = null;
    expect(await rotate(world)).toMatchObject({ ok: true });
    expect(live(world)).toHaveLength(1);
  });

  it('ends nothing while no new one can be had', async () => {
    const world = await worldWithAlice();
    world.twitch.always('refresh', offline);
    expect(await rotate(world)).toMatchObject({ ok: false, error: { code: 'twitch' } });
    expect(live(world)).toHaveLength(1);
    expect(lastActivity(world)).toMatchObject({ kind: 'token.rotated', ok: false });
  });

  it('says when Twitch could not be told, and tries again when asked', async () => {
    const world = await worldWithAlice();
    world.twitch.always('revoke', () => failure('ECONNRESET', false));
    expect(await rotate(world)).toMatchObject({
      ok: false,
      error: { code: 'twitch', message: expect.stringMatching(/^A new token was made/) },
    });
    world.twitch.always('revoke', null);
    expect(await rotate(world)).toMatchObject({ ok: true });
    expect(live(world)).toHaveLength(1);
  });

  it('takes a token that Twitch no longer knows for ended', async () => {
    const world = await worldWithAlice();
    world.twitch.always('revoke', answers(no(400, 'Invalid token')));
    expect(await rotate(world)).toMatchObject({ ok: true });
    await rotate(world);
    expect(world.twitch.count('revoke')).toBe(2);
  });

  it('renews once more if ending the old token ended the new one', async () => {
    const world = await worldWithAlice();
    world.twitch.always('revoke', (real) => {
      world.twitch.kill('access', ALICE);
      return real();
    });
    expect(await rotate(world)).toMatchObject({ ok: true });
    expect(world.twitch.count('refresh')).toBe(2);
    expect(live(world)).toHaveLength(1);
  });

  it('parks the login, as ever, if ending the old token ended that', async () => {
    const world = await worldWithAlice();
    world.twitch.always('revoke', (real) => {
      world.twitch.kill('access', ALICE);
      world.twitch.kill('refresh', ALICE);
      return real();
    });
    expect(await rotate(world)).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/sign in again/) },
    });
    expect(world.account(ALICE)).toMatchObject({ state: 'needs-sign-in', canRefresh: true });
  });

  it('of a bare token is refused with advice', async () => {
    const world = await worldWithAlice();
    await world.vault.actions['account.remove'].run({ userId: ALICE });
    const login = { clientId: world.view().app?.clientId ?? '', userId: ALICE, scopes: [] };
    await world.vault.actions['account.addToken'].run({
      accessToken: world.twitch.ledger.pair(login).access,
    });
    world.twitch.requests.length = 0;
    expect(await rotate(world)).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/bare token/) },
    });
    expect(world.twitch.requests).toEqual([]);
  });

  it('works after the bot that held the old one is gone, and while locked', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world);
    const old = resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }))?.accessToken ?? '';
    await world.vault.actions['vault.lock'].run();
    await world.vault.actions['bot.remove'].run({ keyId: bot.keys.keyId });
    expect(await rotate(world)).toMatchObject({ ok: true });
    expect(live(world)).not.toContain(old);
  });

  it('answers a bot that doubts the old token with the new one', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world);
    const old = resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }))?.accessToken ?? '';
    await rotate(world);
    const answer = await bot.request('refreshAccessTokenForUser', { user: ALICE, rejected: sha256(old) });
    expect(live(world)).toEqual([resultOf(answer).accessToken]);
    expect(world.twitch.count('refresh')).toBe(1);
    expect(reasonOf(answer)).toBe('no error');
  });
});

describe('removing an account', () => {
  it('ends every token of it that may still be good', async () => {
    const world = await worldWithAlice();
    await world.time.pass(11 * SECOND);
    await world.vault.actions['account.refresh'].run({ userId: ALICE });
    await world.vault.actions['account.remove'].run({ userId: ALICE });
    await world.time.settle();
    expect(live(world)).toEqual([]);
  });
});
