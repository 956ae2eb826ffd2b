/** What windows may know. No view holds a token, a secret or a key, not even masked. */
import type { ActivityKind } from './activity-kinds.ts';
import type { AccountState } from './protocol.ts';

/** An account as a card or a table row shows it. */
export interface AccountView {
  userId: string;
  login: string;
  intents: string[];
  scopes: string[];
  state: AccountState;
  /** The state in a sentence for the streamer, e.g. "valid, Twitch unreachable since 14:02". */
  stateText: string;
  /** What she can do about it; empty when nothing is wrong. */
  advice: string;
  /** Milliseconds since 1970; null when the token never expires. */
  expiresAt: number | null;
  obtainedAt: number;
  /** When Twitch last confirmed the token; null before the first time. */
  validatedAt: number | null;
  /** False for a bare access token, which can't be renewed. */
  canRefresh: boolean;
  /** What trying it anyway may cost, in words, for a login that Castkey leaves alone; else null. */
  tryAnyway: string | null;
  refreshing: boolean;
  /** False while the newest token could not be written to disk. */
  saved: boolean;
}

/** One permission of a bot, as the bots page lists it. */
export interface GrantView {
  id: string;
  /** Exactly one of `userId` and `intent` is set. */
  userId: string | null;
  intent: string | null;
  /** What to call the account: its login, or the login the intent belongs to; null if nobody's. */
  login: string | null;
  scopes: string[];
  createdAt: number;
  /** Null before the first use, and for uses older than this record of them. */
  firstUsedAt: number | null;
  lastUsedAt: number | null;
  uses: number;
}

/** One thing that is different about a bot's program since the streamer allowed it. */
export interface ProgramChangeView {
  /** `contents`: the same file holds something else. `place`: this computer, or another one through SSH. */
  what: 'program' | 'script' | 'contents' | 'place';
  /** In words or as a path; null where the system couldn't tell. */
  before: string | null;
  after: string | null;
}

/** What was different when a bot's key was last used by something else than was allowed. */
export interface ChangedProgramView {
  at: number;
  changes: ProgramChangeView[];
  /** True while it gets nothing until the streamer says that this is all right. */
  held: boolean;
}

/** A paired bot. */
export interface BotView {
  keyId: string;
  name: string;
  pairedAt: number;
  lastSeenAt: number | null;
  connections: number;
  /** The program that paired it, as the system named it; null where the system can't tell. */
  program: string | null;
  /** The script an interpreter ran when it paired. */
  script: string | null;
  /** `awaited`: `castkey pair` let it in, and it hasn't come yet; `learned`: it was the first to use that key. */
  introduced: 'awaited' | 'learned' | null;
  /** Paired from another computer, through a forwarded socket: fewer rights. */
  remote: boolean;
  /** Set when its key is used by a program that differs from the one allowed. */
  changed: ChangedProgramView | null;
  /** How many other bots here go by the same name. */
  similarNames: number;
  grants: GrantView[];
}

/**
 * Why what the system says of a program may not be so. `other-namespace`: its paths may mean other files than the
 * streamer's. `other-file`: what runs isn't the file at its path. `inherited`: another program may have opened the
 * connection. `elsewhere`: another one speaks. `late`: Castkey stood still, and couldn't look in time.
 * `replaceable`: another program that takes its place may go unnoticed.
 */
export type PeerDoubt = 'other-namespace' | 'other-file' | 'inherited' | 'elsewhere' | 'late' | 'replaceable';

/** Who was at the other end: what it said, and what was checked. */
export interface PeerView {
  /** The name it gave itself. */
  claimed: string | null;
  /** True when it proved the pairing key of the bot of that name. */
  proved: boolean;
  /** As the system told; null where it couldn't. */
  pid: number | null;
  uid: number | null;
  program: string | null;
  script: string | null;
  doubts: PeerDoubt[];
}

/** One line of the activity page. */
export interface ActivityView {
  id: number;
  at: number;
  kind: ActivityKind;
  /** The sentence shown. */
  text: string;
  bot: string | null;
  login: string | null;
  scopes: string[];
  ok: boolean;
  /** Null where no local program was involved. */
  peer: PeerView | null;
}

/** Whether the Twitch application has a client secret. */
export type TwitchAppKind = 'public' | 'confidential';
/** The Twitch application in use, without its secret. */
export interface TwitchAppView {
  clientId: string;
  kind: TwitchAppKind;
  /** What to enter as "OAuth Redirect URL" in Twitch's console. */
  redirectUri: string;
}

/** Where secrets rest. `none` and `weak` mean: in memory only, gone when Castkey quits. */
export interface ProtectionView {
  kind: 'os' | 'passphrase' | 'none' | 'weak';
  /** The backend's name as the system gives it, e.g. `gnome_libsecret`. */
  backend: string;
  /** True when a passphrase is set and has not been entered since start. */
  needsPassphrase: boolean;
  /**
   * Why the keychain can't be used now though it is where logins rest: it is locked (or Castkey wasn't let in), or
   * nothing answers by its name. Null while it isn't needed or can be used.
   */
  needsKeychain: 'locked' | 'absent' | null;
  /** True when a passphrase sealed logins, and the file that says how its key is made can't be read. */
  damaged: boolean;
  /** What is odd about it (another keychain than before), and what to do; null when nothing is. */
  problem: string | null;
}

/** Something to be read once and put away. */
export interface NoticeView {
  id: number;
  tone: 'warning' | 'error';
  text: string;
}

/** What came of a backup or an import, sentence by sentence. `kept`: left as it was, on purpose. */
export interface ReportView {
  lines: { tone: 'good' | 'kept' | 'bad' | 'advice'; text: string }[];
}

/** What the streamer may set. */
export interface SettingsView {
  openAtLogin: boolean;
  /** Closing the window leaves Castkey in the tray (true) or quits it (false). */
  closeToTray: boolean;
  /** Ask the system's own notifications to tell of logins that need her. */
  notify: boolean;
  /** Minutes without mouse or keyboard after which Castkey locks itself; null: never. */
  lockAfterMinutes: number | null;
  /** Lock when the screen is locked. */
  lockWithScreen: boolean;
  /** Go on renewing tokens while locked, so that logins don't run out. */
  refreshWhileLocked: boolean;
}

/** Why Castkey is locked. */
export type LockReason = 'streamer' | 'idle' | 'screen';

/** What a window says for as long as Castkey doesn't work with the real Twitch. */
export interface NotTwitchView {
  /** Base URL of the stand-in. */
  url: string;
  /** True for Castkey's own sandbox. */
  builtIn: boolean;
}

/** The whole state the main window shows; small, pushed as one piece. */
export interface VaultView {
  /** Rises with each push; older ones are dropped. */
  seq: number;
  version: string;
  electron: { version: string; outdated: boolean };
  /** Set when this isn't the real Twitch: the base URL of the stand-in. */
  notTwitch: NotTwitchView | null;
  /** Null until onboarding is done. */
  app: TwitchAppView | null;
  locked: boolean;
  /** Null while it isn't. */
  lockReason: LockReason | null;
  protection: ProtectionView;
  /** Set when the socket for bots could not be opened; why, and what to do. */
  socketProblem: string | null;
  socketPath: string;
  /** Sentences about folders where the socket would have been, had they been private. */
  passedOver: readonly string[];
  accounts: AccountView[];
  bots: BotView[];
  activity: ActivityView[];
  settings: SettingsView;
  notices: NoticeView[];
}

/** What the approval window shows; what is shown is what is released. */
export interface ApprovalView {
  /** Another one for each time a question is put: an answer names the picture it is about. */
  id: string;
  /** Of all that a yes is about; an answer carries it back. */
  digest: string;
  notTwitch: NotTwitchView | null;
  /** `pair`: a bot that is new here; `grant`: a known bot wants more; `changed`: its program is another one. */
  kind: 'pair' | 'grant' | 'changed';
  /** The name the bot gives itself: a claim. */
  claimedName: string;
  /** The bot's own words on why; a claim; empty when it gave none. */
  reason: string;
  /** Whose authority name and reason borrow, e.g. `Twitch` or `verified`; nobody has checked it. */
  claims: string[];
  /** What the system says the program is; fields it can't tell are null. */
  peer: { pid: number | null; program: string | null; script: string | null; parent: string | null };
  /** Why that may not be so; empty where nothing speaks against it. */
  doubts: PeerDoubt[];
  /** Another program is at the other end than when it connected: it can't be allowed any more. */
  otherProgram: boolean;
  /** The program runs scripts of anybody, so its path says little: the pairing key is what is remembered. */
  interpreter: boolean;
  /** It comes from another computer; what the system says is about the program that forwards it. */
  remote: boolean;
  /** What is different since it was allowed; empty unless something is. */
  changes: ProgramChangeView[];
  /** It asks for another program (`castkey pair`): the first one that uses the key is taken to be the bot. */
  introduces: boolean;
  /** Bots that are known by the same name already; this one has another key, or none yet. */
  similarNames: { pairedAt: number }[];
  wants: ApprovalWantView[];
  /** It was shown before, and something of it has changed since. */
  again: boolean;
  /** What is taken of her by now: nothing before this question's own picture was on the screen. */
  answerable: 'nothing' | 'deny' | 'all';
  /** Milliseconds since 1970: then the bot is told `approval-timeout`; it is not remembered as a no. */
  expiresAt: number;
  /** How many further requests wait behind this one. */
  waiting: number;
  /** How many of these are of other programs whose names look like this one's. */
  sameNameWaiting: number;
}
export interface ApprovalWantView {
  /** Set when the bot asked for a job ("chat") rather than an account. */
  intent: string | null;
  /** The account concerned; null for an intent nobody has yet, and for a user who isn't here. */
  account: { userId: string; login: string } | null;
  /** The ID of the user it asked for who isn't here: a yes gives nothing of them. */
  absentUser: string | null;
  /** All that the account's token can do: Twitch can't narrow it to what was asked for. */
  granted: string[];
  /** For an intent nobody has: the accounts she may give it to, each with what its token can do. */
  choices: { userId: string; login: string; granted: string[] }[];
  /** Names of bots that may use that intent already: whoever gets it is theirs, too. */
  otherBots: string[];
  /** What was asked for. */
  scopes: string[];
}

/** What the sign-in window shows. */
export interface SignInView {
  id: string;
  notTwitch: NotTwitchView | null;
  /** The bots that wait for it; empty when the streamer started it herself. */
  bots: string[];
  /** Bots that wanted it and no longer wait. */
  stopped: string[];
  /** Nobody waits any more, and she hasn't said yet that she finishes it anyway. */
  abandoned: boolean;
  /** The account that must sign in; null when any may. */
  expected: { userId: string; login: string } | null;
  newScopes: string[];
  grantedScopes: string[];
  /** What to type at `verificationUri`; null until Twitch has given it. */
  userCode: string | null;
  verificationUri: string | null;
  /** When that code runs out, in milliseconds since 1970. */
  codeExpiresAt: number;
  /** Whether Twitch's page can be shown in the window by now. */
  pageReady: boolean;
  /** With real Twitch the browser is the better way; with a stand-in the window is. */
  primary: 'here' | 'browser';
  /**
   * `confirm`: somebody who is new here has signed in, and she says whether it was her. `failed`: it came to
   * nothing, `problem` says why, and she may try again.
   */
  stage: 'choose' | 'here' | 'browser' | 'checking' | 'confirm' | 'failed';
  /** Why it failed and what to do; empty otherwise. */
  problem: string;
  /** Who that is, and what the login may do; null in every other stage. `keepAt`: Keep counts from then on. */
  person: { userId: string; login: string; scopes: string[]; keepAt: number; expiresAt: number } | null;
}
