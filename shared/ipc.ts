/** The contract between windows and the main process: calls, pushes and how an answer looks. */
import { MAX_INTENT_LENGTH } from './intent-name.ts';
import type { ApprovalView, SignInView } from './prompt-views.ts';
import type { ActivityView, ReportView, SettingsView, TwitchAppKind, VaultView } from './views.ts';

/** Which of Castkey's own windows may make a call. */
export type WindowRole = 'main' | 'approval' | 'signIn';

/** A call's signature. It is there for the compiler only: nothing of it exists at run time. */
interface Signature<F> {
  readonly signature?: F;
}
const call = <F extends (...args: never[]) => unknown>(): Signature<F> => ({});
type Signatures<T> = { [C in keyof T]: T[C] extends Signature<infer F> ? F : never };

/** Every call the main window may make. The one place such a call is added. */
const MAIN_CALLS = {
  'state.read': call<() => VaultView>(),
  /** Adds a Twitch application, or replaces what is known of one: its kind, its secret. The first becomes the default. */
  'app.configure':
    call<(req: { clientId: string; kind: TwitchAppKind; clientSecret?: string; label?: string }) => void>(),
  /** Puts what Twitch's console asks for as "OAuth Redirect URL" on the clipboard. */
  'app.copyRedirectUrl': call<() => void>(),
  'app.rename': call<(req: { clientId: string; label: string }) => void>(),
  /** Bots that name no application get this one's tokens from now on. */
  'app.makeDefault': call<(req: { clientId: string }) => void>(),
  /** Removes it with all its logins, which are revoked at Twitch; its bots get nothing more. */
  'app.remove': call<(req: { clientId: string }) => void>(),
  /** Has Twitch end the application's own tokens, as far as Castkey still has them; bots that may go on get a new one. */
  'app.endTokens': call<(req: { clientId: string }) => void>(),
  /** Bots' questions come as notifications until it is switched off. */
  'stream.setMode': call<(req: { on: boolean }) => void>(),
  /** Brings up the questions that wait for her without a window. */
  'question.open': call<() => void>(),
  /** Leaves the real Twitch for the built-in stand-in, or comes back. */
  'sandbox.use': call<(req: { on: boolean }) => void>(),
  /** Opens the sign-in window for an account that is new here, or for the one named. */
  'account.signIn': call<(req: { userId?: string; clientId?: string; scopes?: string[] }) => void>(),
  /** Keeps a bare access token, which can't be refreshed. */
  'account.addToken': call<(req: { accessToken: string }) => void>(),
  /** Without `clientId`: every login of the person. So in the other calls for one. */
  'account.refresh': call<(req: { userId: string; clientId?: string }) => void>(),
  'account.refreshAll': call<() => void>(),
  'account.remove': call<(req: { userId: string; clientId?: string }) => void>(),
  'account.setIntents': call<(req: { userId: string; intents: string[] }) => void>(),
  /** Jobs there are, or bots may use, that read the same as this one and are others. */
  'account.similarIntents': call<(req: { intent: string }) => string[]>(),
  'bot.remove': call<(req: { keyId: string }) => void>(),
  /** Opens the sign-in window for all that the bot said it needs or would like and its accounts lack. */
  'bot.consent': call<(req: { keyId: string }) => void>(),
  'grant.revoke': call<(req: { keyId: string; grantId: string }) => void>(),
  /** A permission that would end by itself doesn't any more. */
  'grant.keep': call<(req: { keyId: string; grantId: string }) => void>(),
  /** Narrows a permission to some of its scopes. */
  'grant.change': call<(req: { keyId: string; grantId: string; scopes: string[] }) => void>(),
  /** The program a bot's key is now used by is all right. `at` names the change she has seen. */
  'bot.acceptChange': call<(req: { keyId: string; at: number }) => void>(),
  /** Renews a login that Castkey leaves alone (`tryAnyway` in its view). */
  'account.tryAnyway': call<(req: { userId: string; clientId?: string }) => void>(),
  /** Makes a new token and has Twitch end the one bots hold; other bots get the new one by event. */
  'account.rotate': call<(req: { userId: string; clientId?: string }) => void>(),
  /** Entries of the whole kept record that hold every word, newest first, at most `CALL_LIMITS.searchResults`. */
  'activity.search': call<(req: { text: string; before?: number }) => ActivityView[]>(),
  /** Writes the record to a file she chooses; null when she chose none. */
  'activity.export': call<() => ReportView | null>(),
  /** Puts the newest part of the log, free of secrets and names of accounts, on the clipboard. */
  'activity.copySafe': call<() => void>(),
  'vault.lock': call<() => void>(),
  /** Needs the passphrase where one protects the vault (`protection.kind` is `passphrase`). */
  'vault.unlock': call<(req: { passphrase?: string }) => void>(),
  'settings.change': call<(req: Partial<SettingsView>) => void>(),
  /** Seals secrets with a passphrase where the system has no keychain, or opens them with it. */
  /** `anew`: she knows that what another passphrase sealed stays shut, since the file that makes its key is damaged. */
  'passphrase.set': call<(req: { passphrase: string; anew?: true }) => void>(),
  'passphrase.enter': call<(req: { passphrase: string }) => void>(),
  /** Has the system ask for the keychain's password, or lets Castkey ask once more; resolves once that is answered. */
  'keychain.unlock': call<() => void>(),
  /**
   * The three ask for a file by the system's dialog and give null when none was chosen. Its path and
   * what it holds stay in the main process.
   */
  'backup.export': call<(req: { passphrase: string }) => ReportView | null>(),
  'backup.restore': call<(req: { passphrase: string }) => ReportView | null>(),
  'login.import': call<() => ReportView | null>(),
  'notice.dismiss': call<(req: { id: number }) => void>(),
  /** Opens a page by its name, never by a URL. */
  'page.open': call<(req: { page: 'twitch-console' | 'twitch-connections' | 'help' }) => void>(),
};
/** Their signatures by name. */
export type MainCalls = Signatures<typeof MAIN_CALLS>;

/** The answers to an approval request. */
export const APPROVAL_CHOICES = ['always', 'until-stream-ends', 'for-8-hours', 'once', 'deny'] as const;
export type ApprovalChoice = (typeof APPROVAL_CHOICES)[number];

/** In place of a user ID: whoever signs in next. */
export const NEW_ACCOUNT = 'new';

/** Her answer to the question she saw: its ID and its digest. */
export interface ApprovalAnswer {
  id: string;
  digest: string;
  decision: ApprovalChoice;
  /** Gives jobs nobody has to an account: intent → user ID, or `NEW_ACCOUNT`. */
  intents?: Record<string, string>;
  /** Client ID of the application she chose, where the bot named none and there is no default. */
  application?: string;
  /** She ticked that she understands what is dangerous about it; `always` needs that where something is. */
  understood?: boolean;
}

/** Milliseconds after a question is on the screen: before, a click meant for another window could hit its buttons. */
export const PROMPT_GUARD = { denyMs: 500, allowMs: 1_500 } as const;

/** Every call the approval window may make. */
const APPROVAL_CALLS = {
  'approval.read': call<() => ApprovalView | null>(),
  /** She sets a Twitch application up first, in the main window; the question waits for it. */
  'approval.setUp': call<(req: { id: string }) => void>(),
  /** The question with this ID has been drawn and was on the screen. */
  'approval.presented': call<(req: { id: string; digest: string }) => void>(),
  'approval.decide': call<(req: ApprovalAnswer) => void>(),
};
/** Their signatures by name. */
export type ApprovalCalls = Signatures<typeof APPROVAL_CALLS>;

/** Every call the sign-in window may make. */
const SIGN_IN_CALLS = {
  'signIn.read': call<() => SignInView | null>(),
  'signIn.here': call<(req: { id: string }) => void>(),
  'signIn.browser': call<(req: { id: string }) => void>(),
  'signIn.copyLink': call<(req: { id: string }) => void>(),
  'signIn.copyCode': call<(req: { id: string }) => void>(),
  /** Whoever signed in is the streamer, or somebody she looks after. `userId`: as the window named the person. */
  'signIn.keep': call<(req: { id: string; userId: string }) => void>(),
  'signIn.notMe': call<(req: { id: string }) => void>(),
  /** The bot that wanted it has stopped waiting, and she finishes it all the same. */
  'signIn.goOn': call<(req: { id: string }) => void>(),
  /** After a failure: from the start. */
  'signIn.again': call<(req: { id: string }) => void>(),
  'signIn.cancel': call<(req: { id: string }) => void>(),
  /** Back from the Twitch page to the choice. */
  'signIn.back': call<(req: { id: string }) => void>(),
};
/** Their signatures by name. */
export type SignInCalls = Signatures<typeof SIGN_IN_CALLS>;

/** The calls by window. */
export interface WindowCalls {
  main: MainCalls;
  approval: ApprovalCalls;
  signIn: SignInCalls;
}

/** The calls of all windows: each belongs to one. */
export type AllCalls = MainCalls & ApprovalCalls & SignInCalls;

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

/** What an argument of a call may hold at most: the main process refuses more, so windows don't offer it. */
export const CALL_LIMITS = {
  /** UTF-16 units of a passphrase; `min` for a new one, an old one is whatever it is. */
  passphrase: { min: 10, max: 1024 },
  /** UTF-16 units of an ID, or of the name of a scope. */
  idLength: 128,
  /** Scopes asked for or kept at once. */
  scopes: 256,
  /** Characters of an intent's name. */
  intentLength: MAX_INTENT_LENGTH,
  /** Intents of one account. */
  intents: 64,
  /** UTF-16 units a search is for. */
  searchText: 200,
  /** Entries a search answers with; fewer mean that there are no older ones. */
  searchResults: 500,
} as const;

type Calls<R extends WindowRole> = WindowCalls[R];
/** A call's argument; undefined when it takes none. */
export type CallArg<F> = F extends (req: infer A) => unknown
  ? unknown extends A
    ? undefined
    : A
  : undefined;
/** What a call gives when all went well. */
export type CallValue<F> = F extends (...args: never[]) => infer V ? V : never;

const namesOf = <T extends object>(calls: T): readonly (keyof T)[] => Object.keys(calls) as (keyof T)[];

/** The calls of each window by name. */
export const CALLS = {
  main: namesOf(MAIN_CALLS),
  approval: namesOf(APPROVAL_CALLS),
  signIn: namesOf(SIGN_IN_CALLS),
} as const satisfies { [R in WindowRole]: readonly (keyof WindowCalls[R])[] };

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

/** Every role there is. */
export const WINDOW_ROLES = Object.keys(PAGES) as readonly WindowRole[];
