import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { token } from './fake-vault.ts';
import { type Bench, setUp } from './set-up.ts';

/** The command as bot authors get it: one file, run by its shebang. */
describe('the castkey command as a program', () => {
  let folder = '';
  let castkey = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ck-cli-'));
    const root = fileURLToPath(new URL('../..', import.meta.url));
    const configFile = join(root, 'vite.config.ts');
    await build({ root, configFile, mode: 'client-cli', logLevel: 'error', build: { outDir: folder } });
    castkey = join(folder, 'cli.js');
    await chmod(castkey, 0o755);
  }, 60_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  function start({ vault, folder: home }: Bench, ...args: string[]): ChildProcess {
    const env = { PATH: process.env.PATH, HOME: home, CASTKEY_SOCKET: vault.path, XDG_CONFIG_HOME: home };
    return spawn(castkey, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  }
  async function finish(child: ChildProcess): Promise<{ code: number | null; out: string; err: string }> {
    const said = { out: '', err: '' };
    child.stdout?.on('data', (chunk) => {
      said.out += String(chunk);
    });
    child.stderr?.on('data', (chunk) => {
      said.err += String(chunk);
    });
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, ...said };
  }
  async function vaultWithToken(): Promise<Bench> {
    const bench = await setUp();
    const fresh = { obtainmentTimestamp: Date.now(), expiresIn: 14_400 };
    bench.vault.on('getAccessTokenForUser', () => token(fresh));
    return bench;
  }

  it('prints a token and ends by itself', async () => {
    const bench = await vaultWithToken();
    const { code, out, err } = await finish(start(bench, 'token', '--user', '1'));
    expect({ code, out, err }).toEqual({ code: 0, out: 'token-1\n', err: '' });
    expect((await stat(join(bench.folder, 'castkey-client/castkey-cli.json'))).mode & 0o777).toBe(0o600);
  });

  it('ends with 3 when Castkey does not run', async () => {
    const bench = await setUp();
    await bench.vault.stop();
    expect((await finish(start(bench, 'status'))).code).toBe(3);
  });

  it('runs a program with the token, and ends with its exit code', async () => {
    const script =
      'console.log(process.env.T, process.env.TWITCH_USER_ID, process.argv[1]); process.exit(42)';
    const bench = await vaultWithToken();
    const running = start(
      bench,
      'exec',
      '-u',
      '1',
      '-e',
      'T',
      '--',
      process.execPath,
      '-e',
      script,
      '--',
      '--json',
    );
    expect(await finish(running)).toEqual({ code: 42, out: 'token-1 1 --json\n', err: '' });
  });

  it('passes a signal on to the program', async () => {
    const script =
      "process.on('SIGTERM', () => process.exit(9)); console.log('up'); setInterval(() => {}, 1000)";
    const running = start(await vaultWithToken(), 'exec', '-u', '1', '--', process.execPath, '-e', script);
    const ended = finish(running);
    if (running.stdout) await once(running.stdout, 'data');
    running.kill('SIGTERM');
    expect((await ended).code).toBe(9);
  });

  it('ends with 127 for a program that is not there', async () => {
    const { code, err } = await finish(
      start(await vaultWithToken(), 'exec', '-u', '1', '--', '/no/such/program'),
    );
    expect(code).toBe(127);
    expect(err).not.toContain('token-1');
  });

  it('watches through a restart of Castkey until it is stopped', async () => {
    const bench = await setUp();
    const watching = start(bench, 'watch', '--json');
    const types: string[] = [];
    const until = (type: string): Promise<void> =>
      new Promise((resolve) => {
        watching.stdout?.on('data', (chunk) => {
          types.push(...[...String(chunk).matchAll(/"type":"([a-z.]+)"/g)].map(([, found]) => found ?? ''));
          if (types.includes(type)) resolve();
        });
      });
    await until('connection.connected');
    types.length = 0;
    const lost = until('connection.reconnecting');
    await bench.vault.stop();
    await lost;
    types.length = 0;
    const back = until('connection.connected');
    await bench.vault.start();
    await back;
    watching.kill('SIGTERM');
    const [code] = await once(watching, 'exit');
    expect(code).toBe(0);
  });
});
