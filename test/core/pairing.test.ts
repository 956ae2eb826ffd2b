import { describe, expect, it } from 'vitest';
import { FACTS, newNonce, reasonOf, resultOf, type TestBot } from '../fakes/bot.ts';
import { SECOND } from '../fakes/clock.ts';
import { ALICE, BOB, click, pairBot, signInAs, type World, worldWithAlice } from '../fakes/world.ts';

async function met(world: World, name = 'chat-bot', facts = FACTS): Promise<TestBot> {
  const bot = world.connect(facts);
  await bot.request('hello', { protocol: 1, client: { name }, nonce: newNonce() });
  return bot;
}
async function twoAccounts(): Promise<World> {
  const world = await worldWithAlice();
  await signInAs(world, BOB);
  return world;
}

describe('pairing', () => {
  it('asks the streamer once, showing the claim, the facts and every want', async () => {
    const world = await twoAccounts();
    const bot = await met(world);
    const scopes = [['chat:read'], ['chat:edit', 'user:write:chat']];
    void bot.request('pair', {
      reason: 'I greet\nviewers',
      wants: [
        { user: ALICE, scopes },
        { intent: 'chat', scopes: [['bits:read']] },
      ],
    });
    await world.time.settle();
    expect(world.approval.current).toMatchObject({
      kind: 'pair',
      claimedName: 'chat-bot',
      reason: 'I greet viewers',
      facts: { program: '/usr/bin/node', script: '/home/s/bot.js' },
      wants: [
        { intent: null, account: { login: 'alice' }, choices: [], scopes: ['chat:read', 'chat:edit'] },
        {
          intent: 'chat',
          account: null,
          choices: [{ login: 'alice' }, { login: 'bob' }],
          scopes: ['bits:read'],
        },
      ],
    });
  });

  it('gives a key of 32 bytes, sealed on disk, and the connection is authenticated', async () => {
    const world = await twoAccounts();
    const bot = await pairBot(world);
    expect(Buffer.from(bot.keys.key, 'base64url')).toHaveLength(32);
    expect(world.documents.files.get('bots')).toContain('sealedKey');
    expect(world.documents.files.get('bots')).not.toContain(bot.keys.key);
    expect(resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }))?.userId).toBe(ALICE);
    expect(reasonOf(await world.connect().enter(bot.keys))).toBe('no error');
    expect(world.view().bots).toMatchObject([
      { name: 'bot', program: '/usr/bin/node', script: '/home/s/bot.js', connections: 2 },
    ]);
  });

  it('is durable before the bot has its key', async () => {
    const world = await twoAccounts();
    const bot = await met(world);
    const pairing = bot.request('pair', {});
    await world.time.pass(1_500);
    const release = world.documents.hold();
    world.vault.actions['approval.decide'].run({ id: world.approval.current?.id ?? '', verdict: 'always' });
    await world.time.settle();
    expect(bot.lines).toHaveLength(1);
    release();
    expect(resultOf(await pairing).keyId).toBe(world.view().bots[0]?.keyId);
  });

  it('that the disk refuses is no pairing', async () => {
    const world = await twoAccounts();
    const bot = await met(world);
    const pairing = bot.request('pair', {});
    world.documents.fault = 'refuse';
    await click(world, 'always');
    expect(reasonOf(await pairing)).toBe('internal');
    expect(world.view().bots).toEqual([]);
  });

  it('gives an unassigned intent to the account the streamer chose', async () => {
    const world = await twoAccounts();
    const bot = await met(world);
    const pairing = bot.request('pair', { wants: [{ intent: 'chat', scopes: [['chat:read']] }] });
    await click(world, 'always', { chat: BOB });
    expect(resultOf(await pairing).users).toMatchObject([{ userId: BOB, intents: ['chat'] }]);
    expect(world.account(BOB).intents).toEqual(['chat']);
    expect(resultOf(await bot.request('getAccessTokenForIntent', { intent: 'chat' }))?.userId).toBe(BOB);
  });

  const choices: [string, Record<string, string>][] = [
    ['nothing', {}],
    ['an account that is not there', { chat: '999' }],
    ['an intent that was not asked for', { other: BOB }],
  ];
  it.each(choices)(
    'with %s chosen leaves the intent to nobody, and the grant waits for it',
    async (_name, intents) => {
      const world = await twoAccounts();
      const bot = await met(world);
      const pairing = bot.request('pair', { wants: [{ intent: 'chat', scopes: [['chat:read']] }] });
      await click(world, 'always', intents);
      expect(resultOf(await pairing).users).toEqual([]);
      expect(resultOf(await bot.request('getAccessTokenForIntent', { intent: 'chat' }))).toBeNull();
      await world.vault.actions['account.setIntents'].run({ userId: ALICE, intents: ['chat'] });
      expect(resultOf(await bot.request('getAccessTokenForIntent', { intent: 'chat' }))?.userId).toBe(ALICE);
    },
  );

  it('does not take an intent from the account that has it', async () => {
    const world = await twoAccounts();
    await world.vault.actions['account.setIntents'].run({ userId: ALICE, intents: ['chat'] });
    const bot = await met(world);
    const pairing = bot.request('pair', { wants: [{ intent: 'chat' }] });
    await click(world, 'always', { chat: BOB });
    expect(resultOf(await pairing).users).toMatchObject([{ userId: ALICE }]);
  });

  it('does not take it either when it was given out while the window was open', async () => {
    const world = await twoAccounts();
    const bot = await met(world);
    const pairing = bot.request('pair', { wants: [{ intent: 'chat' }] });
    await world.time.settle();
    await world.vault.actions['account.setIntents'].run({ userId: ALICE, intents: ['chat'] });
    await click(world, 'always', { chat: BOB });
    expect(resultOf(await pairing).users).toMatchObject([{ userId: ALICE, intents: ['chat'] }]);
  });

  it('leaves out a user nobody here is, without saying so to the bot', async () => {
    const world = await twoAccounts();
    const bot = await met(world);
    const pairing = bot.request('pair', { wants: [{ user: '99999', scopes: [['chat:read']] }] });
    await world.time.settle();
    expect(world.approval.current?.wants).toEqual([]);
    await click(world, 'always');
    expect(resultOf(await pairing).users).toEqual([]);
    expect(world.view().bots[0]?.grants).toEqual([]);
  });

  it('with “once” leaves a known bot with one answer to come', async () => {
    const world = await twoAccounts();
    const bot = await pairBot(world, [{ user: ALICE, scopes: [['chat:read']] }], 'once');
    expect(world.view().bots[0]?.grants).toEqual([]);
    const never = { user: ALICE, interactive: 'never' } as const;
    expect(resultOf(await bot.request('getAccessTokenForUser', never))?.userId).toBe(ALICE);
    expect(reasonOf(await bot.request('getAccessTokenForUser', never))).toBe('denied');
  });

  it('denied is remembered for that program for 10 minutes, whatever key or connection it comes with', async () => {
    const world = await twoAccounts();
    const bot = await met(world);
    const pairing = bot.request('pair', {});
    await click(world, 'deny');
    expect(reasonOf(await pairing)).toBe('denied');
    expect(reasonOf(await (await met(world)).request('pair', {}))).toBe('denied');
    expect(world.approval.current).toBeNull();
    void (await met(world, 'chat-bot', { ...FACTS, script: '/home/s/other.js' })).request('pair', {});
    await world.time.settle();
    expect(world.approval.current?.facts.script).toBe('/home/s/other.js');
  });

  it('may be tried again on the same connection, and has 10 s for it', async () => {
    const world = await twoAccounts();
    const bot = await met(world);
    const pairing = bot.request('pair', {});
    await world.time.pass(60 * SECOND);
    expect([reasonOf(await pairing), bot.closed]).toEqual(['approval-timeout', false]);
    const again = bot.request('pair', {});
    await click(world, 'always');
    expect(resultOf(await again).keyId).toBeTruthy();
  });

  it('is not possible while locked', async () => {
    const world = await twoAccounts();
    await world.vault.actions['vault.lock'].run();
    expect(reasonOf(await (await met(world)).request('pair', {}))).toBe('locked');
  });

  const bad: [string, object][] = [
    ['a want for a user and an intent', { wants: [{ user: ALICE, intent: 'chat' }] }],
    ['a want for neither', { wants: [{}] }],
    ['21 wants', { wants: Array(21).fill({ intent: 'chat' }) }],
    ['a login instead of an ID', { wants: [{ user: 'alice' }] }],
    ['a scope with a space', { wants: [{ user: ALICE, scopes: [['a b']] }] }],
    ['scopes not in sets', { wants: [{ user: ALICE, scopes: ['chat:read'] }] }],
  ];
  it.each(bad)('refuses %s', async (_name, params) => {
    const world = await twoAccounts();
    const bot = await met(world);
    expect(reasonOf(await bot.request('pair', params))).toBe('bad-request');
    await world.time.settle();
    expect(world.approval.current).toBeNull();
  });
});
