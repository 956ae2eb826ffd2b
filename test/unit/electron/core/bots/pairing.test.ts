import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../../support/fake-time.ts';
import { pictureOf } from '../../../../support/fake-windows.ts';
import { ALICE, BOB } from '../../../../support/people.ts';
import { LOCAL_PEER, newNonce, reasonOf, resultOf, type TestBot } from '../../../../support/test-bot.ts';
import {
  click,
  pairBot,
  signInAs,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

async function met(fixture: VaultFixture, name = 'chat-bot', peer = LOCAL_PEER): Promise<TestBot> {
  const bot = fixture.connect(peer);
  await bot.request('hello', { protocol: 1, client: { name }, nonce: newNonce() });
  return bot;
}
async function twoAccounts(): Promise<VaultFixture> {
  const fixture = await vaultFixtureWithAlice();
  await signInAs(fixture, BOB);
  return fixture;
}

describe('pairing', () => {
  it('asks the streamer once, showing the claim, the facts and every want', async () => {
    const fixture = await twoAccounts();
    const bot = await met(fixture);
    const scopes = [['chat:read'], ['chat:edit', 'user:write:chat']];
    void bot.request('pair', {
      reason: 'I greet\nviewers',
      wants: [
        { user: ALICE, scopes },
        { intent: 'chat', scopes: [['bits:read']] },
      ],
    });
    await fixture.time.settle();
    expect(fixture.approval.current).toMatchObject({
      kind: 'pair',
      claimedName: 'chat-bot',
      reason: 'I greet viewers',
      peer: { program: '/usr/bin/node', script: '/home/s/bot.js' },
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
    const fixture = await twoAccounts();
    const bot = await pairBot(fixture);
    expect(Buffer.from(bot.keys.key, 'base64url')).toHaveLength(32);
    expect(fixture.documents.files.get('bots')).toContain('sealedKey');
    expect(fixture.documents.files.get('bots')).not.toContain(bot.keys.key);
    expect(resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }))?.userId).toBe(ALICE);
    expect(reasonOf(await fixture.connect().authenticate(bot.keys))).toBe('no error');
    expect(fixture.view().bots).toMatchObject([
      { name: 'bot', program: '/usr/bin/node', script: '/home/s/bot.js', connections: 2 },
    ]);
  });

  it('is durable before the bot has its key', async () => {
    const fixture = await twoAccounts();
    const bot = await met(fixture);
    const pairing = bot.request('pair', {});
    await fixture.time.pass(1_500);
    const release = fixture.documents.hold();
    fixture.vault.actions['approval.decide'].run({ ...pictureOf(fixture.approval), decision: 'always' });
    await fixture.time.settle();
    expect(bot.lines).toHaveLength(1);
    release();
    expect(resultOf(await pairing).keyId).toBe(fixture.view().bots[0]?.keyId);
  });

  it('gives no key once Castkey is locked, though she said yes before', async () => {
    const fixture = await twoAccounts();
    const bot = await met(fixture);
    const pairing = bot.request('pair', {});
    await fixture.time.pass(1_500);
    const release = fixture.documents.hold();
    await fixture.vault.actions['approval.decide'].run({
      ...pictureOf(fixture.approval),
      decision: 'always',
    });
    await fixture.time.settle();
    await fixture.vault.actions['vault.lock'].run();
    release();
    expect(reasonOf(await pairing)).toBe('locked');
    expect(fixture.view().bots).toEqual([]);
  });

  it('that the disk refuses is no pairing', async () => {
    const fixture = await twoAccounts();
    const bot = await met(fixture);
    const pairing = bot.request('pair', {});
    fixture.documents.fault = 'refuse';
    await click(fixture, 'always');
    expect(reasonOf(await pairing)).toBe('internal');
    expect(fixture.view().bots).toEqual([]);
  });

  it('gives an unassigned intent to the account the streamer chose', async () => {
    const fixture = await twoAccounts();
    const bot = await met(fixture);
    const pairing = bot.request('pair', { wants: [{ intent: 'chat', scopes: [['chat:read']] }] });
    await click(fixture, 'always', { chat: BOB });
    expect(resultOf(await pairing).users).toMatchObject([{ userId: BOB, intents: ['chat'] }]);
    expect(fixture.account(BOB).intents).toEqual(['chat']);
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
      const fixture = await twoAccounts();
      const bot = await met(fixture);
      const pairing = bot.request('pair', { wants: [{ intent: 'chat', scopes: [['chat:read']] }] });
      await click(fixture, 'always', intents);
      expect(resultOf(await pairing).users).toEqual([]);
      expect(resultOf(await bot.request('getAccessTokenForIntent', { intent: 'chat' }))).toBeNull();
      await fixture.vault.actions['account.setIntents'].run({ userId: ALICE, intents: ['chat'] });
      expect(resultOf(await bot.request('getAccessTokenForIntent', { intent: 'chat' }))?.userId).toBe(ALICE);
    },
  );

  it('does not take an intent from the account that has it', async () => {
    const fixture = await twoAccounts();
    await fixture.vault.actions['account.setIntents'].run({ userId: ALICE, intents: ['chat'] });
    const bot = await met(fixture);
    const pairing = bot.request('pair', { wants: [{ intent: 'chat' }] });
    await click(fixture, 'always', { chat: BOB });
    expect(resultOf(await pairing).users).toMatchObject([{ userId: ALICE }]);
  });

  it('does not take it either when it was given out while the window was open', async () => {
    const fixture = await twoAccounts();
    const bot = await met(fixture);
    const pairing = bot.request('pair', { wants: [{ intent: 'chat' }] });
    await fixture.time.settle();
    await fixture.time.pass(1_500);
    await fixture.vault.actions['account.setIntents'].run({ userId: ALICE, intents: ['chat'] });
    const answer = { ...pictureOf(fixture.approval), decision: 'always', intents: { chat: BOB } } as const;
    expect(await fixture.vault.actions['approval.decide'].run(answer)).toMatchObject({ ok: false });
    expect(fixture.approval.current?.wants).toMatchObject([{ account: { userId: ALICE } }]);
    await click(fixture, 'always', { chat: BOB });
    expect(resultOf(await pairing).users).toMatchObject([{ userId: ALICE, intents: ['chat'] }]);
  });

  it('gives nothing of a user nobody here is, and tells the streamer, not the bot', async () => {
    const fixture = await twoAccounts();
    const bot = await met(fixture);
    const pairing = bot.request('pair', { wants: [{ user: '99999', scopes: [['chat:read']] }] });
    await fixture.time.settle();
    expect(fixture.approval.current?.wants).toMatchObject([{ absentUser: '99999', granted: [] }]);
    await click(fixture, 'always');
    expect(resultOf(await pairing).users).toEqual([]);
    expect(fixture.view().bots[0]?.grants).toEqual([]);
  });

  it('with “once” leaves a known bot with one answer to come', async () => {
    const fixture = await twoAccounts();
    const bot = await pairBot(fixture, [{ user: ALICE, scopes: [['chat:read']] }], 'once');
    expect(fixture.view().bots[0]?.grants).toEqual([]);
    const never = { user: ALICE, interactive: 'never' } as const;
    expect(resultOf(await bot.request('getAccessTokenForUser', never))?.userId).toBe(ALICE);
    expect(reasonOf(await bot.request('getAccessTokenForUser', never))).toBe('denied');
  });

  it('denied is remembered for that program for 10 minutes, whatever key or connection it comes with', async () => {
    const fixture = await twoAccounts();
    const bot = await met(fixture);
    const pairing = bot.request('pair', {});
    await click(fixture, 'deny');
    expect(reasonOf(await pairing)).toBe('denied');
    expect(reasonOf(await (await met(fixture)).request('pair', {}))).toBe('denied');
    expect(fixture.approval.current).toBeNull();
    void (await met(fixture, 'chat-bot', { ...LOCAL_PEER, script: '/home/s/other.js' })).request('pair', {});
    await fixture.time.settle();
    expect(fixture.approval.current?.peer.script).toBe('/home/s/other.js');
  });

  it('may be tried again on the same connection, and has 10 s for it', async () => {
    const fixture = await twoAccounts();
    const bot = await met(fixture);
    const pairing = bot.request('pair', {});
    await fixture.time.pass(60 * SECOND);
    expect([reasonOf(await pairing), bot.closed]).toEqual(['approval-timeout', false]);
    const again = bot.request('pair', {});
    await click(fixture, 'always');
    expect(resultOf(await again).keyId).toBeTruthy();
  });

  it('is not possible while locked', async () => {
    const fixture = await twoAccounts();
    await fixture.vault.actions['vault.lock'].run();
    expect(reasonOf(await (await met(fixture)).request('pair', {}))).toBe('locked');
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
    const fixture = await twoAccounts();
    const bot = await met(fixture);
    expect(reasonOf(await bot.request('pair', params))).toBe('bad-request');
    await fixture.time.settle();
    expect(fixture.approval.current).toBeNull();
  });
});
