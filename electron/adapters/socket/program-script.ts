import { basename, resolve } from 'node:path';

const INTERPRETER =
  /^(node|nodejs|bun|deno|electron|python[\d.]*|pypy[\d.]*|ruby[\d.]*|perl[\d.]*|php[\d.]*|bash|dash|sh|zsh|fish)(\.exe)?$/;
/** Options that are followed by a value of their own. */
const TAKES_VALUE: ReadonlySet<string> = new Set([
  '-r',
  '--require',
  '--import',
  '--loader',
  '--experimental-loader',
  '-C',
  '--conditions',
  '--env-file',
  '-W',
  '-X',
  '-I',
]);
/** Options after which there is no script but code or a module. */
const NO_SCRIPT: ReadonlySet<string> = new Set([
  '-e',
  '--eval',
  '-p',
  '--print',
  '-c',
  '-m',
  '-pe',
  '-i',
  '-',
]);
const SUBCOMMANDS: ReadonlySet<string> = new Set(['run', 'x', 'exec']);

/**
 * The script an interpreter runs, as an absolute path; for `python -m name` that pair; null for any
 * other program. It is read from a command line the program may have rewritten: a hint, no proof.
 */
export function programScript(
  program: string,
  argv: readonly string[],
  folder: string | null,
): string | null {
  const name = basename(program.replace(/ \(deleted\)$/, ''));
  if (!INTERPRETER.test(name)) return null;
  const rest = argv.slice(1);
  for (let i = 0; i < rest.length; i += 1) {
    const arg = rest[i] ?? '';
    if (arg === '-m' && rest[i + 1] !== undefined) return printable(`-m ${rest[i + 1]}`);
    if (NO_SCRIPT.has(arg)) return null;
    if (TAKES_VALUE.has(arg)) i += 1;
    else if (arg.startsWith('-')) continue;
    else if (i === 0 && /^(bun|deno)/.test(name) && SUBCOMMANDS.has(arg)) continue;
    else return printable(folder === null ? arg : resolve(folder, arg));
  }
  return null;
}

/** Names of programs are shown to the streamer: without characters that move or hide text. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\u{FFFD}').slice(0, 1024);
}
