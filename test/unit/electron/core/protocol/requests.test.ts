import { describe, expect, it } from 'vitest';
import { HOUR } from '../../../../support/fake-time.ts';
import { ALICE } from '../../../../support/people.ts';
import { newNonce, reasonOf, resultOf, type TestBot } from '../../../../support/test-bot.ts';
import {
  type PairedBot,
  pairBot,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

async function served(): Promise<{ fixture: VaultFixture; bot: PairedBot }> {
  const fixture = await vaultFixtureWithAlice();
  return { fixture, bot: await pairBot(fixture) };
}
const status = (id: unknown, more: object = {}): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method: 'status', ...more });
/** The last line the bot got, once all is quiet. */
async function said(fixture: VaultFixture, bot: TestBot) {
  await fixture.time.settle();
  return bot.lines.at(-1);
}
const paddedTo = (bytes: number): string => {
  const bare = status(1, { params: { pad: '' } });
  return `${status(1, { params: { pad: 'x'.repeat(bytes - bare.length - 1) } })}\n`;
};

describe('a line', () => {
  const bad: [string, string, number, string][] = [
    ['that is no JSON', '{"jsonrpc":', -32700, 'bad-request'],
    ['that is empty', '', -32700, 'bad-request'],
    ['that is a list', `[${status(1)}]`, -32600, 'bad-request'],
    ['that is null', 'null', -32600, 'bad-request'],
    ['without jsonrpc', '{"id":1,"method":"status"}', -32600, 'bad-request'],
    ['without id', '{"jsonrpc":"2.0","method":"status"}', -32600, 'bad-request'],
    ['with null as id', status(null), -32600, 'bad-request'],
    ['with an object as id', status({}), -32600, 'bad-request'],
    ['with an endless id', status('x'.repeat(101)), -32600, 'bad-request'],
    ['with an unknown method', '{"jsonrpc":"2.0","id":1,"method":"getRefreshToken"}', -32601, 'bad-request'],
    ['with a method of Object', '{"jsonrpc":"2.0","id":1,"method":"constructor"}', -32601, 'bad-request'],
    ['with params of another shape', status(1, { params: [1] }), -32602, 'bad-request'],
    ['with params null', status(1, { params: null }), -32602, 'bad-request'],
  ];
  it.each(bad)('%s is refused, and the connection goes on', async (_name, line, rpcCode, code) => {
    const { fixture, bot } = await served();
    bot.send(`${line}\n`);
    expect((await said(fixture, bot))?.error).toMatchObject({
      code: rpcCode,
      data: { code, retryable: false },
    });
    expect(resultOf(await bot.request('status', {})).users).toHaveLength(1);
  });

  it('without params is as good as one with none', async () => {
    const { fixture, bot } = await served();
    bot.send(`${status('a')}\n`);
    expect(await said(fixture, bot)).toMatchObject({ id: 'a', result: { locked: false } });
  });

  it('may have fields nobody knows', async () => {
    const { fixture, bot } = await served();
    bot.send(`${status(0, { params: { later: true }, trace: 'x' })}\n`);
    expect(await said(fixture, bot)).toMatchObject({ id: 0, result: {} });
  });

  it('may have 64 KiB with its newline, not one byte more', async () => {
    const { fixture, bot } = await served();
    expect(Buffer.byteLength(paddedTo(65_536))).toBe(65_536);
    bot.send(paddedTo(65_536));
    expect(await said(fixture, bot)).toMatchObject({ id: 1, result: {} });
    bot.send(paddedTo(65_537));
    expect((await said(fixture, bot))?.error?.data.code).toBe('too-large');
    expect(bot.closed).toBe(true);
  });

  it('that never ends is cut off at 64 KiB', async () => {
    const { fixture, bot } = await served();
    for (let part = 0; part < 63; part += 1) bot.send('x'.repeat(1024));
    await fixture.time.settle();
    expect(bot.closed).toBe(false);
    bot.send('x'.repeat(1024));
    expect((await said(fixture, bot))?.error?.data.code).toBe('too-large');
    expect(bot.closed).toBe(true);
  });

  it('may come in pieces, cut within a character, and with others in one piece', async () => {
    const { fixture, bot } = await served();
    const bytes = Buffer.from(`${status(7, { params: { pad: 'ü€😀' } })}\n${status(8)}\n`);
    for (const byte of bytes.subarray(0, 60)) bot.send(Uint8Array.of(byte));
    bot.send(bytes.subarray(60));
    await fixture.time.settle();
    expect(bot.lines.slice(-2).map(({ id, result }) => [id, result !== undefined])).toEqual([
      [7, true],
      [8, true],
    ]);
  });

  const invalid: [string, number[]][] = [
    ['a stray continuation byte', [0x80]],
    ['half a character', [0xe2, 0x82]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
  ];
  it.each(invalid)('with %s is no UTF-8 and ends the connection', async (_name, bytes) => {
    const { fixture, bot } = await served();
    bot.send(Uint8Array.from([0x22, ...bytes, 0x22, 0x0a]));
    expect((await said(fixture, bot))?.error?.data.code).toBe('bad-request');
    expect(bot.closed).toBe(true);
  });
});

describe('parameters', () => {
  const bad: [string, object][] = [
    ['a login instead of an ID', { user: 'alice' }],
    ['a number as user', { user: 1001 }],
    ['no user', {}],
    ['minValidity below zero', { user: ALICE, minValidity: -1 }],
    ['timeoutMs zero', { user: ALICE, timeoutMs: 0 }],
    ['another interactive', { user: ALICE, interactive: 'maybe' }],
    ['a scope with a line break', { user: ALICE, scopeSets: [['a\nb']] }],
    ['101 scope sets', { user: ALICE, scopeSets: Array(101).fill(['a']) }],
  ];
  it.each(bad)('refuses %s', async (_name, params) => {
    const { fixture, bot } = await served();
    const answer = await bot.request('getAccessTokenForUser', params as { user: string });
    expect(answer).toMatchObject({ code: -32602, data: { code: 'bad-request' } });
    expect(fixture.approval.current).toBeNull();
  });
});

describe('an answer', () => {
  it('that would be longer than a line is told to be, and the connection goes on', async () => {
    const { fixture, bot } = await served();
    const intents = Array.from({ length: 1_200 }, (_, at) => `job ${at}`.padEnd(60, '€'));
    await fixture.vault.actions['account.setIntents'].run({ userId: ALICE, intents });
    bot.send(`${status('long')}\n`);
    expect(await said(fixture, bot)).toEqual({
      jsonrpc: '2.0',
      id: 'long',
      error: {
        code: -32000,
        message: expect.stringContaining('64 KiB'),
        data: { code: 'too-large', retryable: false },
      },
    });
    await fixture.vault.actions['account.setIntents'].run({ userId: ALICE, intents: intents.slice(0, 20) });
    expect(resultOf(await bot.request('status', {})).users[0]?.intents).toHaveLength(20);
  });
});

describe('requests in flight', () => {
  it('are answered as they finish, in any order', async () => {
    const { fixture, bot } = await served();
    fixture.time.sleep(5 * HOUR);
    const release = fixture.twitch.hold('refresh');
    const slow = bot.request('getAccessTokenForUser', { user: ALICE });
    expect(resultOf(await bot.request('status', {})).locked).toBe(false);
    release();
    expect(resultOf(await slow)?.version).toBe(2);
  });

  it('may not share an id', async () => {
    const { fixture, bot } = await served();
    fixture.twitch.hold('refresh');
    const line = JSON.stringify({
      jsonrpc: '2.0',
      id: 'same',
      method: 'refreshAccessTokenForUser',
      params: { user: ALICE },
    });
    bot.send(`${line}\n${line}\n`);
    expect(await said(fixture, bot)).toMatchObject({
      id: 'same',
      error: { code: -32600, data: { code: 'bad-request' } },
    });
  });

  it('are 256 at most on a connection', async () => {
    const { fixture, bot } = await served();
    const release = fixture.twitch.hold('refresh');
    const asked = Array.from({ length: 257 }, () =>
      bot.request('refreshAccessTokenForUser', { user: ALICE }),
    );
    expect(reasonOf((await asked.at(-1)) ?? { result: null })).toBe('busy');
    release();
    expect(new Set((await Promise.all(asked.slice(0, 256))).map(reasonOf))).toEqual(new Set(['no error']));
    expect(fixture.twitch.count('refresh')).toBe(1);
  });

  it('are told when Castkey closes', async () => {
    const { fixture, bot } = await served();
    const stranger = await pairBot(fixture, [], 'always', 'other');
    const waiting = [
      stranger.request('getAccessTokenForUser', { user: ALICE }),
      bot.request('getAccessTokenForUser', { user: ALICE, scopeSets: [['chat:edit']] }),
    ];
    await fixture.time.settle();
    fixture.twitch.hold('validate');
    const stopping = fixture.vault.stop();
    await fixture.time.settle();
    await stopping;
    expect((await Promise.all(waiting)).map(reasonOf)).toEqual(['shutting-down', 'shutting-down']);
    expect([bot.closed, stranger.closed, fixture.approval.current, fixture.signIn.current]).toEqual([
      true,
      true,
      null,
      null,
    ]);
  });
});

describe('connections', () => {
  it('that come once Castkey closes are told so, and not served', async () => {
    const { fixture } = await served();
    const stopping = fixture.vault.stop();
    const late = fixture.connect();
    await stopping;
    expect([late.closed, fixture.connect().closed]).toEqual([true, true]);
    expect(late.lines).toMatchObject([{ error: { data: { code: 'shutting-down' } } }]);
  });

  it('are 16 a bot at most; one that goes makes room', async () => {
    const { fixture, bot } = await served();
    const more = Array.from({ length: 15 }, () => fixture.connect());
    for (const one of more) expect(reasonOf(await one.authenticate(bot.keys))).toBe('no error');
    expect(reasonOf(await fixture.connect().authenticate(bot.keys))).toBe('busy');
    more[0]?.hangUp();
    expect(reasonOf(await fixture.connect().authenticate(bot.keys))).toBe('no error');
    expect(fixture.view().bots[0]?.connections).toBe(16);
  });

  it('are 128 in all; the next one is told why and closed', async () => {
    const { fixture } = await served();
    const strangers = Array.from({ length: 127 }, () => fixture.connect());
    const late = fixture.connect();
    await fixture.time.settle();
    expect(late.lines).toMatchObject([
      { id: null, error: { code: -32000, data: { code: 'busy', retryable: true } } },
    ]);
    expect(late.closed).toBe(true);
    strangers[0]?.hangUp();
    const next = fixture.connect();
    await next.request('hello', { protocol: 1, client: { name: 'b' }, nonce: newNonce() });
    expect(next.lines[0]?.result).toMatchObject({ paired: false });
  });

  it('show a bot only what it may see', async () => {
    const { fixture, bot } = await served();
    const stranger = await pairBot(fixture, [], 'always', 'other');
    expect(resultOf(await stranger.request('status', {})).users).toEqual([]);
    expect(resultOf(await stranger.request('getCurrentScopesForUser', { user: ALICE }))).toEqual([]);
    expect(resultOf(await bot.request('getCurrentScopesForUser', { user: ALICE }))).toEqual(['chat:read']);
    expect(reasonOf(await stranger.request('getAnyAccessToken', { user: ALICE }))).toBe('denied');
  });
});
