/** The contract between windows and the main process: calls, pushes and how an answer looks. */
import type {
  ActivityView,
  ApprovalView,
  ReportView,
  SettingsView,
  SignInView,
  TwitchAppKind,
  VaultView,
} from './views.ts';

/** Which of Castkey's own windows may make a call. */
export type WindowRole = 'main' | 'approval' | 'signIn';

/** Every call the main window may make. The one place such a call is added. */
export interface MainCalls {
  'state.read': () => VaultView;
  'app.configure': (req: { clientId: string; kind: TwitchAppKind; clientSecret?: string }) => void;
  /** Leaves the real Twitch for the built-in stand-in, or comes back. */
  'sandbox.use': (req: { on: boolean }) => void;
  /** Opens the sign-in window for an account that is new here, or for the one named. */
  'account.signIn': (req: { userId?: string; scopes?: string[] }) => void;
  /** Keeps a bare access token, which can't be refreshed. */
  'account.addToken': (req: { accessToken: string }) => void;
  'account.refresh': (req: { userId: string }) => void;
  'account.refreshAll': () => void;
  'account.remove': (req: { userId: string }) => void;
  'account.setIntents': (req: { userId: string; intents: string[] }) => void;
  'bot.remove': (req: { keyId: string }) => void;
  'grant.revoke': (req: { keyId: string; grantId: string }) => void;
  /** Narrows a permission to some of its scopes. */
  'grant.change': (req: { keyId: string; grantId: string; scopes: string[] }) => void;
  /** The program a bot's key is now used by is all right. `at` names the change she has seen. */
  'bot.acceptChange': (req: { keyId: string; at: number }) => void;
  /** Makes a new token and has Twitch end the one bots hold; other bots get the new one by event. */
  'account.rotate': (req: { userId: string }) => void;
  /** Entries of the whole kept record that hold every word, newest first, at most 500. */
  'activity.search': (req: { text: string; before?: number }) => ActivityView[];
  /** Writes the record to a file she chooses; null when she chose none. */
  'activity.export': () => ReportView | null;
  /** Puts the newest part of the log, free of secrets and names of accounts, on the clipboard. */
  'activity.copySafe': () => void;
  'vault.lock': () => void;
  /** Needs the passphrase where one protects the vault (`protection.kind` is `passphrase`). */
  'vault.unlock': (req: { passphrase?: string }) => void;
  'settings.change': (req: Partial<SettingsView>) => void;
  /** Seals secrets with a passphrase where the system has no keychain, or opens them with it. */
  'passphrase.set': (req: { passphrase: string }) => void;
  'passphrase.enter': (req: { passphrase: string }) => void;
  /**
   * The three ask for a file by the system's dialog and give null when none was chosen. Its path and
   * what it holds stay in the main process.
   */
  'backup.export': (req: { passphrase: string }) => ReportView | null;
  'backup.restore': (req: { passphrase: string }) => ReportView | null;
  'login.import': () => ReportView | null;
  'notice.dismiss': (req: { id: number }) => void;
  /** Opens a page by its name, never by a URL. */
  'page.open': (req: { page: 'twitch-console' | 'twitch-connections' | 'help' }) => void;
}

/** Every call the approval window may make. */
export interface ApprovalCalls {
  'approval.read': () => ApprovalView | null;
  /** `intents` gives jobs nobody has to an account: intent → user ID. */
  'approval.decide': (req: {
    id: string;
    verdict: 'always' | 'once' | 'deny';
    intents?: Record<string, string>;
  }) => void;
}

/** Every call the sign-in window may make. */
export interface SignInCalls {
  'signIn.read': () => SignInView | null;
  'signIn.here': (req: { id: string }) => void;
  'signIn.browser': (req: { id: string }) => void;
  'signIn.copyLink': (req: { id: string }) => void;
  'signIn.cancel': (req: { id: string }) => void;
  /** Back from the Twitch page to the choice. */
  'signIn.back': (req: { id: string }) => void;
}

/** The calls by window. */
export interface WindowCalls {
  main: MainCalls;
  approval: ApprovalCalls;
  signIn: SignInCalls;
}

/** What each window hears whenever it changes: its whole state. */
export interface WindowPushes {
  main: VaultView;
  approval: ApprovalView | null;
  signIn: SignInView | null;
}

/** Why a call was refused: a closed list. */
export type CallErrorCode =
  | 'bad-request'
  | 'not-found'
  | 'locked'
  | 'refused'
  | 'setup'
  | 'twitch'
  | 'storage'
  | 'internal';
/** Answers are values: an exception through Electron's IPC keeps nothing but its message. */
export type CallResult<T> =
  | { ok: true; value: T }
  | { ok: false; error: { code: CallErrorCode; message: string } };

type Calls<R extends WindowRole> = WindowCalls[R];
/** A call's argument; undefined when it takes none. */
export type CallArg<F> = F extends (req: infer A) => unknown
  ? unknown extends A
    ? undefined
    : A
  : undefined;
/** What a call gives when all went well. */
export type CallValue<F> = F extends (...args: never[]) => infer V ? V : never;

/** The calls of each window by name; a call missing here fails to compile. */
export const CALLS = {
  main: [
    'state.read',
    'app.configure',
    'sandbox.use',
    'account.signIn',
    'account.addToken',
    'account.refresh',
    'account.refreshAll',
    'account.remove',
    'account.setIntents',
    'bot.remove',
    'grant.revoke',
    'grant.change',
    'bot.acceptChange',
    'account.rotate',
    'activity.search',
    'activity.export',
    'activity.copySafe',
    'vault.lock',
    'vault.unlock',
    'settings.change',
    'passphrase.set',
    'passphrase.enter',
    'backup.export',
    'backup.restore',
    'login.import',
    'notice.dismiss',
    'page.open',
  ],
  approval: ['approval.read', 'approval.decide'],
  signIn: ['signIn.read', 'signIn.here', 'signIn.browser', 'signIn.copyLink', 'signIn.cancel', 'signIn.back'],
} as const satisfies { [R in WindowRole]: readonly (keyof WindowCalls[R])[] };

type Missing = {
  [R in WindowRole]: Exclude<keyof WindowCalls[R], (typeof CALLS)[R][number]>;
}[WindowRole];
/** Only compiles while CALLS names every call; a call left out is named by the error. */
export const EVERY_CALL_IS_LISTED: [Missing] extends [never] ? true : Missing = true;

/** What a window gets as `window.castkey`. Derived, never written by hand. */
export type PreloadApi<R extends WindowRole> = {
  [C in keyof Calls<R>]: CallArg<Calls<R>[C]> extends undefined
    ? () => Promise<CallResult<CallValue<Calls<R>[C]>>>
    : (arg: CallArg<Calls<R>[C]>) => Promise<CallResult<CallValue<Calls<R>[C]>>>;
} & {
  /** Hears the whole state of this window whenever it changes; returns how to stop. */
  onState(listener: (state: WindowPushes[R]) => void): () => void;
};

/** Origin of Castkey's own pages, and the page of each window. */
export const APP_ORIGIN = 'castkey://app';
export const PAGES = {
  main: 'index.html',
  approval: 'approval.html',
  signIn: 'sign-in.html',
} as const satisfies Record<WindowRole, string>;
