import { describe, expect, it } from 'vitest';
import { reasonOf, resultOf } from '../fakes/bot.ts';
import { SECOND } from '../fakes/clock.ts';
import { ALICE, click, type PairedBot, pairBot, type World, worldWithAlice } from '../fakes/world.ts';

const ask = (bot: PairedBot, scope = 'chat:read') =>
  bot.request('getAccessTokenForUser', { user: ALICE, scopeSets: [[scope]] });

async function asking(scopes = ['chat:read']) {
  const world = await worldWithAlice(scopes);
  const bot = await pairBot(world, []);
  const asked = ask(bot);
  await world.time.settle();
  return { world, bot, asked };
}
const idOf = (world: World): string => world.approval.current?.id ?? 'none';

describe('the approval window', () => {
  it('refuses Allow for 1.5 s, by the clock core goes by, but takes Deny at once', async () => {
    const { world, asked } = await asking();
    for (const verdict of ['always', 'once'] as const) {
      expect(await world.vault.actions['approval.decide'].run({ id: idOf(world), verdict })).toMatchObject({
        ok: false,
      });
    }
    await world.time.pass(1_499);
    expect(
      await world.vault.actions['approval.decide'].run({ id: idOf(world), verdict: 'always' }),
    ).toMatchObject({ ok: false });
    expect(world.approval.current).toMatchObject({ allowAt: world.time.now() + 1 });
    expect(
      await world.vault.actions['approval.decide'].run({ id: idOf(world), verdict: 'deny' }),
    ).toMatchObject({ ok: true });
    expect(reasonOf(await asked)).toBe('denied');
  });

  it('refuses a decision on a question that is no longer shown', async () => {
    const { world } = await asking();
    const old = idOf(world);
    await world.time.pass(61 * SECOND);
    expect(await world.vault.actions['approval.decide'].run({ id: old, verdict: 'always' })).toMatchObject({
      ok: false,
    });
    expect(world.view().bots[0]?.grants).toEqual([]);
  });

  it('gives up after 60 s and counts as unanswered, which is not remembered', async () => {
    const { world, bot, asked } = await asking();
    await world.time.pass(60 * SECOND);
    const answer = await asked;
    expect(answer).toMatchObject({ data: { code: 'approval-timeout', retryable: true } });
    expect(world.approval.current).toBeNull();
    void ask(bot);
    await world.time.settle();
    expect(world.approval.current).not.toBeNull();
  });

  it('closed by the streamer means deny', async () => {
    const { world, asked } = await asking();
    world.vault.approval.closed();
    expect(reasonOf(await asked)).toBe('denied');
    expect(world.approval.current).toBeNull();
  });

  it('gives up earlier when the request says so', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world, []);
    const asked = bot.request('getAccessTokenForUser', { user: ALICE, timeoutMs: 5_000 });
    await world.time.pass(5 * SECOND);
    expect(reasonOf(await asked)).toBe('approval-timeout');
    expect(world.approval.current).toBeNull();
  });

  it('merges equal requests of a bot, whatever the order of its scopes', async () => {
    const { world, bot, asked } = await asking(['chat:read', 'bits:read']);
    const sets = [['chat:read'], ['bits:read']];
    const one = bot.request('getAccessTokenForUser', { user: ALICE, scopeSets: sets });
    const two = bot.request('getAccessTokenForUser', { user: ALICE, scopeSets: [...sets].reverse() });
    const three = ask(bot);
    await world.time.settle();
    expect(world.approval.current?.waiting).toBe(1);
    await click(world, 'always');
    expect([resultOf(await asked)?.version, resultOf(await three)?.version]).toEqual([1, 1]);
    await click(world, 'always');
    expect([resultOf(await one)?.version, resultOf(await two)?.version]).toEqual([1, 1]);
    expect(world.approval.current).toBeNull();
  });

  it('shows one question after the other, each with its own 60 s', async () => {
    const { world, bot, asked } = await asking(['chat:read', 'bits:read']);
    const second = ask(bot, 'bits:read');
    await world.time.pass(50 * SECOND);
    await click(world, 'deny');
    expect(reasonOf(await asked)).toBe('denied');
    expect(world.approval.current?.expiresAt).toBe(world.time.now() + 60 * SECOND);
    await world.time.pass(30 * SECOND);
    await click(world, 'always');
    expect(resultOf(await second)?.version).toBe(1);
  });

  it('withdraws the question of a connection that is gone, and goes on to the next', async () => {
    const world = await worldWithAlice();
    const [bot, other] = [await pairBot(world, []), await pairBot(world, [], 'always', 'other')];
    void ask(bot);
    void ask(other);
    await world.time.settle();
    expect(world.approval.current).toMatchObject({ claimedName: 'bot', waiting: 1 });
    bot.hang();
    await world.time.settle();
    expect(world.approval.current?.claimedName).toBe('other');
    other.hang();
    await world.time.settle();
    expect(world.approval.current).toBeNull();
    expect(world.vault.approvalView()).toBeNull();
  });

  it('stays for the others when one of several equal askers is gone', async () => {
    const { world, bot } = await asking();
    const again = world.connect();
    await again.enter(bot.keys);
    const asked = again.request('getAccessTokenForUser', { user: ALICE, scopeSets: [['chat:read']] });
    bot.hang();
    await click(world, 'always');
    expect(resultOf(await asked)?.userId).toBe(ALICE);
  });
});

describe('in the middle of a request', () => {
  const sets = { user: ALICE, scopeSets: [['chat:edit']] };

  it('a revoked grant means no, though consent was given meanwhile', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world);
    const asked = bot.request('getAccessTokenForUser', sets);
    await world.time.settle();
    const [view] = world.view().bots;
    const grantId = view?.grants[0]?.id ?? '';
    await world.vault.actions['grant.revoke'].run({ keyId: bot.keys.keyId, grantId });
    world.twitch.decide(ALICE);
    await world.time.pass(5 * SECOND);
    expect(reasonOf(await asked)).toBe('denied');
  });

  it('locking means no: no token leaves, windows close', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world);
    const consent = bot.request('getAccessTokenForUser', sets);
    const release = world.twitch.hold('refresh');
    const refreshed = bot.request('refreshAccessTokenForUser', { user: ALICE });
    await world.time.settle();
    await world.vault.actions['vault.lock'].run();
    release();
    expect([reasonOf(await consent), reasonOf(await refreshed)]).toEqual(['locked', 'locked']);
    expect(world.signIn.current).toBeNull();
    expect(reasonOf(await bot.request('getAccessTokenForUser', { user: ALICE }))).toBe('locked');
    await world.vault.actions['vault.unlock'].run({});
    expect(resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }))?.userId).toBe(ALICE);
  });

  it('locking answers a question that waits', async () => {
    const { world, asked } = await asking();
    await world.vault.actions['vault.lock'].run();
    expect(reasonOf(await asked)).toBe('locked');
    expect(world.approval.current).toBeNull();
  });

  it('an intent that moves to another account takes the permission with it', async () => {
    const world = await worldWithAlice();
    await world.vault.actions['account.setIntents'].run({ userId: ALICE, intents: ['chat'] });
    const bot = await pairBot(world, [{ intent: 'chat', scopes: [['chat:read']] }]);
    const release = world.twitch.hold('refresh');
    const asked = bot.request('refreshAccessTokenForIntent', { intent: 'chat' });
    await world.time.settle();
    await world.vault.actions['account.setIntents'].run({ userId: ALICE, intents: [] });
    release();
    expect(reasonOf(await asked)).toBe('denied');
  });

  it('a disk that refuses does not turn the streamer’s yes into a no', async () => {
    const { world, asked } = await asking();
    world.documents.fault = 'refuse';
    await click(world, 'always');
    expect(resultOf(await asked)?.userId).toBe(ALICE);
  });
});
