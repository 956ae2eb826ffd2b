import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { type ClientFixture, openClientFixture } from './client-fixture.ts';
import { token } from './scripted-vault-fixture.ts';

/** A running `castkey`. */
export interface Running {
  readonly process: ChildProcess;
  readonly said: { out: string; err: string };
  /** Resolves once this text stands in its output, with all of it so far. */
  until(text: string): Promise<string>;
  /** How it ended, and all it said. */
  ended(): Promise<{ code: number | null; out: string; err: string }>;
}

/** How to start the command as bot authors get it: one file, run by its shebang. Built once a test file. */
export interface Program {
  readonly file: () => string;
  start(fixture: ClientFixture, args: readonly string[], env?: Record<string, string>): Running;
}

export function castkeyProgram(...bundles: string[]): Program {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ck-cli-'));
    const root = fileURLToPath(new URL('../..', import.meta.url));
    const configFile = join(root, 'vite.config.ts');
    for (const mode of ['client-cli', ...bundles])
      await build({ root, configFile, mode, logLevel: 'error', build: { outDir: folder } });
    await chmod(join(folder, 'cli.js'), 0o755);
  }, 60_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const file = (): string => join(folder, 'cli.js');
  return {
    file,
    start({ vault, folder: home }, args, more = {}) {
      const env = { PATH: process.env.PATH, HOME: home, CASTKEY_SOCKET: vault.path, XDG_CONFIG_HOME: home };
      const child = spawn(file(), args, { env: { ...env, ...more }, stdio: ['pipe', 'pipe', 'pipe'] });
      onTestFinished(() => void child.kill('SIGKILL'));
      return observe(child);
    },
  };
}

function observe(child: ChildProcess): Running {
  const said = { out: '', err: '' };
  const waiting = new Set<() => void>();
  for (const [name, stream] of [['out', child.stdout] as const, ['err', child.stderr] as const]) {
    stream?.on('data', (chunk) => {
      said[name] += String(chunk);
      for (const look of [...waiting]) look();
    });
  }
  const closed = once(child, 'close') as Promise<[number | null]>;
  return {
    process: child,
    said,
    until: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!`${said.out}${said.err}`.includes(text)) return;
          waiting.delete(look);
          resolve(said.out + said.err);
        };
        waiting.add(look);
        void closed.then(([code]) =>
          reject(new Error(`ended with ${code} before "${text}": ${said.out}${said.err}`)),
        );
        look();
      }),
    async ended() {
      const [code] = await closed;
      return { code, ...said };
    },
  };
}

/** Tokens as Twitch makes them, so that nothing else looks like them. */
export const TOKENS = [1, 2, 3].map((digit) => `tok${digit}`.padEnd(30, 'abcdefghijklmnopqrstuvwxyz'));

/** A vault that gives a token for account 1; `renew` exchanges it and tells. */
export async function openTokenFixture(): Promise<ClientFixture & { renew(version: number): void }> {
  const fixture = await openClientFixture();
  fixture.vault.users = [{ userId: '1', login: 'ann', scope: [], intents: ['chat'] }];
  const give = (version: number): void => {
    const fresh = { accessToken: TOKENS[version - 1] ?? '', obtainmentTimestamp: Date.now(), version };
    fixture.vault.on('getAccessTokenForUser', () => token(fresh));
    fixture.vault.on('getAccessTokenForIntent', () => token(fresh));
  };
  give(1);
  return {
    ...fixture,
    renew(version) {
      give(version);
      const reason = 'refreshed';
      fixture.vault.emit({ type: 'token.changed', userId: '1', scope: [], expiresAt: null, version, reason });
    },
  };
}
