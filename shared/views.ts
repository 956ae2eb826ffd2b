/** What windows may know. No view holds a token, a secret or a key, not even masked. */
import type { ActivityKind } from './activity-kinds.ts';
import type { AccountState } from './protocol.ts';

/** One login of a person: for one Twitch application. */
export interface LoginView {
  clientId: string;
  /** What to call the application it is for. */
  application: string;
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

/** An account as a card or a table row shows it: one person, however many applications she signed in for. */
export interface AccountView {
  userId: string;
  login: string;
  /** Her name as Twitch writes it; null until Twitch has told it. */
  displayName: string | null;
  /** URL of the main process's own copy of her picture; null while there is none. */
  picture: string | null;
  intents: string[];
  /** The default application's comes first. */
  logins: [LoginView, ...LoginView[]];
}

/**
 * When a permission ends by itself: never (null), at a time, or with her stream. `offlineSince`: when the stream was seen to
 * be over, in milliseconds since 1970; null while she is live, or hasn't begun.
 */
export type GrantEnd = null | { kind: 'at'; at: number } | { kind: 'stream'; offlineSince: number | null };

/** One permission of a bot, as the bots page lists it. */
export interface GrantView {
  id: string;
  /** Exactly one of `userId` and `intent` is set, or none: then it is on the application's own token. */
  userId: string | null;
  intent: string | null;
  /** True for a permission on the token of the bot's Twitch application itself. */
  app: boolean;
  ends: GrantEnd;
  /** What to call the account: its login, or the login the intent belongs to; null if nobody's. */
  login: string | null;
  scopes: string[];
  createdAt: number;
  /** Null before the first use, and for uses older than this record of them. */
  firstUsedAt: number | null;
  lastUsedAt: number | null;
  uses: number;
}

/** A token that a bot has in its hands though nothing permits it to ask for another: an ended or once-only permission's. */
export interface HeldTokenView {
  /** Null, like `login`, for the application's own token. */
  userId: string | null;
  /** The Twitch application it is of, and what to call that. */
  clientId: string;
  application: string;
  login: string | null;
  /** Milliseconds since 1970; null when it never expires. */
  expiresAt: number | null;
  /** False where Castkey doesn't have the token any more (an application's own, after a restart) and can only wait for its end. */
  endable: boolean;
}

/** One thing that is different about a bot's program since the streamer allowed it. */
export interface ProgramChangeView {
  /** `contents`: the same file holds something else. `place`: this computer, or another one through SSH. */
  what: 'program' | 'script' | 'contents' | 'place' | 'application';
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
  /** Client ID of the Twitch application its tokens are of; null while there is none for it. */
  clientId: string | null;
  grants: GrantView[];
  holds: HeldTokenView[];
  /** What it said it needs (`required`) and would like, and which of that its accounts have. */
  scopes: { scope: string; required: boolean; granted: boolean }[];
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
/** Where an application came from: entered by the streamer, brought by a bot, with a pasted token, from a file. */
export type ApplicationSource = 'entered' | 'bot' | 'token' | 'backup' | 'import';
/** A Twitch application the vault holds logins of, without its secret. */
export interface ApplicationView {
  clientId: string;
  kind: TwitchAppKind;
  /** Her name for it, else the bot's that brought it, else empty. */
  label: string;
  source: ApplicationSource;
  /** Milliseconds since 1970. */
  addedAt: number;
  /** Taken for bots that name none. */
  isDefault: boolean;
  /** False while its secret can't be opened. */
  usable: boolean;
}

/** Whether she is live, as far as Castkey looks; and whether she told it to act as if she were. */
export interface StreamView {
  /** She switched stream mode on. */
  mode: boolean;
  /** Logins of her accounts that are live. */
  live: string[];
}

/** A bot's question that waits for her without a window. */
export interface WaitingQuestionView {
  kind: 'approval' | 'sign-in';
  /** The name the bot gives itself. */
  bot: string;
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
  applications: ApplicationView[];
  /** What to enter as "OAuth Redirect URL" in Twitch's console. */
  redirectUri: string;
  stream: StreamView;
  /** Oldest first of each kind. */
  questions: WaitingQuestionView[];
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
