import { once } from 'node:events';
import { connect } from 'node:net';
import { expect } from 'vitest';
import type { WireMethod, WireMethods } from '../../../shared/protocol.ts';
import { attack } from '../../support/attack.ts';
import { ALICE } from '../../support/people.ts';
import { newNonce, proof, reasonOf, resultOf, type TestBot } from '../../support/test-bot.ts';
import { type AttackFixture, ending, isServed, openAttackFixture } from './attack-fixture.ts';

const NOTHING_OF_ACCOUNTS = /alice|1001|chat:read|zzSECRET/;
const greet = (bot: TestBot, keyId: string, more: object = {}) =>
  bot.request('hello', { protocol: 1, client: { name: 'attacker' }, keyId, nonce: newNonce(), ...more });

/** Refused, hung up on, and the streamer can read of it; the honest bot is served as ever. */
async function isTurnedAway(fixture: AttackFixture, bot: TestBot): Promise<void> {
  expect(await isServed(fixture.honest)).toBe(true);
  expect(bot.closed).toBe(true);
  expect(bot.lines.filter(({ error }) => error?.data.code === 'bad-proof')).toHaveLength(1);
  expect(JSON.stringify(bot.lines)).not.toMatch(NOTHING_OF_ACCOUNTS);
  expect(fixture.view().activity.map(({ kind }) => kind)).toContain('peer.refused');
}

attack('a key that is not the bot’s', 'bad-proof, hung up on, recorded', async () => {
  const fixture = await openAttackFixture();
  const { bot } = await fixture.dial();
  const other = { keyId: fixture.keys.keyId, key: Buffer.alloc(32, 1).toString('base64url') };
  await expect(bot.authenticate(other)).rejects.toThrow('the vault has no proof');
  await bot.request('authenticate', { proof: Buffer.alloc(32, 2).toString('base64url') });
  await isTurnedAway(fixture, bot);
});

attack('many guesses sent at once, the right one among them', 'one try a connection', async () => {
  const fixture = await openAttackFixture();
  const { bot, socket } = await fixture.dial();
  const { keyId, key } = fixture.keys;
  const nonce = newNonce();
  const met = resultOf(await greet(bot, keyId, { nonce }));
  const guesses = Array.from({ length: 100 }, (_, at) => Buffer.alloc(32, at).toString('base64url'));
  guesses.push(proof('client', key, nonce, met.nonce));
  const lines = guesses.map((guess, id) => {
    const request = { jsonrpc: '2.0', id: 100 + id, method: 'authenticate', params: { proof: guess } };
    return `${JSON.stringify(request)}\n`;
  });
  const lastSeen = (): unknown => fixture.view().bots[0]?.lastSeenAt;
  const before = lastSeen();
  await fixture.time.pass(1_000);
  const gone = ending(socket);
  bot.send(lines.join(''));
  await gone;
  expect(lastSeen()).toBe(before);
  await isTurnedAway(fixture, bot);
});

attack('a recorded handshake, played again', 'bad-proof, hung up on, recorded', async () => {
  const fixture = await openAttackFixture();
  const { bot: victim, socket } = await fixture.dial();
  const recorded: Buffer[] = [];
  const write = socket.write.bind(socket);
  socket.write = (bytes: Uint8Array | string) => {
    recorded.push(Buffer.from(bytes));
    return write(bytes);
  };
  resultOf(await victim.authenticate(fixture.keys));
  expect(recorded).toHaveLength(2);
  const { bot } = await fixture.dial();
  bot.send(Buffer.concat(recorded));
  await once(connect(fixture.path), 'connect'); // the vault has read what came before
  await isTurnedAway(fixture, bot);
});

attack('the vault’s own proof, sent back', 'bad-proof, hung up on, recorded', async () => {
  const fixture = await openAttackFixture();
  const { bot } = await fixture.dial();
  const met = resultOf(await greet(bot, fixture.keys.keyId));
  expect(met.proof).toMatch(/^[\w-]{43}$/);
  await bot.request('authenticate', { proof: met.proof ?? '' });
  await isTurnedAway(fixture, bot);
});

attack('a request before the proof', 'not-paired, whatever is asked', async () => {
  const { dial, keys } = await openAttackFixture();
  const { bot } = await dial();
  const asked: { [M in Exclude<WireMethod, 'hello' | 'authenticate' | 'pair'>]: WireMethods[M]['params'] } = {
    getAccessTokenForUser: { user: ALICE },
    getAccessTokenForIntent: { intent: 'chat' },
    getAnyAccessToken: {},
    getAppAccessToken: {},
    getCurrentScopesForUser: { user: ALICE },
    refreshAccessTokenForUser: { user: ALICE },
    refreshAccessTokenForIntent: { intent: 'chat' },
    subscribe: {},
    status: {},
  };
  const askAll = async (): Promise<void> => {
    for (const [method, params] of Object.entries(asked))
      expect([
        method,
        reasonOf(await bot.request(method as 'status', params as Record<string, never>)),
      ]).toEqual([method, 'not-paired']);
  };
  await askAll();
  await greet(bot, keys.keyId);
  await askAll();
  expect(JSON.stringify(bot.lines)).not.toMatch(NOTHING_OF_ACCOUNTS);
});

attack(
  'another version of the protocol, to weaken the handshake',
  'refused; a number hung up on',
  async () => {
    const fixture = await openAttackFixture();
    for (const protocol of [0, 2, 1.5, -1]) {
      const { bot, socket } = await fixture.dial();
      const closed = ending(socket);
      expect(reasonOf(await greet(bot, fixture.keys.keyId, { protocol }))).toBe('unsupported-protocol');
      await closed;
    }
    for (const protocol of ['1', null, [1], undefined]) {
      const { bot } = await fixture.dial();
      expect(await greet(bot, fixture.keys.keyId, { protocol })).toMatchObject({ code: -32602 });
      expect(reasonOf(await bot.request('authenticate', { proof: 'x' }))).toBe('bad-request');
      expect(JSON.stringify(bot.lines)).not.toContain('proof"');
    }
  },
);
