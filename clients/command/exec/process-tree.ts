import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { startGuard } from './guard.ts';

/** How a child's output leaves it: straight to where ours goes, or through us. */
export type ChildOutput = 'inherit' | 'pipe';

/**
 * Variable that all whom a run starts inherit, so that one that left group and parents (a daemon) is still
 * known. Runs inside of runs: the numbers of all of them, apart by spaces.
 */
export const RUN_VARIABLE = 'CASTKEY_RUN';

/** A program and all that it started, as far as the system tells who they are. */
export interface ProcessTree {
  readonly child: ChildProcess;
  /** To all of them. @returns The code of the error if not even one could be reached. */
  signal(signal: NodeJS.Signals): string | undefined;
  /** To the program alone. @returns The code of the error. */
  signalProgram(signal: NodeJS.Signals): string | undefined;
  /** Those who live, the program included. */
  living(): readonly number[];
  /** All have ended, or are let go: nobody watches over them any more. */
  release(): void;
}

/** One process of this computer. */
interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** Its environment, as far as it can be read. */
  readonly environment: () => string;
}

/** What to start, and whether it stays with our terminal. */
interface TreeOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly output: ChildOutput;
  /**
   * At a terminal the program stays in our process group: Node can't make another the one in front, and in
   * any other it could neither read what is typed nor be stopped by Ctrl-Z, nor ask for a password.
   */
  readonly terminal: boolean;
}

/** Starts a program; without a terminal in a session and process group of its own. */
export function startProcessTree({ command, args, env, output, terminal }: TreeOptions): ProcessTree {
  const run = randomBytes(12).toString('hex');
  const windows = process.platform === 'win32';
  const ownGroup = !terminal && !windows;
  const child = spawn(command, args, {
    stdio: ['inherit', output, output],
    env: { ...env, [RUN_VARIABLE]: [env[RUN_VARIABLE], run].filter(Boolean).join(' ') },
    detached: ownGroup,
  });
  const { pid } = child;
  const none = { signal: () => 'ESRCH', signalProgram: () => 'ESRCH', living: () => [], release: () => {} };
  if (pid === undefined) return { child, ...none };
  const ended = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const signalProgram = (signal: NodeJS.Signals): string | undefined =>
    ended() ? 'ESRCH' : send(pid, signal);
  if (windows) return { child, signalProgram, ...windowsTree(pid, ended) };
  const members = (): ProcessEntry[] => membersOf(listProcesses(), { pid, run, ownGroup, ended: ended() });
  return {
    child,
    signalProgram,
    release: startGuard(ownGroup ? -pid : pid, run),
    living: () => members().map((member) => member.pid),
    signal(signal) {
      const all = members();
      const inGroup = (member: ProcessEntry): boolean => ownGroup && member.group === pid;
      // A group hears at once, without a moment in which one of them starts another.
      const targets = [
        ...(all.some(inGroup) ? [-pid] : []),
        ...all.filter((one) => !inGroup(one)).map((one) => one.pid),
      ];
      const errors = targets.map((target) => send(target, signal));
      return errors.includes(undefined) ? undefined : errors.find((code) => code !== 'ESRCH');
    },
  };
}

/** Windows has no signals and no groups of this kind: whatever is sent ends all below the program. */
function windowsTree(pid: number, ended: () => boolean): Omit<ProcessTree, 'child' | 'signalProgram'> {
  return {
    release: () => {},
    living: () => (ended() ? [] : [pid]),
    signal() {
      if (ended()) return undefined;
      const { status } = spawnSync('taskkill', ['/pid', String(pid), '/t', '/f'], { windowsHide: true });
      return status === 0 ? undefined : send(pid, 'SIGKILL');
    },
  };
}

/** @returns The code of the error. */
function send(pid: number, signal: NodeJS.Signals): string | undefined {
  try {
    process.kill(pid, signal);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
}

/** What tells the processes of a run from others. */
interface Marks {
  readonly pid: number;
  readonly run: string;
  readonly ownGroup: boolean;
  /** Whether the program itself is gone, so that its number may be another's. */
  readonly ended: boolean;
}

/** Those of a run: in its group, below the program, or with the number of the run in their environment. */
function membersOf(
  known: ReadonlyMap<number, ProcessEntry>,
  { pid, run, ownGroup, ended }: Marks,
): ProcessEntry[] {
  const below = (entry: ProcessEntry | undefined, left = known.size): boolean =>
    entry !== undefined && left > 0 && (entry.pid === pid || below(known.get(entry.parent), left - 1));
  return [...known.values()].filter(
    (entry) =>
      (ownGroup && entry.group === pid) || (!ended && below(entry)) || entry.environment().includes(run),
  );
}

/** All processes but those that have ended and whom nobody has asked how. */
function listProcesses(): ReadonlyMap<number, ProcessEntry> {
  const entries = existsSync('/proc/self/environ') ? fromProc() : fromPs();
  return new Map(entries.map((entry) => [entry.pid, entry]));
}

function fromProc(): ProcessEntry[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const stat = read(`/proc/${name}/stat`);
    // proc(5): the name of the program stands in parentheses and may hold any.
    const [state = 'X', parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'X' || (state === 'Z' && !hasThreads(name))) return [];
    const environment = (): string => read(`/proc/${name}/environ`);
    return [{ pid: Number(name), parent: Number(parent), group: Number(group), environment }];
  });
}

/** Its first thread has ended, and others go on: proc(5) calls that one a zombie, too. */
function hasThreads(pid: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/task`).length > 1;
  } catch {
    return false; // it has ended
  }
}

/** Empty for one that has just ended, or is somebody else's. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/** macOS shows environments with `-E`, those of its own protected programs aside. */
function fromPs(): ProcessEntry[] {
  const environments = process.platform === 'darwin' ? ['-E'] : [];
  const args = ['-A', '-ww', ...environments, '-o', 'pid=,ppid=,pgid=,stat=,command='];
  const { stdout, pid: ps } = spawnSync('ps', args, { encoding: 'latin1', maxBuffer: 64 * 1024 * 1024 });
  return (stdout ?? '').split('\n').flatMap((line) => {
    const [, pid, parent, group, state = '', command = ''] =
      /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s?(.*)$/.exec(line) ?? [];
    if (pid === undefined || state.startsWith('Z') || Number(pid) === ps) return [];
    return [{ pid: Number(pid), parent: Number(parent), group: Number(group), environment: () => command }];
  });
}
