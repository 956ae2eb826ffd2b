import { type ChildProcess, spawn } from 'node:child_process';
import { type Host, nodeHost } from '../host.ts';

/** Signals that `exec` passes on to its child and that end `watch`. */
export const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type Signal = (typeof SIGNALS)[number];

/** What a command may touch of the process it runs in; tests give it another one. */
export interface Io {
  readonly host: Host;
  /** Whether people sit at a terminal, which itself sends Ctrl-C to every program in front. */
  readonly terminal: boolean;
  out(text: string): void;
  err(text: string): void;
  /** @returns How to stop hearing; while anybody hears, a signal doesn't end the process. */
  onSignal(hear: (signal: Signal) => void): () => void;
  /** A child with this process's own input and output. */
  spawn(command: string, args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess;
}

/** The real process. A reader that goes away (`castkey watch | head`) ends it quietly. */
export function processIo(): Io {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  return {
    host: nodeHost,
    terminal: process.stdin.isTTY === true,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    onSignal(hear) {
      for (const signal of SIGNALS) process.on(signal, hear);
      return () => {
        for (const signal of SIGNALS) process.off(signal, hear);
      };
    },
    spawn: (command, args, env) => spawn(command, args, { stdio: 'inherit', env }),
  };
}
