/** Castkey as a person starts it: no Playwright, no debugger, and it may come back under another process id. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import { type LaunchOptions, startCommand } from './castkey-process.ts';

export interface PlainCastkey {
  /** The process that was started. */
  child: ChildProcess;
  /** Process id of the vault that runs on the profile now; throws while there is none. */
  pid(): number;
  /** Process ids of the vault's helpers of a type, such as `renderer`. */
  helpers(type: string): number[];
  output(): string;
  /** Ends whatever runs on the profile. */
  end(): Promise<void>;
}

interface PlainOptions extends LaunchOptions {
  home: string;
  /** The folder it is started in. */
  cwd?: string;
  /** Run by a shell first, such as `ulimit -c unlimited`. */
  before?: string;
}

export function startPlain({ cwd, before = ':', ...options }: PlainOptions): PlainCastkey {
  const { program, args, env } = startCommand(options);
  const child = spawn('/bin/sh', ['-c', `${before}; exec "$@"`, 'start', program, ...args], { cwd, env });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => said.push(chunk.toString()));
  }
  const pid = (): number => lockHolder(options.home);
  return {
    child,
    pid,
    helpers: (type) => helpersOf(pid(), type),
    output: () => said.join(''),
    async end() {
      // Its keeper looks once more whether to start it again, and has the same output.
      const over = () => !endOnce(options.home) && child.stdout.readableEnded && child.stderr.readableEnded;
      await vi.waitUntil(over, { timeout: 15_000, interval: 200 });
    },
  };
}

/** Asks the vault on a profile to quit; false when there is none. */
function endOnce(home: string): boolean {
  try {
    process.kill(lockHolder(home), 'SIGTERM');
    return true;
  } catch {
    return false;
  }
}

/** Chromium's lock on the profile is a link to `HOST-PID`. */
export function lockHolder(home: string): number {
  const pid = Number(readlinkSync(join(home, 'SingletonLock')).split('-').at(-1));
  if (parentOf(pid) === null) throw new Error('nobody runs on the profile');
  return pid;
}

/** Process id of the parent; null when it has ended. */
function parentOf(pid: number): number | null {
  try {
    const [state, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return state === 'Z' ? null : Number(parent);
  } catch {
    return null;
  }
}

/** Helpers are children of the vault, or of its zygotes. */
export function helpersOf(pid: number, type: string): number[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const parents = new Map(all.map((one) => [Number(one), parentOf(Number(one))]));
  const descends = (from: number | null | undefined): boolean =>
    typeof from === 'number' && (from === pid || descends(parents.get(from)));
  return [...parents.keys()].filter(
    (one) => descends(parents.get(one)) && commandOf(one).includes(`--type=${type}`),
  );
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return ''; // it has just ended
  }
}
