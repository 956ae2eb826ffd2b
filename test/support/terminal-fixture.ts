import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import type { ProcessTree } from '../../clients/command/exec/process-tree.ts';
import type { Io, Launch, Screen, Signal } from '../../clients/command/io.ts';
import { type ClientFixture, openClientFixture } from './client-fixture.ts';
import { token } from './scripted-vault-fixture.ts';

/** A program that `castkey exec` started. */
export interface FakeChild extends ChildProcess {
  readonly killed: string[] & ChildProcess['killed'];
  readonly stdout: PassThrough & ChildProcess['stdout'];
  readonly stderr: PassThrough & ChildProcess['stderr'];
  /** Who lives on once it has ended; each look finds one less. */
  readonly left: number[];
  /** It ends, and with it its output. */
  finish(code: number | null, signal?: string): void;
}

interface Spawned {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly output: string;
}

/** A terminal in memory. */
export interface Terminal extends Io {
  readonly printed: { out: string; err: string };
  readonly spawned: Spawned[];
  /** The newest program. */
  readonly child: FakeChild;
  readonly launched: Launch[];
  signal(signal: Signal): void;
  readonly hearing: () => number;
  /** The output holds this text, or `spawn`: a program was started. */
  until(text: string): Promise<void>;
  /** Types a line. */
  type(line: string): void;
}

export interface TerminalOptions {
  /** Somebody sits there and answers each question so. */
  readonly answer?: string | undefined;
  readonly terminal?: boolean;
  readonly screen?: Screen;
  readonly folder?: string;
  readonly fetch?: typeof fetch;
  readonly visit?: Io['visit'];
  /** What starting a program for good does; resolves if that fails. */
  readonly launch?: (program: Launch) => Promise<string>;
  /** Resolves when what was started ends well. */
  readonly handedOver?: Promise<void>;
  readonly sandbox?: Io['startSandbox'];
  /** What is otherwise about a program and those it starts. */
  readonly tree?: Partial<ProcessTree>;
}

export function terminal({ host }: ClientFixture, options: TerminalOptions = {}): Terminal {
  const hearers = new Set<(signal: Signal) => void>();
  const listeners = new Set<(line: string) => void>();
  const printed = { out: '', err: '' };
  const written = new EventEmitter().setMaxListeners(100);
  const [spawned, launched]: [Spawned[], Launch[]] = [[], []];
  const print = (to: 'out' | 'err', text: string): void => {
    printed[to] += text;
    written.emit('text');
  };
  let child = fakeChild();
  return {
    host,
    terminal: options.terminal ?? false,
    canAsk: 'answer' in options,
    screen: options.screen,
    folder: options.folder ?? '/nowhere',
    printed,
    spawned,
    launched,
    get child() {
      return child;
    },
    out: (text) => print('out', text),
    err: (text) => print('err', text),
    async relay(to, bytes) {
      print(to === 'stdout' ? 'out' : 'err', Buffer.from(bytes).toString());
      return true;
    },
    onSignal(hear) {
      hearers.add(hear);
      return () => void hearers.delete(hear);
    },
    onLine(hear) {
      listeners.add(hear);
      return () => void listeners.delete(hear);
    },
    type: (line) => {
      for (const hear of [...listeners]) hear(line);
    },
    async ask(question) {
      print('err', question);
      return options.answer;
    },
    signal: (signal) => {
      for (const hear of [...hearers]) hear(signal);
    },
    hearing: () => hearers.size,
    spawn(command, args, env, output) {
      child = fakeChild();
      spawned.push({ command, args, env, output });
      written.emit('spawn');
      const heard = (signal: string): undefined => void child.killed.push(signal);
      return {
        child,
        signal: heard,
        signalProgram: heard,
        release: () => {},
        living: () => child.left.splice(0, 1),
        ...options.tree,
      };
    },
    launch(program) {
      launched.push(program);
      const never = new Promise<never>(() => {});
      return {
        failed: options.launch?.(program) ?? never,
        handedOver: options.handedOver ?? never,
      };
    },
    fetch: options.fetch ?? (async () => expected('a request')),
    visit: options.visit ?? (async () => expected('a visit at Twitch')),
    startSandbox: (args) => options.sandbox?.(args) ?? expected('a sandbox'),
    until: (text) =>
      new Promise((resolve) => {
        if (text === 'spawn') return void written.once('spawn', () => resolve());
        const look = (): void => {
          if (!`${printed.out}${printed.err}`.includes(text)) return;
          written.off('text', look);
          resolve();
        };
        written.on('text', look);
        look();
      }),
  };
}

function expected(what: string): never {
  throw new Error(`nobody expected ${what}`);
}

function fakeChild(): FakeChild {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const killed: string[] = [];
  const child = Object.assign(new EventEmitter(), {
    pid: 1,
    stdout,
    stderr,
    killed,
    left: [],
    finish(code: number | null, signal: string | null = null) {
      stdout.end();
      stderr.end();
      child.emit('exit', code, signal);
    },
  });
  return child as unknown as FakeChild;
}

/** An account that the vault of {@link openTerminalFixture} has. */
export const ann = { userId: '1', login: 'ann', scope: ['chat:read'], intents: ['chat'] };

/** A vault with one account, and a terminal. */
export async function openTerminalFixture(
  options?: TerminalOptions,
): Promise<{ fixture: ClientFixture; io: Terminal }> {
  const fixture = await openClientFixture();
  fixture.vault.users = [ann];
  fixture.vault.on('getAccessTokenForUser', () => token());
  fixture.vault.on('getAccessTokenForIntent', () => token());
  fixture.vault.on('status', () => ({
    server: { name: 'castkey', version: '9.9.9' },
    locked: false,
    users: [{ ...ann, expiresAt: fixture.host.now() + 3_600_000, state: 'ok' }],
  }));

  return { fixture, io: terminal(fixture, options) };
}
