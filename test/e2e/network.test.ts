/** What leaves this computer, in a network that consists of it alone. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join, resolve } from 'node:path';
import { build } from 'vite';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { findProgram } from '../support/find-program.ts';
import { AUTHORITY_NAME, type OwnAuthority, openOwnAuthority } from '../support/own-authority.ts';
import { dialSocket, newNonce, resultOf } from '../support/test-bot.ts';
import { freshHome, removeHome, startCommand } from './castkey-process.ts';
import { helpersOf, lockHolder } from './plain-castkey.ts';

const SYSTEM_ROOTS = '/etc/ssl/certs/ca-certificates.crt';
const able =
  process.platform === 'linux' &&
  existsSync(SYSTEM_ROOTS) &&
  findProgram('openssl') !== undefined &&
  findProgram('ip') !== undefined &&
  spawnSync('unshare', ['-n', '-m', 'true']).status === 0;

interface Heard {
  /** Names that were looked up. */
  names: string[];
  /** Requests to port 443, by host and path. */
  requests: string[];
  output: string;
}

interface Lonely {
  folder: string;
  /** Runs a command there; resolves with what was heard when it has ended, or after `enough`. */
  run(command: readonly string[], env: Record<string, string>): Promise<Heard>;
  enough(): void;
}

/** A network namespace in which Twitch has a certificate of an authority that the system may trust or not. */
function lonelyNetwork(trusted: boolean): Lonely {
  const folder = freshHome();
  const authority = openOwnAuthority() as OwnAuthority;
  onTestFinished(() => {
    authority.close();
    return removeHome(folder);
  });
  const put = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const { key, cert } = authority.certify('id.twitch.tv');
  put('key.pem', key);
  put('cert.pem', cert);
  const roots =
    readFileSync(SYSTEM_ROOTS, 'utf8') + (trusted ? readFileSync(authority.rootFile, 'utf8') : '');
  const mounts = [
    [put('resolv.conf', 'nameserver 127.0.0.1\n'), '/etc/resolv.conf'],
    [put('hosts', '127.0.0.1 localhost\n'), '/etc/hosts'],
    [put('roots.crt', roots), SYSTEM_ROOTS],
  ].map(([from, to]) => `mount --bind '${from}' '${to}'`);
  const script = ['ip link set lo up', ...mounts, 'exec "$@"'].join(' && ');
  const watch = resolve(import.meta.dirname, 'watched-network.mjs');
  return {
    folder,
    enough: () => writeFileSync(join(folder, 'enough'), ''),
    async run(command, env) {
      const args = ['-n', '-m', 'sh', '-c', script, 'sh', process.execPath, watch, folder, ...command];
      const child = spawn('unshare', args, { env, stdio: ['ignore', 'pipe', 'inherit'], timeout: 60_000 });
      let out = '';
      child.stdout.on('data', (chunk: Buffer) => {
        out += chunk.toString();
      });
      await once(child, 'close');
      return JSON.parse(out) as Heard;
    },
  };
}

describe('alone in a network', () => {
  beforeEach(({ skip }) => {
    if (!able)
      skip('a network of its own needs Linux, root, unshare, ip, openssl and Debian’s file of roots');
  });

  test('a start asks nobody for anything', async () => {
    const { run, enough } = lonelyNetwork(true);
    const home = freshHome();
    onTestFinished(() => removeHome(home));
    const { program, args, env } = startCommand({ home, args: ['--sandbox'] });
    const heard = run([program, ...args], env);
    const drawn = (): void => expect(helpersOf(lockHolder(home), 'renderer')).not.toEqual([]);
    await vi.waitFor(drawn, { timeout: 30_000, interval: 100 });
    const { bot, hangUp } = await vi.waitFor(() => dialSocket(join(home, 'castkey.sock')), {
      timeout: 20_000,
    });
    onTestFinished(hangUp);
    resultOf(await bot.request('hello', { protocol: 1, client: { name: 'bot' }, nonce: newNonce() }));
    enough();
    expect(await heard).toMatchObject({ names: [], requests: [] });
  });

  test.for([true, false])('Electron asks a Twitch that the system trusts: %s', async (trusted) => {
    const { run, folder } = lonelyNetwork(trusted);
    const { program, args, env } = startCommand({});
    const flags = args.filter((arg) => arg.startsWith('--'));
    const { names, requests, output } = await run([program, ...flags, await bundle(folder)], env);
    const reply: unknown = JSON.parse(output.split('REPLY ')[1]?.split('\n')[0] ?? 'null');
    const cause = expect.stringContaining(`inspects https, “${AUTHORITY_NAME}”`);
    expect(reply).toMatchObject(trusted ? { kind: 'answer', status: 401 } : { sent: false, cause });
    expect(requests.filter((request) => !request.startsWith('refused'))).toEqual(
      trusted ? ['id.twitch.tv/oauth2/validate'] : [],
    );
    expect(new Set(names)).toEqual(new Set(['id.twitch.tv']));
  });
});

/** A program for Electron that makes one request as the vault does. */
async function bundle(folder: string): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true, external: ['electron'] },
    build: {
      ssr: join(import.meta.dirname, 'electron-request.ts'),
      outDir: folder,
      emptyOutDir: false,
      rolldownOptions: {
        external: ['electron', ...builtinModules, /^node:/],
        output: { entryFileNames: 'request.mjs' },
      },
    },
  });
  return join(folder, 'request.mjs');
}
