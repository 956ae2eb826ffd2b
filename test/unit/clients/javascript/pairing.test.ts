import { randomBytes } from 'node:crypto';
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connectFrom } from '../../../../clients/javascript/src/connect.ts';
import { nodeHost } from '../../../../clients/javascript/src/host.ts';
import { writeKeyFile } from '../../../../clients/javascript/src/key-file.ts';
import { proofOf } from '../../../../clients/javascript/src/proof.ts';
import { openClientFixture } from '../../../support/client-fixture.ts';
import { Refusal } from '../../../support/scripted-vault-fixture.ts';

const keyPath = (folder: string): string => join(folder, '.config/castkey-client/chat-bot.json');

describe('pairing', () => {
  it('pairs the first time and knows the vault the second time', async () => {
    const { vault, connect } = await openClientFixture();
    const first = await connect({ reason: 'to greet', wants: [{ user: 5, scopes: [['chat:read']] }] });
    first.close();
    await connect();
    expect(vault.asked.map(({ method }) => method)).toEqual([
      'hello',
      'pair',
      'subscribe',
      'hello',
      'authenticate',
      'subscribe',
    ]);
    expect(vault.asked[1]?.params).toEqual({
      reason: 'to greet',
      wants: [{ user: '5', scopes: [['chat:read']] }],
      timeoutMs: 108_000, // so that the answer comes before the 120 s of the call are over
    });
  });

  it('keeps the key for its owner alone: 0600 in a folder of 0700, nothing left over', async () => {
    const { folder, connect } = await openClientFixture();
    await connect();
    expect((await stat(keyPath(folder))).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, '.config/castkey-client'))).mode & 0o777).toBe(0o700);
    expect(await readdir(join(folder, '.config/castkey-client'))).toEqual(['chat-bot.json']);
  });

  it('pairs anew with a vault that no longer knows the key', async () => {
    const { folder, vault, connect } = await openClientFixture();
    (await connect()).close();
    const before = await readFile(keyPath(folder), 'utf8');
    vault.keys.clear();
    await connect();
    expect(vault.count('pair')).toBe(2);
    expect(await readFile(keyPath(folder), 'utf8')).not.toBe(before);
  });

  it('opens no window when none is allowed', async () => {
    const { vault, connect } = await openClientFixture();
    await expect(connect({ interactive: 'never' })).rejects.toMatchObject({
      code: 'not-paired',
      retryable: false,
    });
    expect(vault.count('pair')).toBe(0);
  });

  it('passes on a denial, and leaves no key and no lock', async () => {
    const { folder, vault, connect } = await openClientFixture();
    vault.on('pair', () => {
      throw new Refusal({ code: 'denied', retryable: false }, 'The streamer said no.');
    });
    await expect(connect()).rejects.toMatchObject({ code: 'denied' });
    expect(await readdir(join(folder, '.config/castkey-client'))).toEqual([]);
  });

  it('lets one of several processes of a bot pair; the others take up its key', async () => {
    const { folder, vault } = await openClientFixture();
    const host = { ...nodeHost, platform: 'linux', env: { CASTKEY_SOCKET: vault.path }, homedir: folder };
    let allow = (): void => {};
    const allowed = new Promise<void>((resolve) => {
      allow = resolve;
    });
    vault.on('pair', async () => {
      await allowed;
      vault.keys.set('key-a', Buffer.alloc(32, 7));
      const key = Buffer.alloc(32, 7).toString('base64url');
      return { keyId: 'key-a', key, clientId: 'client-1', hasClientSecret: false, users: [] };
    });
    const bots = [1, 2, 3].map(() => connectFrom(host, { name: 'chat-bot', wants: [] }));
    await vault.next('hello');
    await vault.next('hello');
    await vault.next('hello');
    allow();
    for (const bot of await Promise.all(bots)) bot.close();
    expect(vault.count('pair')).toBe(1);
    expect(vault.count('authenticate')).toBe(2);
  });

  it('takes up the key of a process that has just finished pairing', async () => {
    const { folder, vault } = await openClientFixture();
    const host = { ...nodeHost, platform: 'linux', env: { CASTKEY_SOCKET: vault.path }, homedir: folder };
    const server = { name: 'castkey', version: '1' };
    const key = Buffer.alloc(32, 7);
    vault.on('hello', async ({ keyId, nonce }) => {
      await writeKeyFile(keyPath(folder), 'chat-bot', { keyId: 'key-a', key, earlier: [] });
      const serverNonce = 'n'.repeat(22);
      const proof = keyId ? { proof: proofOf('server', key, String(nonce), serverNonce) } : {};
      return { protocol: 1, server, nonce: serverNonce, ...proof, paired: keyId === 'key-a' };
    });
    vault.on('authenticate', () => ({ clientId: 'client-1', hasClientSecret: false, users: [] }));
    (await connectFrom(host, { name: 'chat-bot', wants: [] })).close();
    expect(vault.asked.map(({ method }) => method)).toEqual(['hello', 'hello', 'authenticate', 'subscribe']);
  });

  it('takes over the lock of a process that is gone', async () => {
    const { folder, vault, connect } = await openClientFixture();
    (await connect()).close();
    vault.keys.clear();
    await writeFile(`${keyPath(folder)}.lock`, '2147483646');
    await connect();
    expect(vault.count('pair')).toBe(2);
  });
});

describe('a key file that cannot be trusted', () => {
  const good = { version: 1, name: 'chat-bot', keyId: 'k', key: randomBytes(32).toString('base64url') };

  it.each([
    ['readable by others', JSON.stringify(good), 0o644, /chmod 600/],
    ['of another bot', JSON.stringify({ ...good, name: 'Chat-Bot' }), 0o600, /belongs to the bot "Chat-Bot"/],
    ['cut off', JSON.stringify(good).slice(0, 40), 0o600, /isn't a key file/],
    ['with a short key', JSON.stringify({ ...good, key: 'YWJj' }), 0o600, /isn't a key file/],
    ['with no key', '{}', 0o600, /isn't a key file/],
    ['huge', ' '.repeat(10_000), 0o600, /isn't a key file/],
  ])('%s: is refused before the vault is called', async (_, content, mode, message) => {
    const { folder, vault, connect } = await openClientFixture();
    const keyFile = join(folder, 'key.json');
    await writeFile(keyFile, content);
    await chmod(keyFile, mode);
    await expect(connect({ keyFile })).rejects.toMatchObject({
      code: 'key-file',
      message: expect.stringMatching(message),
    });
    expect(vault.asked).toEqual([]);
  });

  it('is refused as a folder', async () => {
    const { folder, connect } = await openClientFixture();
    await expect(connect({ keyFile: folder })).rejects.toMatchObject({ code: 'key-file' });
  });

  // Where not even root can make a file.
  it.runIf(process.platform === 'linux')('is told of before the streamer is asked', async () => {
    const { vault, connect } = await openClientFixture();
    await expect(connect({ keyFile: '/proc/self/key.json' })).rejects.toMatchObject({ code: 'key-file' });
    expect(vault.count('pair')).toBe(0);
  });
});
