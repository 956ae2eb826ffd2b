import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import type { Io, Signal } from '../../client/src/cli/io.ts';
import { token } from './fake-vault.ts';
import { type Bench, setUp } from './set-up.ts';

/** A terminal in memory. */
export interface Terminal extends Io {
  readonly printed: { out: string; err: string };
  readonly spawned: { command: string; args: readonly string[]; env: NodeJS.ProcessEnv }[];
  readonly child: ChildProcess & { killed: string[] };
  signal(signal: Signal): void;
  readonly hearing: () => number;
  /** The next line of output that holds this text. */
  until(text: string): Promise<void>;
}

export function terminal({ host }: Bench, terminal = false): Terminal {
  const hearers = new Set<(signal: Signal) => void>();
  const printed = { out: '', err: '' };
  const written = new EventEmitter();
  const child = Object.assign(new EventEmitter(), {
    killed: [] as string[],
    kill: (signal: string) => child.killed.push(signal),
  }) as unknown as Terminal['child'];
  const spawned: Terminal['spawned'] = [];
  return {
    host,
    terminal,
    printed,
    spawned,
    child,
    out(text) {
      printed.out += text;
      written.emit('text', text);
    },
    err(text) {
      printed.err += text;
    },
    onSignal(hear) {
      hearers.add(hear);
      return () => void hearers.delete(hear);
    },
    signal: (signal) => {
      for (const hear of [...hearers]) hear(signal);
    },
    hearing: () => hearers.size,
    spawn(command, args, env) {
      spawned.push({ command, args, env });
      written.emit('spawn');
      return child;
    },
    until: (text) =>
      new Promise((resolve) => {
        if (printed.out.includes(text)) resolve();
        written.on('text', () => printed.out.includes(text) && resolve());
        if (text === 'spawn') written.once('spawn', () => resolve());
      }),
  };
}

/** An account that the vault of {@link setUpCli} has. */
export const ann = { userId: '1', login: 'ann', scope: ['chat:read'], intents: ['chat'] };

/** A vault with one account, and a terminal. */
export async function setUpCli(): Promise<{ bench: Bench; io: Terminal }> {
  const bench = await setUp();
  bench.vault.users = [ann];
  bench.vault.on('getAccessTokenForUser', () => token());
  bench.vault.on('getAccessTokenForIntent', () => token());
  bench.vault.on('status', () => ({
    server: { name: 'castkey', version: '9.9.9' },
    locked: false,
    users: [{ ...ann, expiresAt: bench.host.now() + 3_600_000, state: 'ok' }],
  }));

  return { bench, io: terminal(bench) };
}
