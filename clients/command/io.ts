import type { NetworkReply } from '../../shared/network/request.ts';
import type { Host } from '../javascript/src/host.ts';
import type { ChildOutput, ProcessTree } from './exec/process-tree.ts';

/** Signals that `exec` passes on to its child and that end `watch`. */
export const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type Signal = (typeof SIGNALS)[number];

/** The terminal that `out` goes to. */
export interface Screen {
  readonly columns: number;
  /** Whether colours are wanted on it: https://no-color.org and `TERM=dumb` say no. */
  readonly colour: boolean;
}

/** A program to be started for good: it outlives this one. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env: NodeJS.ProcessEnv;
}

/** The stand-in Twitch while it runs. */
export interface SandboxThread {
  /** Its URL; rejects with an Error in its own words if it doesn't come up. */
  readonly url: Promise<string>;
  /** Resolves when it has ended, with why if that was its own doing. */
  readonly ended: Promise<string | undefined>;
  stop(): Promise<void>;
}

/** What goes along with a request to Twitch. */
export interface Visit {
  readonly headers?: Record<string, string>;
  /** Files of certificate authorities to be trusted beside the system's. */
  readonly trusted?: readonly string[];
}

/** What a command may touch of the process it runs in; tests give it another one. */
export interface Io {
  readonly host: Host;
  /** Whether any of the three streams is a terminal, which itself sends Ctrl-C to every program in front. */
  readonly terminal: boolean;
  /** Whether a question on the error output reaches somebody who can answer it. */
  readonly canAsk: boolean;
  /** Undefined where `out` goes to a file or a pipe. */
  readonly screen: Screen | undefined;
  /** The folder of this program's own files. */
  readonly folder: string;
  out(text: string): void;
  err(text: string): void;
  /** Bytes of a child; resolves once they are taken, with false when nobody reads them any more. */
  relay(to: 'stdout' | 'stderr', bytes: Uint8Array): Promise<boolean>;
  /** @returns How to stop hearing; while anybody hears, a signal doesn't end the process. */
  onSignal(hear: (signal: Signal) => void): () => void;
  /** Each line typed, until the input ends; returns how to stop. */
  onLine(hear: (line: string) => void): () => void;
  /** Asks on the error output; undefined when the input ends instead. */
  ask(question: string): Promise<string | undefined>;
  /** A child with this process's own input. */
  spawn(command: string, args: readonly string[], env: NodeJS.ProcessEnv, output: ChildOutput): ProcessTree;
  /**
   * Starts a program that outlives this one. While this one runs, `failed` tells if it ends with an error, and
   * `handedOver` if it ends without: another one runs already, or so it thinks.
   */
  launch(program: Launch): { readonly failed: Promise<string>; readonly handedOver: Promise<void> };
  readonly fetch: typeof fetch;
  /** Asks Twitch by this computer's proxy and certificate authorities; see `Visit`. */
  visit(url: string, how?: Visit): Promise<NetworkReply>;
  /** Starts the stand-in Twitch, a file beside this program, in a thread of its own: it ends with us. */
  startSandbox(args: readonly string[]): SandboxThread;
}
