import type { CallResult, MainCalls } from '../../shared/calls.ts';
import type { ApprovalView, SignInView, VaultView } from '../../shared/views.ts';
import type { Pipe, PipeListener } from './ports.ts';

/** Turns a call's signature into an asynchronous one that answers with a value. */
type Answering<F> = F extends (...args: infer A) => infer V ? (...args: A) => Promise<CallResult<V>> : never;

/** What the streamer can do in the main window and the tray, minus what the desktop shell does itself. */
export type VaultActions = {
  [C in Exclude<keyof MainCalls, 'state.read' | 'sandbox.use' | 'page.open'>]: Answering<MainCalls[C]>;
};

/**
 * The vault: the one object behind the socket, the windows, the tray and the command line. Nothing
 * else in the program has a path to a token.
 */
export interface Vault {
  /** Loads what is stored and begins to look after it. Never waits for Twitch. */
  start(): Promise<void>;
  /** Answers waiting bots with `shutting-down`, closes surfaces, finishes writes. Takes seconds at most. */
  stop(): Promise<void>;
  view(): VaultView;
  approvalView(): ApprovalView | null;
  signInView(): SignInView | null;
  /** Called, at most once a turn, after something a window shows has changed; returns how to stop. */
  onChange(listener: () => void): () => void;
  /** A local program has connected. */
  accept(pipe: Pipe): PipeListener;
  /** The bridge could not be opened (and why), or is open again. */
  socketProblem(problem: string | null): void;
  /** The computer woke up, the screen was unlocked or the network came back. */
  resume(): void;
  actions: VaultActions;
  approval: {
    decide(req: {
      id: string;
      verdict: 'always' | 'once' | 'deny';
      intents?: Record<string, string>;
    }): CallResult<void>;
    /** The window was closed: the same as Deny for the request it showed. */
    closed(): void;
  };
  signIn: {
    here(id: string): CallResult<void>;
    browser(id: string): Promise<CallResult<void>>;
    copyLink(id: string): Promise<CallResult<void>>;
    back(id: string): CallResult<void>;
    cancel(id: string): CallResult<void>;
    /** The window was closed: the same as Cancel. */
    closed(): void;
    /** The Twitch page tried to go to the redirect URI; the URL holds a one-time code, so never log it. */
    redirected(url: string): void;
  };
}
