import { describe, expect, it } from 'vitest';
import { reasonOf, resultOf } from '../fakes/bot.ts';
import { HOUR, MINUTE, SECOND } from '../fakes/clock.ts';
import { answers, json, lostAnswer, neverArrived, no, offline, text } from '../fakes/replies.ts';
import { ALICE, CLIENT_ID, type PairedBot, pairBot, type World, worldWithAlice } from '../fakes/world.ts';

const get = (bot: PairedBot) => bot.request('getAccessTokenForUser', { user: ALICE });
const first = (world: World): string => [...world.twitch.ledger.access.keys()][0] ?? 'none';
const liveRefreshTokens = (world: World): number =>
  [...world.twitch.ledger.refresh.values()].filter(({ dead }) => !dead).length;

async function expiring(): Promise<{ world: World; bot: PairedBot }> {
  const world = await worldWithAlice();
  const bot = await pairBot(world);
  return { world, bot };
}

describe('a passing failure', () => {
  const passing = [
    ['DNS', offline],
    ['429', answers(no(429, 'slow'))],
    ['503', answers(text(503, '<html>'))],
    ['a hotel’s login page', answers(text(200, '<html>'))],
  ] as const;
  it.each(passing)('(%s) leaves the valid token in service and says since when', async (_name, fault) => {
    const { world, bot } = await expiring();
    world.twitch.always('refresh', fault);
    world.twitch.always('validate', fault);
    await world.time.pass(3 * HOUR + 55 * MINUTE);
    expect(resultOf(await get(bot))?.accessToken).toBe(first(world));
    expect(world.account(ALICE)).toMatchObject({ state: 'offline' });
    expect(world.account(ALICE).stateText).toMatch(/Twitch unreachable since \d\d:\d\d/);
  });

  it('becomes twitch-unreachable only when the token is over, with a time to try again', async () => {
    const { world, bot } = await expiring();
    world.twitch.always('refresh', offline);
    world.twitch.always('validate', offline);
    await world.time.pass(4 * HOUR + MINUTE);
    const answer = await get(bot);
    expect(answer).toMatchObject({ data: { code: 'twitch-unreachable', retryable: true } });
    expect('data' in answer && answer.data.retryAfterMs).toBeGreaterThan(0);
  });

  it('is followed by a try every few seconds, so that the end of it is noticed', async () => {
    const { world } = await expiring();
    world.twitch.always('refresh', offline);
    await world.time.pass(3 * HOUR + 50 * MINUTE);
    const before = world.twitch.count('refresh');
    await world.time.pass(5 * MINUTE);
    const tries = world.twitch.count('refresh') - before;
    expect(tries).toBeGreaterThanOrEqual((5 * 60 * SECOND) / (6 * SECOND));
    expect(tries).toBeLessThanOrEqual((5 * 60 * SECOND) / (2 * SECOND));
  });

  it('sends bots nothing to Twitch while the next try is not due', async () => {
    const { world, bot } = await expiring();
    world.twitch.always('refresh', answers(json(429, {}, { 'retry-after': '20' })));
    world.time.sleep(5 * HOUR);
    await get(bot);
    const before = world.twitch.count('refresh');
    for (let turn = 0; turn < 50; turn += 1) expect(reasonOf(await get(bot))).toBe('twitch-unreachable');
    expect(world.twitch.count('refresh')).toBe(before);
  });

  it('ends by itself when Twitch is back', async () => {
    const { world, bot } = await expiring();
    world.twitch.always('refresh', offline);
    await world.time.pass(4 * HOUR + MINUTE);
    world.twitch.always('refresh', null);
    await world.time.pass(MINUTE);
    expect(resultOf(await get(bot))?.version).toBe(2);
    expect(world.account(ALICE).state).toBe('ok');
  });

  it('with an absurd Retry-After does not silence an account for a day', async () => {
    const { world, bot } = await expiring();
    world.twitch.next('refresh', answers(json(503, {}, { 'retry-after': '86400' })));
    world.time.sleep(5 * HOUR);
    await get(bot);
    await world.time.pass(15 * MINUTE);
    expect(resultOf(await get(bot))?.version).toBe(2);
  });
});

describe('a refused refresh token', () => {
  it('is parked, not deleted: the record keeps it, and a manual refresh works when Twitch comes round', async () => {
    const { world, bot } = await expiring();
    world.twitch.next('refresh', answers(no(400, 'Invalid refresh token')));
    world.time.sleep(5 * HOUR);
    expect(reasonOf(await get(bot))).toBe('needs-sign-in');
    expect(world.account(ALICE)).toMatchObject({ state: 'needs-sign-in', canRefresh: true });
    await world.restart();
    await world.time.pass(11 * SECOND);
    await world.vault.actions['account.refresh'].run({ userId: ALICE });
    expect(world.account(ALICE).state).toBe('ok');
    expect(liveRefreshTokens(world)).toBe(1);
  });

  it('leaves the access token in service while it is valid', async () => {
    const { world, bot } = await expiring();
    world.twitch.always('refresh', answers(no(400, 'Invalid refresh token')));
    await world.time.pass(3 * HOUR + 52 * MINUTE);
    expect(world.account(ALICE).state).toBe('needs-sign-in');
    expect(resultOf(await get(bot))?.accessToken).toBe(first(world));
  });

  it('is tried again once an hour by itself, no more', async () => {
    const { world } = await expiring();
    world.twitch.always('refresh', answers(no(400, 'Invalid refresh token')));
    await world.time.pass(4 * HOUR);
    const before = world.twitch.count('refresh');
    await world.time.pass(10 * HOUR);
    const tries = world.twitch.count('refresh') - before;
    expect(tries).toBeGreaterThanOrEqual(9);
    expect(tries).toBeLessThanOrEqual(22);
  });

  it('is told to bots and to the streamer at the latest when the token is over', async () => {
    const { world, bot } = await expiring();
    await bot.request('subscribe', {});
    world.twitch.always('refresh', answers(no(400, 'Invalid refresh token')));
    await world.time.pass(3 * HOUR + 52 * MINUTE);
    expect(bot.events).toEqual([]);
    await world.time.pass(70 * MINUTE);
    expect(bot.events).toMatchObject([{ type: 'token.invalidated', userId: ALICE }]);
    expect(world.desktop.notified).toHaveLength(1);
    await world.time.pass(5 * HOUR);
    expect(bot.events).toHaveLength(1);
  });

  const setups = [
    ['invalid client', 400],
    ['missing client secret', 400],
    ['invalid client secret', 403],
  ] as const;
  it.each(setups)('because of “%s” means a wrong set-up, not a lost login', async (message, status) => {
    const { world, bot } = await expiring();
    world.twitch.next('refresh', answers(no(status, message)));
    world.time.sleep(5 * HOUR);
    expect(reasonOf(await get(bot))).toBe('setup');
    expect(world.account(ALICE)).toMatchObject({
      state: 'setup',
      advice: expect.stringContaining('Settings'),
    });
  });

  it('because of the set-up comes right at once when the set-up does', async () => {
    const world = await worldWithAlice(['chat:read'], 'confidential');
    world.twitch.next('refresh', answers(no(403, 'invalid client secret')));
    await world.vault.actions['account.refresh'].run({ userId: ALICE });
    expect(world.account(ALICE).state).toBe('setup');
    const clientSecret = world.twitch.ledger.apps.get(CLIENT_ID)?.secret ?? '';
    await world.vault.actions['app.configure'].run({
      clientId: CLIENT_ID,
      kind: 'confidential',
      clientSecret,
    });
    await world.time.pass(SECOND);
    expect(world.account(ALICE).state).toBe('ok');
  });
});

describe('an answer lost on the way', () => {
  it('gets one more try with the same token, which wins if the first never arrived', async () => {
    const { world, bot } = await expiring();
    world.twitch.next('refresh', neverArrived);
    world.time.sleep(5 * HOUR);
    expect(resultOf(await get(bot))?.version).toBe(2);
    const tokens = world.twitch.requests.map(({ fields }) => fields.get('refresh_token')).filter(Boolean);
    expect(tokens).toHaveLength(2);
    expect(new Set(tokens).size).toBe(1);
  });

  it('after Twitch did it means signing in again, and the reason is told', async () => {
    const { world, bot } = await expiring();
    world.twitch.next('refresh', lostAnswer);
    world.time.sleep(5 * HOUR);
    const answer = await get(bot);
    expect(reasonOf(answer)).toBe('needs-sign-in');
    expect('message' in answer && answer.message).toMatch(/answer was lost/);
    expect(world.twitch.count('refresh')).toBe(2);
  });

  it('that never reached Twitch is not asked again at once', async () => {
    const { world, bot } = await expiring();
    world.twitch.next('refresh', offline);
    world.time.sleep(5 * HOUR);
    await get(bot);
    expect(world.twitch.count('refresh')).toBe(1);
  });
});
