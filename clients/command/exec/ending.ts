import type { Io } from '../io.ts';
import type { ProcessTree } from './process-tree.ts';

/** Milliseconds between two looks at who still lives. */
const LOOK_MS = 50;
/** Milliseconds in which those that were killed are gone, unless they belong to somebody else. */
const KILLED_MS = 3_000;

/** The end of a program and of all that it started. */
export interface Ending {
  /** Asks all to end, and kills who has not after the grace; once. */
  begin(): void;
  /** Resolves when nobody lives any more, else with those whom even killing does not end. */
  over(): Promise<readonly number[]>;
}

/** How a program is ended. */
export interface EndingOptions {
  readonly command: string;
  /** Milliseconds between SIGTERM and SIGKILL. */
  readonly graceMs: number;
  readonly tell: (what: string) => void;
}

/** Nothing happens before the first call. */
export function createEnding(
  { host }: Pick<Io, 'host'>,
  tree: Pick<ProcessTree, 'signal' | 'living'>,
  { command, graceMs, tell }: EndingOptions,
): Ending {
  let begun = false;
  let looksSinceKill: number | undefined;
  let cancelKill = (): void => {};
  const begin = (): void => {
    if (begun) return;
    begun = true;
    const error = tree.signal('SIGTERM');
    if (error !== undefined) tell(`can't send a signal to ${command}: ${error}`);
    cancelKill = host.after(graceMs, () => {
      if (tree.living().length === 0) return;
      tell(`${command} is still there after ${graceMs / 1000} s; killing it`);
      looksSinceKill = 0;
      tree.signal('SIGKILL');
    });
  };
  const over = async (): Promise<readonly number[]> => {
    for (;;) {
      const left = tree.living();
      if (left.length === 0 || (looksSinceKill ?? 0) > KILLED_MS / LOOK_MS) {
        cancelKill();
        return left;
      }
      if (looksSinceKill !== undefined) {
        looksSinceKill += 1;
        // Also who was started in the moment in which the others were killed.
        tree.signal('SIGKILL');
      }
      await new Promise<void>((resolve) => void host.after(LOOK_MS, resolve));
    }
  };
  return { begin, over };
}
