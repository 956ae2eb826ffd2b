import { describe, expect, it } from 'vitest';
import { openClientFixture, untilConnection, untilEvent } from '../../../support/client-fixture.ts';
import { token } from '../../../support/scripted-vault-fixture.ts';

const error = (data: unknown, message: unknown = 'no') =>
  JSON.stringify({ jsonrpc: '2.0', id: 4, error: { code: -32000, message, data } });

describe('a vault that talks nonsense', () => {
  it.each([
    ['no JSON', '{"jsonrpc":'],
    ['a bare number', '7'],
    ['null', 'null'],
    ['a batch', '[]'],
    ['another JSON-RPC', '{"jsonrpc":"1.0","id":4,"result":null}'],
    ['neither result nor error', '{"jsonrpc":"2.0","id":4}'],
    ['an ID of another type', '{"jsonrpc":"2.0","id":"4","result":null}'],
    ['an ID that is no whole number', '{"jsonrpc":"2.0","id":4.5,"result":null}'],
    ['an event without a number', '{"jsonrpc":"2.0","method":"event","params":{"type":"overflow"}}'],
    [
      'an event with a huge number',
      '{"jsonrpc":"2.0","method":"event","params":{"seq":1e300,"type":"overflow"}}',
    ],
    [
      'an event without its user',
      '{"jsonrpc":"2.0","method":"event","params":{"seq":1,"type":"account.removed"}}',
    ],
    ['a line that is too long', 'x'.repeat(65_536)],
    ['an error without an ID', '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"what?"}}'],
  ])('%s: the connection ends, and the bot calls again', async (_, line) => {
    const { vault, connect } = await openClientFixture();
    const bot = await connect();
    const back = untilConnection(bot, 'connected');
    vault.send(`${line}\n`);
    await back;
    vault.on('getAccessTokenForUser', () => token());
    expect(await bot.getAccessTokenForUser('1')).toEqual(token());
  });

  it('a line without an end is not gathered for ever', async () => {
    const { vault, connect } = await openClientFixture();
    const bot = await connect();
    const lost = untilConnection(bot, 'reconnecting');
    vault.send('x'.repeat(65_536));
    await lost;
  });

  it.each([
    ['an answer to nothing', '{"jsonrpc":"2.0","id":999,"result":{}}'],
    ['an error to nothing', '{"jsonrpc":"2.0","id":999,"error":{"code":1,"message":""}}'],
    ['an unknown event', '{"jsonrpc":"2.0","method":"event","params":{"seq":1,"type":"sun.rose"}}'],
    [
      'an event named like a method of objects',
      '{"jsonrpc":"2.0","method":"event","params":{"type":"toString"}}',
    ],
    ['an unknown notification', '{"jsonrpc":"2.0","method":"dance","params":[]}'],
  ])('%s is ignored', async (_, line) => {
    const { vault, connect } = await openClientFixture();
    const bot = await connect();
    const heard = untilEvent(bot);
    vault.send(`${line}\n`);
    vault.emit({ type: 'vault.unlocked' });
    await heard;
    expect(vault.count('hello')).toBe(1);
  });

  it.each([
    ['a token that is no object', 'abc'],
    ['no access token', { ...token(), accessToken: undefined }],
    ['an empty access token', { ...token(), accessToken: '' }],
    ['an endless access token', { ...token(), accessToken: 'x'.repeat(5000) }],
    ['no scopes', { ...token(), scope: 'chat:read' }],
    ['scopes that are no texts', { ...token(), scope: [1] }],
    ['a negative time', { ...token(), expiresIn: -1 }],
    ['a huge time', { ...token(), expiresIn: Number.MAX_SAFE_INTEGER }],
    ['a huge date', { ...token(), obtainmentTimestamp: 1e300 }],
    ['a time as text', { ...token(), expiresIn: '14400' }],
    ['no user', { ...token(), userId: undefined }],
  ])('%s: that call fails and no other', async (_, result) => {
    const { vault, connect } = await openClientFixture();
    const bot = await connect();
    vault.on('getAccessTokenForUser', () => result);
    await expect(bot.getAccessTokenForUser('1')).rejects.toMatchObject({ code: 'internal' });
    vault.on('getAccessTokenForUser', () => token());
    expect(await bot.getAccessTokenForUser('1')).toEqual(token());
    expect(vault.count('hello')).toBe(1);
  });

  it.each([
    ['no data', error(undefined), { code: 'bad-request', retryable: false }],
    ['an unknown code', error({ code: 'new-one', retryable: true }), { code: 'internal', retryable: true }],
    ['a code of another type', error({ code: 7 }), { code: 'internal', retryable: false }],
    ['data that is a text', error('denied'), { code: 'bad-request' }],
    ['a message that is no text', error({ code: 'denied' }, 5), { code: 'denied', retryable: false }],
    ['a negative wait', error({ code: 'busy', retryAfterMs: -5 }), { code: 'busy', retryAfterMs: undefined }],
    [
      'missing scopes that are no list',
      error({ code: 'busy', missing: 'x' }),
      { code: 'busy', missing: undefined },
    ],
  ])('an error with %s is still that error', async (_, line, expected) => {
    const { vault, connect } = await openClientFixture();
    const bot = await connect();
    vault.on('getAccessTokenForUser', () => {
      vault.send(`${line}\n`);
      return new Promise(() => {});
    });
    await expect(bot.getAccessTokenForUser('1')).rejects.toMatchObject(expected);
  });

  it('takes a message in pieces, and several at once', async () => {
    const { vault, connect } = await openClientFixture();
    const bot = await connect();
    const seen: string[] = [];
    const both = new Promise<void>((resolve) => {
      bot.onEvent(({ type }) => seen.push(type) === 2 && resolve());
    });
    const line = (seq: number, type: string) =>
      `${JSON.stringify({ jsonrpc: '2.0', method: 'event', params: { seq, type } })}\n`;
    const text = line(1, 'vault.locked') + line(2, 'vault.unlocked');
    vault.send(text.slice(0, 20));
    vault.send(text.slice(20));
    await both;
    expect(seen).toEqual(['vault.locked', 'vault.unlocked']);
  });

  it('is not sent a request that is too long', async () => {
    const { vault, connect } = await openClientFixture();
    const bot = await connect();
    await expect(bot.getAccessTokenForUser('1', ['x'.repeat(70_000)])).rejects.toMatchObject({
      code: 'too-large',
    });
    expect(vault.asked.at(-1)?.method).toBe('subscribe');
  });
});
