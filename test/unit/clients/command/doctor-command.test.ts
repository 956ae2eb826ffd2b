import { chmod, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { run } from '../../../../clients/command/run.ts';
import { VERSION } from '../../../../clients/javascript/src/version.ts';
import { type ClientFixture, temporaryFolder } from '../../../support/client-fixture.ts';
import { type DoctorFixture, openDoctorFixture, server, vault } from '../../../support/doctor-fixture.ts';
import { ann, terminal } from '../../../support/terminal-fixture.ts';

describe('castkey doctor', () => {
  let fixture: ClientFixture;
  let examine: DoctorFixture['examine'];
  beforeEach(async () => {
    ({ fixture, examine } = await openDoctorFixture());
  });

  it('finds nothing wrong where all is well', async () => {
    const found = await examine();
    expect(found.all.map(({ check, state }) => `${check} ${state}`)).toEqual([
      'versions ok',
      'path ok',
      'folder ok',
      'socket ok',
      'others ok',
      'key ok',
      'answer ok',
      'keychain ok',
      'app ok',
      'accounts ok',
      'twitch ok',
      'clock ok',
    ]);
  });

  it('tells people what to do', async () => {
    await fixture.vault.stop();
    const io = terminal(fixture, {
      visit: async () => ({ kind: 'failure', sent: false, cause: 'ENOTFOUND' }),
    });
    expect(await run(['doctor'], io)).toBe(1);
    expect(io.printed.out).toMatch(/BAD {3}socket .*\n +do: Start Castkey/);
  });

  it('notes an unpaired bot, and opens no window', async () => {
    const found = await examine({ pair: false });
    expect(found('key')).toMatchObject({ state: 'note', advice: "castkey pair --name 'castkey-cli'" });
    expect(found('answer')).toMatchObject({ state: 'note' });
    expect(fixture.vault.count('pair')).toBe(0);
  });

  it('stops at a path that cannot be', async () => {
    const found = await examine({ args: ['--socket', `/${'x'.repeat(200)}`] });
    expect(found.all.map(({ check, state }) => `${check} ${state}`)).toEqual(['versions ok', 'path bad']);
  });

  describe('finds about the socket', () => {
    it('a file in its place', async () => {
      const path = join(fixture.folder, 'file');
      await writeFile(path, '');
      expect((await examine({ args: ['--socket', path] }))('socket')).toMatchObject({
        state: 'bad',
        what: `${path} is no socket`,
      });
    });

    it('one that was left behind', async () => {
      const path = join(fixture.folder, 'old.sock');
      const { spawnSync } = await import('node:child_process');
      const script = `require('net').createServer().listen('${path}', () => process.kill(process.pid, 'SIGKILL'))`;
      spawnSync(process.execPath, ['-e', script]);
      await chmod(path, 0o600);
      expect((await stat(path)).isSocket()).toBe(true);
      const found = await examine({ args: ['--socket', path] });
      expect(found('socket')).toMatchObject({ state: 'bad', advice: expect.stringContaining('clears') });
    });

    it('permissions that let others in', async () => {
      await chmod(fixture.vault.path, 0o666);
      const found = await examine();
      expect(found('socket')).toMatchObject({ state: 'bad', advice: `chmod 600 '${fixture.vault.path}'` });
    });

    it.each([
      [0o755, 'ok'],
      [0o777, 'bad'],
    ])('a chosen folder of mode %i is %s', async (mode, state) => {
      await chmod(fixture.folder, mode);
      expect((await examine())('folder')).toMatchObject({ state });
    });

    it('a folder of its own that others can look into', async () => {
      Object.assign(fixture.host.env, { CASTKEY_SOCKET: '', CASTKEY_HOME: fixture.folder });
      await chmod(fixture.folder, 0o755);
      expect((await examine())('folder')).toMatchObject({
        state: 'bad',
        advice: `chmod 700 '${fixture.folder}'`,
      });
    });

    it('a vault at another place, where none is here', async () => {
      const elsewhere = await listenIn(join(fixture.folder, '.config/Castkey'));
      await fixture.vault.stop();
      const found = await examine({ pair: false });
      expect(found('others')).toMatchObject({
        state: 'bad',
        advice: expect.stringContaining(`CASTKEY_SOCKET=${elsewhere}`),
      });
    });

    it('two vaults', async () => {
      const runtime = await temporaryFolder();
      Object.assign(fixture.host.env, { XDG_RUNTIME_DIR: runtime });
      const second = await listenIn(join(runtime, 'castkey'));
      expect((await examine())('others')).toMatchObject({
        state: 'note',
        what: `another vault listens at ${second}`,
      });
    });

    it.each([
      ['open to others', 0o777, 'mode 777'],
      ['open to read', 0o755, 'mode 755'],
    ])('a runtime folder that is %s, and a vault that listens there all the same', async (_, mode, why) => {
      const runtime = await temporaryFolder();
      Object.assign(fixture.host.env, { CASTKEY_SOCKET: '', XDG_RUNTIME_DIR: runtime });
      const elsewhere = await listenIn(join(runtime, 'castkey'));
      await chmod(runtime, mode);
      const found = await examine({ pair: false });
      expect(found('path')?.what).toBe(`${fixture.folder}/.config/Castkey/castkey.sock (from profile)`);
      expect(found('runtime')).toMatchObject({ state: 'note', what: expect.stringContaining(why) });
      const advice = expect.stringContaining(`set CASTKEY_SOCKET=${elsewhere} for the bot`);
      for (const check of ['folder', 'socket', 'others'])
        expect(found(check)).toMatchObject({ state: 'bad', advice });
    });

    async function listenIn(folder: string): Promise<string> {
      await mkdir(folder, { recursive: true });
      const path = join(folder, 'castkey.sock');
      await listen(createServer(), path);
      return path;
    }
  });

  function listen(squatter: Server, path: string): Promise<void> {
    onTestFinished(() => void squatter.close());
    return new Promise((resolve) => squatter.listen(path, resolve));
  }

  it.each([
    ['talks no protocol of ours', 'hello world\n'],
    ['claims to know the key', undefined],
  ])('finds a program on the socket that %s', async (_, text) => {
    await run(['pair'], terminal(fixture));
    await fixture.vault.stop();
    const squatter = createServer((socket) => {
      socket.on('error', () => {});
      const nonce = 'c'.repeat(22);
      const proof = 'x'.repeat(43);
      const hello = { jsonrpc: '2.0', id: 1, result: { protocol: 1, server, nonce, proof, paired: true } };
      socket.once('data', () => socket.write(text ?? `${JSON.stringify(hello)}\n`));
    });
    await listen(squatter, fixture.vault.path);
    await chmod(fixture.vault.path, 0o600);
    const found = await examine({ pair: false });
    expect(found('answer')).toMatchObject({ state: 'bad', advice: expect.stringContaining('lsof') });
    expect(found('socket')?.state).toBe('ok');
  });

  it('finds a key that others can read, and says how to mend it', async () => {
    await run(['pair'], terminal(fixture));
    const path = join(fixture.folder, '.config/castkey-client/castkey-cli.json');
    await chmod(path, 0o644);
    expect((await examine({ pair: false }))('key')).toMatchObject({
      state: 'bad',
      what: expect.stringContaining('chmod 600'),
    });
    await rm(path);
  });

  it('notes another version, and finds a locked vault', async () => {
    fixture.vault.on('status', () => ({ server: { ...server, version: '9.9.9' }, locked: false, users: [] }));
    expect((await examine())('answer')).toMatchObject({
      state: 'note',
      what: expect.stringContaining(`this is castkey ${VERSION}`),
    });
    fixture.vault.on('status', () => ({ server, locked: true, users: [] }));
    expect((await examine())('answer')).toMatchObject({
      state: 'bad',
      advice: 'Castkey’s window says how to unlock it.',
    });
  });

  it.each([
    ['logins in memory only', { ...vault, protection: 'none' }, [], 'keychain', 'note', 'passphrase'],
    ['a weak keychain', { ...vault, protection: 'weak' }, [], 'keychain', 'note', 'passphrase'],
    ['no application', { ...vault, app: null }, [], 'app', 'bad', 'client ID'],
    [
      'a wrong application',
      vault,
      [{ ...ann, expiresAt: null, state: 'setup' }],
      'accounts',
      'bad',
      'Confidential',
    ],
    [
      'a lost login',
      vault,
      [{ ...ann, expiresAt: null, state: 'needs-sign-in' }],
      'accounts',
      'bad',
      'Sign in again',
    ],
    ['no account', vault, [], 'accounts', 'note', 'allow it'],
    ['a stand-in nobody asked for', { ...vault, twitch: 'stand-in' }, [], 'twitch', 'note', 'CASTKEY_TWITCH'],
  ])('finds %s', async (_, facts, users, check, state, advice) => {
    fixture.vault.on('status', () => ({ server, locked: false, vault: facts, users }));
    expect((await examine())(check)).toMatchObject({ state, advice: expect.stringContaining(advice) });
  });
});
