import { basename, resolve } from 'node:path';
import { type Interpreter, interpreterNamed, isRelay } from './interpreters.ts';

/** What a program's path and command line say about it. */
export interface CommandReading {
  /** The script an interpreter runs: an absolute path, or `-m name`; null where there is none. */
  script: string | null;
  /** The command line of an interpreter is no longer the one it was started with: what it runs isn't told. */
  rewritten: boolean;
  interpreter: boolean;
  relay: boolean;
}

/** What the system knows of a process; null where it doesn't say. */
export interface ProcessInfo extends CommandReading {
  program: string | null;
  parent: string | null;
  otherNamespace: boolean;
  run: string | null;
  replaceable: boolean;
}
/** A process as it was when it connected. */
export interface Process {
  info: ProcessInfo;
  /** SHA-256 of what it runs: its script if it is an interpreter, else its program. */
  fingerprint(): Promise<string | null>;
  /** Whether what runs isn't the file at its path, or that one doesn't answer; null where it can't be told. Takes some seconds at most. */
  otherFile(): Promise<boolean | null>;
}

/** A process of which the system says nothing. */
export const UNKNOWN_PROCESS: ProcessInfo = {
  program: null,
  script: null,
  rewritten: false,
  parent: null,
  interpreter: false,
  relay: false,
  otherNamespace: false,
  run: null,
  replaceable: false,
};
/** In place of a process that has ended, or that this user may not look into. */
export const NO_PROCESS: Process = {
  info: UNKNOWN_PROCESS,
  fingerprint: async () => null,
  otherFile: async () => null,
};

/**
 * What is run, and by what kind of program. It is read from a command line the program may have
 * rewritten: a hint, no proof.
 */
export function readCommand(program: string, argv: readonly string[], folder: string | null): CommandReading {
  const named = basename(program.replace(/ \(deleted\)$/, '')).replace(/\.exe$/i, '');
  // One file with many names: what it was called as is what it does.
  const [name, rest] = named === 'busybox' || named === 'toybox' ? applet(argv) : [named, argv.slice(1)];
  const interpreter = interpreterNamed(name);
  const kind = { interpreter: interpreter !== null, relay: isRelay(name) };
  if (interpreter === null) return { script: null, rewritten: false, ...kind };
  if (rest.every(isBlank) && isTitle(argv[0], rest)) return { script: null, rewritten: true, ...kind };
  const script = scriptOf(interpreter, rest, folder);
  return script === PADDING
    ? { script: null, rewritten: true, ...kind }
    : { script, rewritten: false, ...kind };
}

/** In place of a script: what is left of a command line when a shorter title was written over it. */
const PADDING = Symbol('padding');
const isBlank = (arg: string): boolean => arg.trim() === '';

/**
 * A program that gives itself a title writes it over its arguments, and fills up with NULs or spaces. One as long as
 * they were leaves nothing to fill; then it looks like an interpreter without arguments, but for its name.
 */
function isTitle(first: string | undefined, rest: readonly string[]): boolean {
  const called = basename(first ?? '').replace(/^-|\.exe$/g, '');
  return rest.length > 0 || (interpreterNamed(called) === null && !/^(busy|toy)box$/.test(called));
}

function applet(argv: readonly string[]): [string, readonly string[]] {
  const called = basename(argv[0] ?? '').replace(/^-/, '');
  return /^(busy|toy)box$/.test(called) ? [argv[1] ?? '', argv.slice(2)] : [called, argv.slice(1)];
}

function scriptOf(
  interpreter: Interpreter,
  rest: readonly string[],
  folder: string | null,
): string | null | typeof PADDING {
  const { values = [], none = [], script = [], module = [], subcommands = [], files } = interpreter;
  const path = (text: string): string =>
    printable(folder === null || files?.test(text) === false ? text : resolve(folder, text));
  const takesNext = (arg: string): boolean => [...script, ...module, '--'].includes(arg);
  for (let i = 0; i < rest.length; i += 1) {
    const arg = lastOfCluster(interpreter, rest[i] ?? '');
    const next = rest[i + 1];
    if (isBlank(arg)) return PADDING;
    if (none.includes(arg)) return null;
    if (arg === '--file=' || (takesNext(arg) && next !== undefined && isBlank(next))) return PADDING;
    if (arg === '--' || script.includes(arg)) return next === undefined ? null : path(next);
    if (module.includes(arg)) return next === undefined ? null : printable(`-m ${next}`);
    if (arg.startsWith('--file=')) return path(arg.slice('--file='.length));
    if (values.includes(arg)) i += 1;
    else if (arg.startsWith('-') || arg.startsWith('+') || subcommands.includes(arg)) continue;
    else return path(arg);
  }
  return null;
}

/** `-um` is `-u -m`: what follows belongs to the last of them. */
function lastOfCluster({ clusters }: Interpreter, arg: string): string {
  return clusters && /^-[A-Za-z]{2,}$/.test(arg) ? `-${arg.slice(-1)}` : arg;
}

/** Names of programs are shown to the streamer: without characters that move or hide text. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\u{FFFD}').slice(0, 1024);
}
