import { describe, expect, it } from 'vitest';
import { SECOND } from '../support/fake-time.ts';
import { reasonOf, resultOf } from '../support/test-bot.ts';
import {
  ALICE,
  BOB,
  click,
  pairBot,
  signInAs,
  type World,
  worldWithAlice,
} from '../support/vault-fixture.ts';

const token = { user: ALICE };
const grantsOf = (world: World) => world.view().bots[0]?.grants ?? [];

async function strangerTo(scopes = ['chat:read']) {
  const world = await worldWithAlice(scopes);
  const bot = await pairBot(world, []);
  return { world, bot };
}

describe('the first request outside a bot’s grants', () => {
  it('opens the approval window and shows the claim, the facts, the account and the scopes', async () => {
    const { world, bot } = await strangerTo();
    void bot.request('getAccessTokenForUser', { ...token, scopeSets: [['chat:edit', 'chat:read']] });
    await world.time.settle();
    expect(world.approval.current).toMatchObject({
      kind: 'grant',
      claimedName: 'bot',
      facts: { pid: 4321, program: '/usr/bin/node', script: '/home/s/bot.js', parent: 'bash' },
      wants: [{ intent: null, account: { userId: ALICE, login: 'alice' }, scopes: ['chat:read'] }],
      waiting: 0,
    });
    expect(world.vault.approvalView()).toEqual(world.approval.current);
    expect(bot.lines.some((line) => JSON.stringify(line).includes('alice'))).toBe(false);
  });

  it('with “always” is answered, and so is every later one', async () => {
    const { world, bot } = await strangerTo();
    const asked = bot.request('getAccessTokenForUser', token);
    await click(world, 'always');
    expect(resultOf(await asked)).toMatchObject({ userId: ALICE, refreshToken: null, version: 1 });
    expect(world.approval.current).toBeNull();
    expect(resultOf(await bot.request('getAccessTokenForUser', token))).not.toBeNull();
    expect(grantsOf(world)).toMatchObject([{ userId: ALICE, intent: null, login: 'alice', uses: 2 }]);
  });

  it('with “once” is answered, and the next one asks again', async () => {
    const { world, bot } = await strangerTo();
    const asked = bot.request('getAccessTokenForUser', token);
    await click(world, 'once');
    expect(resultOf(await asked)?.userId).toBe(ALICE);
    expect(reasonOf(await bot.request('getAccessTokenForUser', { ...token, interactive: 'never' }))).toBe(
      'denied',
    );
    expect(grantsOf(world)).toEqual([]);
  });

  it('with “deny” is refused, and so is an equal one for 10 minutes, without a window', async () => {
    const { world, bot } = await strangerTo();
    const asked = bot.request('getAccessTokenForUser', token);
    await click(world, 'deny');
    expect(reasonOf(await asked)).toBe('denied');
    await world.time.pass(599 * SECOND);
    const again = await bot.request('getAccessTokenForUser', token);
    expect(reasonOf(again)).toBe('denied');
    expect(world.approval.current).toBeNull();
    await world.time.pass(2 * SECOND);
    void bot.request('getAccessTokenForUser', token);
    await world.time.settle();
    expect(world.approval.current).not.toBeNull();
  });

  it('a denial does not stand for another account or another bot', async () => {
    const { world, bot } = await strangerTo();
    await signInAs(world, BOB);
    void bot.request('getAccessTokenForUser', token);
    await click(world, 'deny');
    void bot.request('getAccessTokenForUser', { user: BOB });
    await world.time.settle();
    expect(world.approval.current?.wants[0]?.account?.userId).toBe(BOB);
    await click(world, 'deny');
    const other = await pairBot(world, [], 'always', 'other');
    void other.request('getAccessTokenForUser', token);
    await world.time.settle();
    expect(world.approval.current?.claimedName).toBe('other');
  });

  it('that may not open a window is denied at once', async () => {
    const { world, bot } = await strangerTo();
    expect(reasonOf(await bot.request('getAccessTokenForUser', { ...token, interactive: 'never' }))).toBe(
      'denied',
    );
    expect(world.approval.shown.filter(({ kind }) => kind === 'grant')).toEqual([]);
  });

  it('may not open a sign-in window either when it may not ask', async () => {
    const { world, bot } = await strangerTo();
    void bot.request('getAccessTokenForUser', token);
    await click(world, 'always');
    const scopeSets = [['chat:edit'], ['bits:read']];
    const answer = await bot.request('getAccessTokenForUser', { ...token, scopeSets, interactive: 'never' });
    expect(answer).toMatchObject({ data: { code: 'scope-missing', missing: ['chat:edit', 'bits:read'] } });
    expect(world.signIn.current).toBeNull();
  });
});

describe('a bot that may use an account, but not ask for a scope the account has', () => {
  it('needs a yes for that scope, and only that one is asked', async () => {
    const world = await worldWithAlice(['chat:read', 'channel:read:stream_key']);
    const bot = await pairBot(world);
    const scopeSets = [['chat:read'], ['channel:read:stream_key']];
    expect(
      reasonOf(await bot.request('getAccessTokenForUser', { ...token, scopeSets, interactive: 'never' })),
    ).toBe('denied');
    const asked = bot.request('getAccessTokenForUser', { ...token, scopeSets });
    await world.time.settle();
    expect(world.approval.current?.wants[0]?.scopes).toEqual(['channel:read:stream_key']);
    await click(world, 'always');
    expect(resultOf(await asked)?.scope).toEqual(['chat:read', 'channel:read:stream_key']);
    expect(grantsOf(world)).toMatchObject([{ scopes: ['chat:read', 'channel:read:stream_key'] }]);
  });

  it('gets one answer with “once”', async () => {
    const world = await worldWithAlice(['chat:read', 'bits:read']);
    const bot = await pairBot(world);
    const scopeSets = [['bits:read']];
    const asked = bot.request('getAccessTokenForUser', { ...token, scopeSets });
    await click(world, 'once');
    expect(resultOf(await asked)).not.toBeNull();
    expect(
      reasonOf(await bot.request('getAccessTokenForUser', { ...token, scopeSets, interactive: 'never' })),
    ).toBe('denied');
    expect(resultOf(await bot.request('getAccessTokenForUser', token))).not.toBeNull();
  });
});

describe('consent', () => {
  it('of a known bot is one window, not two, and extends its grant', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world);
    world.approval.shown.length = 0;
    const asked = bot.request('getAccessTokenForUser', { ...token, scopeSets: [['chat:edit']] });
    await world.time.settle();
    expect(world.signIn.current).toMatchObject({
      bots: ['bot'],
      expected: { userId: ALICE, login: 'alice' },
      newScopes: ['chat:edit'],
      grantedScopes: ['chat:read'],
    });
    world.twitch.decide(ALICE);
    await world.time.pass(5 * SECOND);
    expect(resultOf(await asked)?.scope).toEqual(['chat:read', 'chat:edit']);
    expect(world.approval.shown).toEqual([]);
    expect(grantsOf(world)).toMatchObject([{ scopes: ['chat:read', 'chat:edit'] }]);
    expect(world.signIn.current).toBeNull();
  });

  it('does not give the new scopes to bots that did not ask', async () => {
    const world = await worldWithAlice();
    const [one, two] = [await pairBot(world), await pairBot(world, undefined, 'always', 'two')];
    void one.request('getAccessTokenForUser', { ...token, scopeSets: [['chat:edit']] });
    await world.time.settle();
    world.twitch.decide(ALICE);
    await world.time.pass(5 * SECOND);
    const scopeSets = [['chat:edit']];
    expect(
      reasonOf(await two.request('getAccessTokenForUser', { ...token, scopeSets, interactive: 'never' })),
    ).toBe('denied');
  });

  it('of a bot without any grant comes after the approval', async () => {
    const { world, bot } = await strangerTo();
    const asked = bot.request('getAccessTokenForUser', { ...token, scopeSets: [['chat:edit']] });
    await click(world, 'once');
    expect(world.signIn.current).not.toBeNull();
    world.twitch.decide(ALICE);
    await world.time.pass(5 * SECOND);
    expect(resultOf(await asked)?.scope).toContain('chat:edit');
    expect(grantsOf(world)).toEqual([]);
  });
});
