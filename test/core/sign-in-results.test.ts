import { describe, expect, it } from 'vitest';
import { reasonOf, resultOf } from '../fakes/bot.ts';
import { MINUTE, SECOND } from '../fakes/clock.ts';
import {
  ALICE,
  BOB,
  openWorld,
  type PairedBot,
  pairBot,
  signInAs,
  type World,
  worldWithAlice,
} from '../fakes/world.ts';

const wants = (bot: PairedBot, scope: string, timeoutMs = 120_000) =>
  bot.request('getAccessTokenForUser', { user: ALICE, scopeSets: [[scope]], timeoutMs });
const refreshOnDisk = (world: World): string =>
  world.accounts.files.get([...world.accounts.files.keys()][0] ?? '') ?? '';

async function consenting() {
  const world = await worldWithAlice(['chat:read', 'bits:read']);
  const bot = await pairBot(world);
  const asked = wants(bot, 'chat:edit');
  await world.time.settle();
  return { world, bot, asked };
}

describe('what a sign-in brings', () => {
  it('has the union of granted and missing scopes: consent never narrows', async () => {
    const { world, asked } = await consenting();
    expect(world.twitch.newestDevice().scopes).toEqual(['chat:read', 'bits:read', 'chat:edit']);
    world.twitch.decide(ALICE);
    await world.time.pass(5 * SECOND);
    expect(resultOf(await asked)?.scope).toEqual(['chat:read', 'bits:read', 'chat:edit']);
  });

  it('counts as confirmed by Twitch at that moment', async () => {
    const world = await openWorld();
    await signInAs(world, BOB, ['bits:read']);
    const { validatedAt, obtainedAt } = world.account(BOB);
    expect(validatedAt).toBe(obtainedAt);
  });

  it('of the wrong account is refused; nothing is stored and nobody else’s login touched', async () => {
    const { world, asked } = await consenting();
    const before = refreshOnDisk(world);
    world.twitch.decide(BOB);
    await world.time.pass(5 * SECOND);
    const answer = await asked;
    expect(reasonOf(answer)).toBe('wrong-account');
    expect(world.view().accounts.map(({ login }) => login)).toEqual(['alice']);
    expect(refreshOnDisk(world)).toBe(before);
    expect([...world.twitch.ledger.access.values()].map(({ userId, dead }) => [userId, dead])).toEqual([
      [ALICE, false],
      [BOB, true],
    ]);
    expect(world.view().notices[0]?.text).toMatch(/bob signed in, but it had to be alice/);
    expect(world.signIn.current).toBeNull();
  });

  it('of the wrong account that is here as well leaves that one alone, too', async () => {
    const world = await worldWithAlice();
    await signInAs(world, BOB, ['bits:read']);
    const bot = await pairBot(world);
    const asked = wants(bot, 'chat:edit');
    await world.time.settle();
    world.twitch.decide(BOB);
    await world.time.pass(5 * SECOND);
    expect(reasonOf(await asked)).toBe('wrong-account');
    expect(world.account(BOB).scopes).toEqual(['bits:read']);
    expect(world.twitch.count('revoke')).toBe(0);
  });

  it('with fewer scopes than the account has is refused and the old login kept', async () => {
    const { world, asked } = await consenting();
    const before = refreshOnDisk(world);
    world.twitch.decide(ALICE, ['chat:read', 'chat:edit']);
    await world.time.pass(5 * SECOND);
    expect(await asked).toMatchObject({ data: { code: 'scope-missing', missing: ['bits:read'] } });
    expect([world.account(ALICE).scopes, refreshOnDisk(world)]).toEqual([['chat:read', 'bits:read'], before]);
  });

  it('without the scope that was wanted is kept, and the bot told what is missing', async () => {
    const { world, asked } = await consenting();
    world.twitch.decide(ALICE, ['chat:read', 'bits:read']);
    await world.time.pass(5 * SECOND);
    expect(await asked).toMatchObject({ data: { code: 'scope-missing', missing: ['chat:edit'] } });
    expect(world.account(ALICE)).toMatchObject({ scopes: ['chat:read', 'bits:read'], state: 'ok' });
  });

  it('for a lost login makes it good again', async () => {
    const world = await worldWithAlice();
    world.twitch.kill('access', ALICE);
    world.twitch.kill('refresh', ALICE);
    await world.vault.actions['account.refresh'].run({ userId: ALICE });
    expect(world.account(ALICE).state).toBe('needs-sign-in');
    await world.vault.actions['account.signIn'].run({ userId: ALICE });
    await world.time.settle();
    world.twitch.decide(ALICE);
    await world.time.pass(5 * SECOND);
    expect(world.account(ALICE)).toMatchObject({ state: 'ok', advice: '' });
  });

  it('for an account that is here already, signed in as a new one, asks once more rather than lose scopes', async () => {
    const world = await worldWithAlice(['chat:read', 'bits:read']);
    await world.vault.actions['account.signIn'].run({ scopes: ['chat:edit'] });
    await world.time.settle();
    world.twitch.decide(ALICE);
    await world.time.pass(5 * SECOND);
    expect(world.signIn.current).toMatchObject({
      expected: { userId: ALICE },
      problem: expect.stringMatching(/already here/),
    });
    expect(world.twitch.newestDevice().scopes).toEqual(['chat:read', 'bits:read', 'chat:edit']);
    world.twitch.decide(ALICE);
    await world.time.pass(5 * SECOND);
    expect(world.account(ALICE).scopes).toEqual(['chat:read', 'bits:read', 'chat:edit']);
    expect(world.view().accounts).toHaveLength(1);
  });

  it('for an account that is here already, with all it had, is taken at once', async () => {
    const world = await worldWithAlice();
    await signInAs(world, ALICE, ['chat:read', 'chat:edit']);
    expect(world.account(ALICE).scopes).toEqual(['chat:read', 'chat:edit']);
    expect(world.signIn.current).toBeNull();
  });

  it('from another application than Castkey’s is not kept', async () => {
    const world = await openWorld();
    await world.vault.actions['account.signIn'].run({});
    await world.time.settle();
    const row = world.twitch.newestDevice();
    row.state = { clientId: 'someoneelse', userId: ALICE, scopes: [] };
    await world.time.pass(5 * SECOND);
    expect(world.view().accounts).toEqual([]);
    expect(world.signIn.current?.problem).toMatch(/another application/);
  });
});

describe('several bots that want consent for one account', () => {
  it('share one window and one consent, with a new code for the wider scopes', async () => {
    const { world, asked } = await consenting();
    const first = world.signIn.current?.userCode;
    const two = await pairBot(world, undefined, 'always', 'two');
    const also = wants(two, 'user:read:chat');
    await world.time.settle();
    expect(world.signIn.current).toMatchObject({
      bots: ['bot', 'two'],
      newScopes: ['chat:edit', 'user:read:chat'],
    });
    expect(world.signIn.current?.userCode).not.toBe(first);
    world.twitch.decide(ALICE);
    await world.time.pass(5 * SECOND);
    const scope = ['chat:read', 'bits:read', 'chat:edit', 'user:read:chat'];
    expect([resultOf(await asked)?.scope, resultOf(await also)?.scope]).toEqual([scope, scope]);
    expect(world.view().bots.map(({ grants }) => grants[0]?.scopes)).toEqual([
      ['chat:read', 'chat:edit'],
      ['chat:read', 'user:read:chat'],
    ]);
  });

  it('keep the code when the second wants nothing new', async () => {
    const { world } = await consenting();
    const first = world.signIn.current?.userCode;
    const two = await pairBot(world, undefined, 'always', 'two');
    void wants(two, 'chat:edit');
    await world.time.settle();
    expect(world.signIn.current).toMatchObject({ userCode: first, bots: ['bot', 'two'] });
  });

  it('for different accounts get one window after the other', async () => {
    const world = await worldWithAlice();
    await signInAs(world, BOB);
    const bot = await pairBot(world, [{ user: ALICE }, { user: BOB }]);
    const asked = [ALICE, BOB].map((user) =>
      bot.request('getAccessTokenForUser', { user, scopeSets: [['chat:edit']] }),
    );
    for (const user of [ALICE, BOB]) {
      await world.time.settle();
      expect(world.signIn.current?.expected?.userId).toBe(user);
      world.twitch.decide(user);
      await world.time.pass(5 * SECOND);
    }
    expect((await Promise.all(asked)).map((answer) => resultOf(answer)?.userId)).toEqual([ALICE, BOB]);
    expect(world.signIn.current).toBeNull();
  });
});

describe('a bot that waits for consent', () => {
  it.each([
    [
      'cancelled',
      'consent-denied',
      (world: World) => world.vault.actions['signIn.cancel'].run({ id: world.signIn.current?.id ?? '' }),
    ],
    ['closed', 'consent-denied', (world: World) => world.vault.signIn.closed()],
    ['declined at Twitch', 'consent-denied', (world: World) => world.twitch.decide('deny')],
    ['left alone', 'consent-timeout', () => undefined],
  ] as const)('hears why not when the window is %s', async (_name, code, act) => {
    const { world, asked } = await consenting();
    act(world);
    await world.time.pass(2 * MINUTE);
    expect(reasonOf(await asked)).toBe(code);
    expect([world.signIn.current, world.signIn.page]).toEqual([null, null]);
  });

  it('waits no longer than it said, and at most 10 minutes', async () => {
    const { world, bot } = await consenting();
    world.vault.signIn.closed();
    const [brief, long] = [wants(bot, 'chat:edit', 3_000), wants(bot, 'chat:edit', 99_999_999)];
    await world.time.pass(3 * SECOND);
    expect(reasonOf(await brief)).toBe('consent-timeout');
    expect(world.signIn.current).not.toBeNull();
    await world.time.pass(10 * MINUTE);
    expect(reasonOf(await long)).toBe('consent-timeout');
  });

  it('and goes away closes the window', async () => {
    const { world, bot } = await consenting();
    bot.hang();
    await world.time.settle();
    expect(world.signIn.current).toBeNull();
    await world.time.pass(MINUTE);
    expect(world.twitch.count('poll')).toBe(0);
  });

  it('and goes away while the approval is being written opens no window', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world, []);
    void wants(bot, 'chat:edit');
    await world.time.pass(1_500);
    const disk = world.documents.hold();
    world.vault.actions['approval.decide'].run({ id: world.approval.current?.id ?? '', verdict: 'always' });
    await world.time.settle();
    bot.hang();
    disk();
    await world.time.settle();
    expect(world.signIn.shown.some(({ bots }) => bots.length > 0)).toBe(false);
    expect(world.signIn.current).toBeNull();
  });
});
