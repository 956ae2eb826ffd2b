import { CastkeyError } from '../javascript/src/errors.ts';
import { VERSION } from '../javascript/src/version.ts';
import { commandMessageOf } from './advice.ts';
import { type Command, json } from './command.ts';
import { Failure, UsageError, usage } from './command-errors.ts';
import { completionsCommand } from './completions-command.ts';
import { conformanceCommand } from './conformance-command.ts';
import { doctorCommand } from './doctor-command.ts';
import { execCommand } from './exec-command.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { parseCommandLine } from './flags.ts';
import { helpOf, overview } from './help.ts';
import type { Io } from './io.ts';
import { pairCommand } from './pair-command.ts';
import { sandboxCommand } from './sandbox-command.ts';
import { socketCommand } from './socket-command.ts';
import { statusCommand } from './status-command.ts';
import { tokenCommand } from './token-command.ts';
import { watchCommand } from './watch-command.ts';

/** Every command, by name. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  token: tokenCommand,
  exec: execCommand,
  status: statusCommand,
  pair: pairCommand,
  watch: watchCommand,
  socket: socketCommand,
  doctor: doctorCommand,
  sandbox: sandboxCommand,
  conformance: conformanceCommand,
  completions: completionsCommand(() => COMMANDS),
};

/**
 * Runs `castkey`.
 *
 * @param argv What stands behind the name of the program.
 * @returns The exit code, see exit-codes.ts. Never throws: errors are printed.
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const dashes = argv.indexOf('--');
  const own = dashes === -1 ? argv : argv.slice(0, dashes);
  const behind = dashes === -1 ? [] : argv.slice(dashes + 1);
  try {
    return await dispatch(own, behind, io);
  } catch (error) {
    report(error, own, io);
    return exitCodeOf(error);
  }
}

async function dispatch(own: readonly string[], behind: readonly string[], io: Io): Promise<number> {
  const [name = '', ...args] = own;
  if (name === '--version') {
    io.out(`${VERSION}\n`);
    return EXIT.ok;
  }
  if (name === '--help' || name === '-h' || name === 'help') return help(args[0], io);
  if (name === '') {
    io.err(overview(COMMANDS));
    return EXIT.usage;
  }
  const command = commandOf(name);
  const line = parseCommandLine(args, command.flags);
  if (line.has('help')) return help(name, io);
  const surplus = command.passesOn ? line.rest : [...(command.operands ? [] : line.rest), ...behind];
  if (surplus.length > 0 && command.passesOn !== 'with-operands') {
    throw usage(
      `"${surplus[0]}" is not expected here${command.passesOn ? ': put the command behind "--"' : ''}.`,
    );
  }
  return command.run(line, io, behind);
}

function help(name: string | undefined, io: Io): number {
  if (name === undefined || name.startsWith('-')) io.out(overview(COMMANDS));
  else io.out(helpOf(name, commandOf(name)));
  return EXIT.ok;
}

/** @throws UsageError */
function commandOf(name: string): Command {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) throw usage(`There is no command "${name}".`);
  return command;
}

/** For people a sentence, for programs the same as data; only a bug shows where it is. */
function report(error: unknown, own: readonly string[], io: Io): void {
  const [name = ''] = own;
  if (own.includes('--json')) io.err(json({ error: asData(error) }));
  else if (error instanceof CastkeyError)
    io.err(`castkey: ${commandMessageOf(error)} (${error.code})\n${hint(error, name)}`);
  else if (error instanceof UsageError) {
    const known = Object.hasOwn(COMMANDS, name) ? `${name} ` : '';
    io.err(`castkey: ${error.message}\nTry: castkey ${known}--help\n`);
  } else if (error instanceof Failure) io.err(`castkey: ${error.message}\n`);
  else io.err(`castkey: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}

/** The next step, where this command is what helps. */
function hint({ code, retryable }: CastkeyError, name: string): string {
  if (code !== 'vault-not-running' || !Object.hasOwn(COMMANDS, name)) return '';
  return retryable ? `Try: castkey ${name} --start, or castkey doctor\n` : 'Try: castkey doctor\n';
}

function asData(error: unknown): object {
  if (error instanceof CastkeyError) return { ...error.toJSON(), message: commandMessageOf(error) };
  const code = error instanceof UsageError ? 'usage' : error instanceof Failure ? error.code : 'internal';
  return { code, message: error instanceof Error ? error.message : String(error), retryable: false };
}
