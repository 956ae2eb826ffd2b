import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectFrom } from '../../../../clients/javascript/src/connect.ts';
import { type FakeHost, openClientFixture, temporaryFolder } from '../../../support/client-fixture.ts';

/** Listens where the vault should; notes every byte it is told. */
async function startSquatter(path: string, answer: (hello: { id: number }) => object) {
  const heard: string[] = [];
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      heard.push(chunk.toString());
      socket.write(`${JSON.stringify(answer(JSON.parse(chunk.toString().split('\n')[0] ?? '')))}\n`);
    });
  });
  server.listen(path);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { heard, sockets };
}

/** A bot that has paired with the real vault, which then is gone. */
async function pairedBot(): Promise<{ host: FakeHost; path: string; key: string }> {
  const { vault, host, connect } = await openClientFixture();
  (await connect()).close();
  const [key] = vault.keys.values();
  await vault.stop();
  return { host, path: vault.path, key: key?.toString('base64url') ?? '' };
}

const hello = (proof: unknown, nonce: unknown = 'c'.repeat(22)) => ({
  protocol: 1,
  server: { name: 'castkey', version: '1' },
  nonce,
  ...(proof === undefined ? {} : { proof }),
  paired: true,
});

describe('a program that sits on the socket of the vault', () => {
  it.each([
    ['a wrong proof', 'x'.repeat(43)],
    ['no proof', undefined],
    ['a proof of another length', 'x'],
    ['an empty proof', ''],
  ])('learns nothing but a name, a key ID and a nonce with %s', async (_, proof) => {
    const { host, path, key } = await pairedBot();
    const squatter = await startSquatter(path, ({ id }) => ({ jsonrpc: '2.0', id, result: hello(proof) }));
    await expect(connectFrom(host, { name: 'chat-bot' })).rejects.toMatchObject({
      code: proof === '' ? 'internal' : 'vault-unproven',
      retryable: false,
    });
    const [socket] = squatter.sockets;
    if (socket && !socket.destroyed) await once(socket, 'close');
    expect(squatter.heard).toHaveLength(1);
    const said = JSON.parse(squatter.heard[0] ?? '');
    expect(said).toEqual({
      jsonrpc: '2.0',
      id: 1,
      method: 'hello',
      params: {
        protocol: 1,
        client: { name: 'chat-bot', version: expect.any(String) },
        keyId: 'key-1',
        nonce: expect.stringMatching(/^[\w-]{43}$/),
      },
    });
    expect(squatter.heard.join()).not.toContain(key);
  });

  it('cannot use the proof of another connection', async () => {
    const { vault, host, connect } = await openClientFixture();
    (await connect()).close();
    let recorded: unknown;
    const { createHmac } = await import('node:crypto');
    vault.on('hello', ({ nonce }) => {
      const key = vault.keys.get('key-1') ?? Buffer.alloc(0);
      const proof = createHmac('sha256', key)
        .update(`castkey1:server:${nonce}:${'s'.repeat(22)}`)
        .digest('base64url');
      recorded ??= hello(proof, 's'.repeat(22));
      return recorded;
    });
    vault.on('authenticate', () => ({ clientId: 'c', hasClientSecret: false, users: [] }));
    (await connect()).close();
    await expect(connectFrom(host, { name: 'chat-bot' })).rejects.toMatchObject({ code: 'vault-unproven' });
    expect(vault.count('authenticate')).toBe(1);
  });

  it.each([
    ['another protocol', { ...hello('p'), protocol: 2 }, 'unsupported-protocol'],
    ['a nonce that is too short', hello('p', 'abcd'), 'internal'],
    ['a nonce with a colon in it', hello('p', `${'c'.repeat(30)}:`), 'internal'],
    ['another server', { ...hello('p'), server: { name: 'other', version: '1' } }, 'internal'],
    ['no object', 'hi', 'internal'],
  ])('is refused for %s', async (_, result, code) => {
    const { host, path } = await pairedBot();
    await startSquatter(path, ({ id }) => ({ jsonrpc: '2.0', id, result }));
    await expect(connectFrom(host, { name: 'chat-bot' })).rejects.toMatchObject({ code });
  });
});

describe('a program that makes a bot pair anew', () => {
  const keyFile = (folder: string) => join(folder, '.config/castkey-client/chat-bot.json');
  const written = async (folder: string) => JSON.parse(await readFile(keyFile(folder), 'utf8'));

  /** The vault is away, and something else knows no bot, but pairs with each. */
  async function fooled(keyId: string) {
    const fixture = await openClientFixture();
    (await fixture.connect()).close();
    const before = await written(fixture.folder);
    const real = new Map(fixture.vault.keys);
    fixture.vault.keys.clear();
    const planted = Buffer.alloc(32, 9);
    fixture.vault.on('pair', () => {
      fixture.vault.keys.set(keyId, planted);
      const welcome = { clientId: 'x', hasClientSecret: false, users: [] };
      return { keyId, key: planted.toString('base64url'), ...welcome };
    });
    (await fixture.connect()).close();
    return { ...fixture, before, real, planted: planted.toString('base64url') };
  }

  it('cannot make it forget the key it had', async () => {
    const { folder, before, planted } = await fooled('planted');
    expect(await written(folder)).toEqual({
      ...before,
      keyId: 'planted',
      key: planted,
      earlier: [{ keyId: before.keyId, key: before.key }],
    });
  });

  it.each(['planted', 'key-1'])(
    'is forgotten once the vault is back, and nobody is asked (key ID %s)',
    async (keyId) => {
      const { folder, vault, connect, before, real } = await fooled(keyId);
      vault.keys.clear();
      for (const [id, key] of real) vault.keys.set(id, key);
      const pairings = vault.count('pair');
      (await connect({ interactive: 'never' })).close();
      expect(vault.count('pair')).toBe(pairings);
      expect(await written(folder)).toEqual(before);
    },
  );

  it('cannot use the key it planted afterwards', async () => {
    const { vault, connect, real, planted } = await fooled('planted');
    vault.keys.clear();
    for (const [id, key] of real) vault.keys.set(id, key);
    (await connect()).close();
    vault.keys.clear();
    vault.keys.set('planted', Buffer.from(planted, 'base64url'));
    await expect(connect({ interactive: 'never' })).rejects.toMatchObject({ code: 'not-paired' });
  });

  it('is stopped by nothing but the streamer where a key is really gone: one pairing, all keys tried', async () => {
    const { vault, connect } = await fooled('planted');
    vault.keys.clear();
    vault.asked.length = 0;
    (await connect()).close();
    expect(vault.asked.map(({ method, params }) => [method, params.keyId])).toEqual([
      ['hello', 'planted'],
      ['hello', 'key-1'],
      ['pair', undefined],
      ['subscribe', undefined],
    ]);
  });
});

describe('no vault', () => {
  it('is told at once, as retryable', async () => {
    const folder = await temporaryFolder();
    const { host } = await openClientFixture();
    const socket = join(folder, 'nobody.sock');
    await expect(connectFrom(host, { name: 'chat-bot', socket })).rejects.toMatchObject({
      code: 'vault-not-running',
      retryable: true,
      message: expect.stringContaining('Start Castkey'),
    });
  });
});
