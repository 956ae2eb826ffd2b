import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../../support/fake-time.ts';
import { ALICE } from '../../../../support/people.ts';
import { newNonce, proof, reasonOf, resultOf, type TestBot } from '../../../../support/test-bot.ts';
import {
  type PairedBot,
  pairBot,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

const hello = (bot: TestBot, more: object = {}) =>
  bot.request('hello', { protocol: 1, client: { name: 'bot' }, nonce: newNonce(), ...more });

async function known(): Promise<{ fixture: VaultFixture; keys: PairedBot['keys']; bot: TestBot }> {
  const fixture = await vaultFixtureWithAlice();
  const { keys } = await pairBot(fixture);
  return { fixture, keys, bot: fixture.connect() };
}

describe('the handshake', () => {
  it('proves both sides and tells the bot what it may see, no more', async () => {
    const { bot, keys } = await known();
    const answer = resultOf(await bot.authenticate(keys));
    expect(answer).toEqual({
      clientId: expect.stringMatching(/^clientid/),
      hasClientSecret: false,
      users: [{ userId: ALICE, login: 'alice', scope: ['chat:read'], intents: [] }],
    });
  });

  it('says nothing of accounts before the proof', async () => {
    const { bot, keys } = await known();
    await hello(bot, { keyId: keys.keyId });
    expect(JSON.stringify(bot.lines)).not.toMatch(/alice|1001|chat:read/);
  });

  it('gives a nonce of its own each time, 16 bytes at least', async () => {
    const { fixture } = await known();
    const nonces = new Set<string>();
    for (let turn = 0; turn < 5; turn += 1) nonces.add(resultOf(await hello(fixture.connect())).nonce);
    expect(nonces.size).toBe(5);
    for (const nonce of nonces) expect(Buffer.from(nonce, 'base64url').length).toBeGreaterThanOrEqual(16);
  });

  it('lets nobody in who was removed after hello', async () => {
    const { fixture, bot, keys } = await known();
    const nonce = newNonce();
    const met = resultOf(await hello(bot, { keyId: keys.keyId, nonce }));
    await fixture.vault.actions['bot.remove'].run({ keyId: keys.keyId });
    const right = { proof: proof('client', keys.key, nonce, met.nonce) };
    expect(reasonOf(await bot.request('authenticate', right))).toBe('not-paired');
    expect(JSON.stringify(bot.lines)).not.toMatch(/alice|chat:read/);
  });

  it('refuses a wrong proof, ends the connection and tells the streamer', async () => {
    const { fixture, bot, keys } = await known();
    await hello(bot, { keyId: keys.keyId });
    expect(reasonOf(await bot.request('authenticate', { proof: 'A'.repeat(43) }))).toBe('bad-proof');
    await fixture.time.settle();
    expect(bot.closed).toBe(true);
    expect(fixture.view().activity[0]).toMatchObject({ kind: 'peer.refused', bot: 'bot', ok: false });
  });

  it('refuses the vault’s own proof sent back (reflection)', async () => {
    const { bot, keys } = await known();
    const met = resultOf(await hello(bot, { keyId: keys.keyId }));
    expect(reasonOf(await bot.request('authenticate', { proof: met.proof ?? '' }))).toBe('bad-proof');
  });

  it('refuses a proof of another connection (replay)', async () => {
    const { fixture, bot, keys } = await known();
    const nonce = newNonce();
    const first = resultOf(await hello(bot, { keyId: keys.keyId, nonce }));
    const good = proof('client', keys.key, nonce, first.nonce);
    expect(reasonOf(await bot.request('authenticate', { proof: good }))).toBe('no error');
    const again = fixture.connect();
    await hello(again, { keyId: keys.keyId, nonce });
    expect(reasonOf(await again.request('authenticate', { proof: good }))).toBe('bad-proof');
  });

  it('refuses a proof with the nonces swapped or another bot’s key', async () => {
    const { fixture, keys } = await known();
    const other = await pairBot(fixture, [], 'always', 'other');
    for (const make of [
      (mine: string, theirs: string) => proof('client', keys.key, theirs, mine),
      (mine: string, theirs: string) => proof('client', other.keys.key, mine, theirs),
    ]) {
      const bot = fixture.connect();
      const nonce = newNonce();
      const met = resultOf(await hello(bot, { keyId: keys.keyId, nonce }));
      expect(reasonOf(await bot.request('authenticate', { proof: make(nonce, met.nonce) }))).toBe(
        'bad-proof',
      );
    }
  });

  it('answers an unknown key as it answers none: not paired, no proof', async () => {
    const { fixture, bot } = await known();
    const met = resultOf(await hello(bot, { keyId: 'unknown-key' }));
    expect(met).toMatchObject({ paired: false, protocol: 1, server: { name: 'castkey', version: '1.2.3' } });
    expect('proof' in met).toBe(false);
    expect(reasonOf(await bot.request('authenticate', { proof: 'x' }))).toBe('not-paired');
    expect(fixture.view().bots).toHaveLength(1);
  });

  it('comes once and first', async () => {
    const { fixture, bot, keys } = await known();
    expect(reasonOf(await bot.request('authenticate', { proof: 'x' }))).toBe('bad-request');
    expect(reasonOf(await bot.request('pair', {}))).toBe('bad-request');
    await bot.authenticate(keys);
    expect(reasonOf(await hello(bot))).toBe('bad-request');
    expect(reasonOf(await bot.request('authenticate', { proof: 'x' }))).toBe('bad-request');
    expect(reasonOf(await bot.request('pair', {}))).toBe('bad-request');
    expect(resultOf(await bot.request('status', {})).users).toHaveLength(1);
    expect(fixture.approval.current).toBeNull();
  });

  const methods = [
    ['getAccessTokenForUser', { user: ALICE }],
    ['getAccessTokenForIntent', { intent: 'chat' }],
    ['getAnyAccessToken', {}],
    ['getAppAccessToken', {}],
    ['getCurrentScopesForUser', { user: ALICE }],
    ['refreshAccessTokenForUser', { user: ALICE }],
    ['refreshAccessTokenForIntent', { intent: 'chat' }],
    ['subscribe', {}],
    ['status', {}],
  ] as const;
  it.each(methods)('comes before %s', async (method, params) => {
    const { fixture, bot, keys } = await known();
    fixture.twitch.requests.length = 0;
    expect(reasonOf(await bot.request(method, params as never))).toBe('not-paired');
    await hello(bot, { keyId: keys.keyId });
    expect(reasonOf(await bot.request(method, params as never))).toBe('not-paired');
    expect([fixture.approval.current, fixture.twitch.requests]).toEqual([null, []]);
  });

  const bad: [string, object, string][] = [
    ['another protocol', { protocol: 2 }, 'unsupported-protocol'],
    ['protocol as a text', { protocol: '1' }, 'bad-request'],
    ['a nonce of 15 bytes', { nonce: Buffer.alloc(15).toString('base64url') }, 'bad-request'],
    ['a nonce of 65 bytes', { nonce: Buffer.alloc(65).toString('base64url') }, 'bad-request'],
    ['a nonce with padding', { nonce: `${Buffer.alloc(16).toString('base64url')}==` }, 'bad-request'],
    ['no nonce', { nonce: undefined }, 'bad-request'],
    ['an empty name', { client: { name: ' ' } }, 'bad-request'],
    ['a name of two lines', { client: { name: 'a\nb' } }, 'bad-request'],
    ['a name that turns text around', { client: { name: 'a\u202eb' } }, 'bad-request'],
    ['a name of 65 characters', { client: { name: 'x'.repeat(65) } }, 'bad-request'],
    ['an application that can be none', { twitchClientId: 'https://twitch' }, 'bad-request'],
  ];
  it.each(bad)('refuses %s', async (_name, more, code) => {
    const { bot } = await known();
    expect(reasonOf(await hello(bot, more))).toBe(code);
  });

  it.each([16, 64])('takes a nonce of %i bytes', async (bytes) => {
    const { bot } = await known();
    expect(resultOf(await hello(bot, { nonce: Buffer.alloc(bytes, 7).toString('base64url') })).protocol).toBe(
      1,
    );
  });

  it('is cut off 10 s after connecting, and 10 s after hello', async () => {
    const { fixture, bot, keys } = await known();
    const slow = fixture.connect();
    await fixture.time.pass(9 * SECOND);
    await hello(slow, { keyId: keys.keyId });
    await fixture.time.pass(SECOND);
    expect([bot.closed, slow.closed]).toEqual([true, false]);
    await fixture.time.pass(9 * SECOND);
    expect(slow.closed).toBe(true);
  });

  it('once done has no deadline any more', async () => {
    const { fixture, bot, keys } = await known();
    await bot.authenticate(keys);
    await fixture.time.pass(3_600 * SECOND);
    expect(bot.closed).toBe(false);
  });
});
