import { constants } from 'node:os';
import type { CastkeyToken } from '../../javascript/src/types.ts';
import type { Io, Signal } from '../io.ts';
import { type Child, type Program, startChild } from './child.ts';
import type { Latest } from './latest.ts';

/** A program that ran for so many milliseconds is not the reason for the next restart. */
const STEADY_MS = 30_000;
/** Milliseconds before the second restart in a row; doubled for each further one, up to {@link STEADY_MS}. */
const FIRST_PAUSE_MS = 1_000;

/** How a program is kept running with the newest token. */
export interface Supervision {
  readonly io: Io;
  readonly program: Program;
  readonly first: CastkeyToken;
  /** Newer tokens, each a reason to restart. */
  readonly tokens: Latest<CastkeyToken>;
  /** Milliseconds between SIGTERM and SIGKILL. */
  readonly graceMs: number;
  environment(token: CastkeyToken): NodeJS.ProcessEnv;
  /** Hears what is about to happen to the program. */
  tell(what: string): void;
  /** Hears of the running program, for signals at a change. */
  onChild(child: Child): void;
}

/** A signal from outside: the last word. What hears it passes it on and starts nothing any more. */
interface LastWord {
  /** Resolves with the first signal that means the end. */
  readonly said: Promise<Signal>;
  readonly spoken: () => boolean;
  readonly deafen: () => void;
}

/**
 * Runs the program until it ends by itself or by a signal; a newer token ends it and starts it again.
 *
 * @returns The exit code for `castkey`.
 */
export async function supervise(supervision: Supervision): Promise<number> {
  const { io, program, tokens, environment } = supervision;
  let child: Child | undefined;
  const word = hearSignals(io, () => child);
  let [token, pauseMs] = [tokens.take() ?? supervision.first, 0];
  try {
    for (;;) {
      const startedAt = io.host.now();
      child = startChild(io, program, environment(token), supervision.tell);
      supervision.onChild(child);
      const code = await runOnce(supervision, child, word);
      child = undefined;
      if (code !== undefined) return code;
      pauseMs = io.host.now() - startedAt >= STEADY_MS ? 0 : nextPause(pauseMs);
      const signal = await pause(io, pauseMs, word);
      if (signal) return 128 + constants.signals[signal];
      token = tokens.take() ?? token;
    }
  } finally {
    word.deafen();
  }
}

/** @returns The exit code, or undefined when the program was ended for a newer token. */
async function runOnce(
  { io, program, tokens, graceMs, tell }: Supervision,
  child: Child,
  word: LastWord,
): Promise<number | undefined> {
  const code = await Promise.race([child.ended, tokens.wait().then(() => undefined)]);
  if (code !== undefined) return code;
  if (word.spoken()) return child.ended;
  tell(`the token has changed; restarting ${program.command}`);
  child.kill('SIGTERM');
  const cancel = io.host.after(graceMs, () => {
    tell(`${program.command} is still there after ${graceMs / 1000} s; killing it`);
    child.kill('SIGKILL');
  });
  const last = await child.ended;
  cancel();
  return word.spoken() ? last : undefined;
}

/** A program that ran steadily is back at once; one that had only just started waits longer each time. */
function nextPause(ms: number): number {
  return ms === 0 ? FIRST_PAUSE_MS : Math.min(STEADY_MS, ms * 2);
}

/** @returns The signal that ended the wait. */
async function pause(io: Io, ms: number, word: LastWord): Promise<Signal | undefined> {
  if (ms === 0) return undefined;
  let cancel = (): void => {};
  const over = new Promise<undefined>((resolve) => {
    cancel = io.host.after(ms, () => resolve(undefined));
  });
  try {
    return await Promise.race([word.said, over]);
  } finally {
    cancel();
  }
}

function hearSignals(io: Io, child: () => Child | undefined): LastWord {
  let spoken = false;
  let deafen = (): void => {};
  const said = new Promise<Signal>((resolve) => {
    deafen = io.onSignal((signal) => {
      // To a program that runs, SIGHUP often means: read your settings again.
      if (signal !== 'SIGHUP' || !child()) {
        spoken = true;
        resolve(signal);
      }
      // The terminal has told the child already; twice would mean "quit at once" to many programs.
      if (signal !== 'SIGINT' || !io.terminal) child()?.kill(signal);
    });
  });
  return { said, spoken: () => spoken, deafen };
}
