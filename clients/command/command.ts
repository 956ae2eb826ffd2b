import type { CastkeyAuthProvider, ConnectOptions } from '../javascript/src/types.ts';
import { type CommandLine, connectOptions, type FlagName, wantsOf } from './flags.ts';
import type { Io } from './io.ts';
import { connectOrStart } from './start/connect-or-start.ts';

/** One command of `castkey`. */
export interface Command {
  readonly summary: string;
  /** What follows the flags, for the help. */
  readonly operands?: string;
  /** Words that operands can be, for the completions. */
  readonly words?: readonly string[];
  readonly flags: readonly FlagName[];
  /** What flags mean here, where that isn't what they mean to other commands. */
  readonly meanings?: Readonly<Partial<Record<FlagName, string>>>;
  /** More to know, and examples. */
  readonly details: string;
  /** Command `exec`: what stands behind `--` isn't Castkey's; most of these have no operands before it. */
  readonly passesOn?: true | 'with-operands';
  /** @returns The exit code. Throws CastkeyError. */
  run(line: CommandLine, io: Io, behindDashes: readonly string[]): Promise<number>;
}

/** Connects, does the work, and closes, come what may. */
export async function withVault<T>(
  line: CommandLine,
  io: Io,
  work: (provider: CastkeyAuthProvider) => Promise<T>,
  more: Partial<ConnectOptions> = {},
): Promise<T> {
  const wants = wantsOf(line);
  const options = { ...connectOptions(line), wants, ...more };
  const provider = await connectOrStart(line, io, options);
  try {
    return await work(provider);
  } finally {
    provider.close();
  }
}

/** Data as one line of JSON. */
export function json(data: unknown): string {
  return `${JSON.stringify(data)}\n`;
}
