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
  environment(token: CastkeyToken): NodeJS.ProcessEnv;
  /** Hears what is about to happen to the program. */
  tell(what: string): void;
  /** Hears of the running program, for signals at a change. */
  onChild(child: Child): void;
}

/** A signal from outside that ends it all: it is passed on to the program, and nothing is started any more. */
interface EndSignal {
  /** Resolves with the first signal that means the end. */
  readonly received: Promise<Signal>;
  readonly isReceived: () => boolean;
  readonly stopListening: () => void;
}

/**
 * Runs the program until it ends by itself or by a signal; a newer token ends it and starts it again.
 *
 * @returns The exit code for `castkey`.
 */
export async function supervise(supervision: Supervision): Promise<number> {
  const { io, program, tokens, environment } = supervision;
  let child: Child | undefined;
  const end = listenForSignals(io, () => child);
  let [token, pauseMs] = [tokens.take() ?? supervision.first, 0];
  try {
    for (;;) {
      const startedAt = io.host.now();
      child = startChild(io, program, environment(token), supervision.tell);
      supervision.onChild(child);
      const code = await runOnce(supervision, child, end);
      child = undefined;
      if (code !== undefined) return code;
      pauseMs = io.host.now() - startedAt >= STEADY_MS ? 0 : nextPause(pauseMs);
      const signal = await pause(io, pauseMs, end);
      if (signal) return 128 + constants.signals[signal];
      token = tokens.take() ?? token;
    }
  } finally {
    end.stopListening();
  }
}

/** @returns The exit code, or undefined when the program was ended for a newer token. */
async function runOnce(
  { program, tokens, tell }: Supervision,
  child: Child,
  end: EndSignal,
): Promise<number | undefined> {
  const restart = tokens.wait().then(() => undefined);
  const first = await Promise.race([child.ended, restart]);
  const restarts = first === undefined && !end.isReceived();
  if (restarts) {
    tell(`the token has changed; restarting ${program.command}`);
    child.end();
  }
  const { code, left } = first ?? (await child.ended);
  if (left.length > 0)
    tell(`can't end what ${program.command} started (process ${left.join(', ')}): it still has its token`);
  // Two of one bot would both answer.
  return restarts && !end.isReceived() && left.length === 0 ? undefined : code;
}

/** A program that ran steadily is back at once; one that had only just started waits longer each time. */
function nextPause(ms: number): number {
  return ms === 0 ? FIRST_PAUSE_MS : Math.min(STEADY_MS, ms * 2);
}

/** @returns The signal that ended the wait. */
async function pause(io: Io, ms: number, end: EndSignal): Promise<Signal | undefined> {
  if (ms === 0) return undefined;
  let cancel = (): void => {};
  const over = new Promise<undefined>((resolve) => {
    cancel = io.host.after(ms, () => resolve(undefined));
  });
  try {
    return await Promise.race([end.received, over]);
  } finally {
    cancel();
  }
}

function listenForSignals(io: Io, child: () => Child | undefined): EndSignal {
  let isReceived = false;
  let stopListening = (): void => {};
  const received = new Promise<Signal>((resolve) => {
    stopListening = io.onSignal((signal) => {
      // To a program that runs, SIGHUP often means: read your settings again.
      if (signal !== 'SIGHUP' || !child()) {
        isReceived = true;
        resolve(signal);
      }
      // The terminal has told the child already; twice would mean "quit at once" to many programs.
      if (signal === 'SIGTERM') child()?.end();
      else if (signal !== 'SIGINT' || !io.terminal) child()?.signal(signal);
    });
  });
  return { received, isReceived: () => isReceived, stopListening };
}
