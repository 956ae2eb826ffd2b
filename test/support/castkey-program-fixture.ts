import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
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
  start(fixture: ClientFixture, args: readonly string[], options?: StartOptions): Running;
}

/** What is otherwise about a start. */
export interface StartOptions {
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  /** At a terminal of its own: signals for it go to `castkey`, and what is typed is read by it. */
  readonly terminal?: boolean;
}

/**
 * Runs a program at a pseudo-terminal, as the leader of the group in front; carries what is typed and printed,
 * passes signals on, and ends as it ends.
 */
const PTY = `import os, pty, select, signal, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
for name in (signal.SIGTERM, signal.SIGHUP):
    signal.signal(name, lambda number, frame: os.kill(pid, number))
reading = [0, terminal]
while terminal in reading:
    for ready in select.select(reading, [], [])[0]:
        try:
            data = os.read(ready, 65536)
        except OSError:
            data = b''
        if not data:
            reading.remove(ready)
        else:
            os.write(terminal if ready == 0 else 1, data)
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
sys.exit(status if status >= 0 else 128 - status)`;

/** A castkey that is built for this test file. */
export function castkeyProgram(...bundles: string[]): Program {
  const homes = new Set<string>();
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
    start({ vault, folder: home }, args, { env: more = {}, cwd, terminal = false } = {}) {
      const env = { PATH: process.env.PATH, HOME: home, CASTKEY_SOCKET: vault.path, XDG_CONFIG_HOME: home };
      const [program = '', ...rest] = terminal ? ['python3', '-c', PTY, file(), ...args] : [file(), ...args];
      const child = spawn(program, rest, {
        env: { ...env, ...more },
        stdio: ['pipe', 'pipe', 'pipe'],
        ...(cwd === undefined ? {} : { cwd }),
      });
      const closed = once(child, 'close');
      // Registered first and so done last. A program that outlives its test would live for ever.
      if (!homes.has(home)) onTestFinished(() => expect(processesOf(home)).toEqual([]));
      homes.add(home);
      onTestFinished(async () => {
        child.kill('SIGTERM');
        await closed;
      });
      return observe(child);
    },
  };
}

/** Command lines of the processes whose environment has this home; told on Linux only. */
export function processesOf(home: string): string[] {
  return [...commandLines(home).values()];
}

/** Those among them in whose command line this stands. */
export function pidsOf(home: string, words: string): number[] {
  const entries = [...commandLines(home)].filter(([, line]) => line.includes(words) && !line.includes('pty'));
  return entries.map(([pid]) => pid);
}

function commandLines(home: string): Map<number, string> {
  if (process.platform !== 'linux') return new Map();
  const read = (pid: string, name: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${name}`, 'latin1').replaceAll('\0', ' ');
    } catch {
      return ''; // it has just ended
    }
  };
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const own = pids.filter((pid) => read(pid, 'environ').includes(`HOME=${home} `));
  const lines = own.map((pid): [number, string] => [Number(pid), read(pid, 'cmdline')]);
  return new Map(lines.filter(([, line]) => line !== ''));
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
