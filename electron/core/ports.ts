/**
 * Everything core needs from outside, and the only way by which it gets it. app/vault-run.ts fills
 * these in with adapters, tests with fakes.
 */

import type { ApprovalView, SignInView } from '../../shared/prompt-views.ts';
import type { TwitchEnvironment } from '../../shared/twitch-environment.ts';
import type { ProtectionView, SettingsView } from '../../shared/views.ts';

/** What the time is, in two ways. */
export interface Clock {
  /** Milliseconds since 1970; may jump when the person or the network sets the clock. */
  now(): number;
  /** Milliseconds since some moment of the past; only ever rises, goes on in sleep, and nobody can set it. */
  monotonic(): number;
}

/** Runs something later; the function it returns calls it off. Never fires in the same turn. */
export interface Timers {
  after(ms: number, run: () => void): () => void;
}

/** Unguessable bytes. */
export interface Random {
  bytes(count: number): Uint8Array;
}

/** A request to Twitch. */
export interface HttpRequest {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  /** An `application/x-www-form-urlencoded` body. Secrets go here, never into the URL. */
  body?: string;
  timeoutMs: number;
}
/**
 * An answer, or why there is none, as values. `advice`: what the streamer can do about it, where the cause is on her side. `sent` tells whether the request may have reached
 * Twitch: the difference between a harmless failure and a one-time refresh token in doubt.
 */
export type HttpReply =
  | { kind: 'answer'; status: number; header(name: string): string | null; body: string }
  | { kind: 'failure'; sent: boolean; cause: string; advice?: string };
export type Http = (request: HttpRequest) => Promise<HttpReply>;

/** `unavailable` may pass (keychain locked); `wrong-key` won't. Neither is a reason to delete. */
export type Opened =
  | { kind: 'opened'; plain: string; stale: boolean }
  | { kind: 'unavailable' }
  | { kind: 'wrong-key' };
/** Seals secrets for the disk. With protection `none` or `weak` nothing sealed may be written. */
export interface SecretBox {
  protection(): ProtectionView;
  seal(plain: string): Promise<string>;
  open(sealed: string): Promise<Opened>;
  /** Looks whether the keychain can be used by now; takes at most some seconds. */
  lookAgain(): Promise<void>;
  /** Has the system ask for the keychain's password; resolves when that was answered, either way. */
  unlockKeychain(): Promise<void>;
  /** Sets a passphrase where none is set, or opens the box with the one that is. */
  givePassphrase(passphrase: string): Promise<'ready' | 'wrong'>;
}

/** A JSON document as found on disk. `previous`: the file was damaged or gone, its copy was read. */
export type StoredDocument =
  | { kind: 'read'; value: unknown; previous: boolean }
  | { kind: 'absent' }
  | { kind: 'unreadable'; reason: string };
/**
 * One small JSON file a name, and its copy. `write` resolves when the new version is durable (written aside,
 * fsynced, renamed, then copied) and rejects when the disk refuses. `read` puts right what it finds damaged; of a file
 * that says nothing of whether it is whole, `isUsable` decides whether the copy is better. `writeUnless` asks `mustStay` of
 * what is there in the same step, and resolves false, with nothing written, when it says so. `setAside` keeps what
 * is there under a name nobody reads, and leaves nothing under this one.
 */
export interface DocumentStore {
  names(): Promise<string[]>;
  read(name: string, isUsable?: (value: unknown) => boolean): Promise<StoredDocument>;
  write(name: string, value: unknown): Promise<void>;
  writeUnless(name: string, value: unknown, mustStay: (found: unknown) => boolean): Promise<boolean>;
  setAside(name: string): Promise<void>;
  remove(name: string): Promise<void>;
}

/** Lines kept for the activity page; bounded by the adapter. */
export interface LineStore {
  append(line: string): Promise<void>;
  tail(count: number): Promise<string[]>;
}

/**
 * What the system says about who is at the other end of a connection; null where it can't tell. What can be
 * known at once is there from the start; `otherFile` and `connection` only after `Pipe.lookAgain`.
 */
export interface Peer {
  pid: number | null;
  uid: number | null;
  program: string | null;
  /** What an interpreter runs, read from its command line: a claim more than a fact. */
  script: string | null;
  /** It has written over its command line (Node's `process.title`, `setproctitle`), so its script can't be told. */
  rewritten: boolean;
  parent: string | null;
  /** The program runs code of anybody (node, python, …), so its path says little. */
  interpreter: boolean;
  /** The program hands on what others say (sshd, socat, …): all else here is about it, not about them. */
  relay: boolean;
  /**
   * It may find other files at the same paths than Castkey does: mounts, users, processes or the root are its
   * own (a container, Flatpak, Snap, or somebody who wants to look like another program).
   */
  otherNamespace: boolean;
  /** What runs isn't the file Castkey finds at that path, or that one doesn't answer; null where that wasn't or can't be looked at. */
  otherFile: boolean | null;
  /**
   * Whether this very program opened the connection. `own`: as far as could be seen. `inherited`: perhaps, or a program that ran in
   * this process before left it behind; in a container that is all that can be told. `elsewhere`: the process doesn't have it any more, so another one speaks.
   * Null where that wasn't or can't be looked at.
   */
  connection: 'own' | 'inherited' | 'elsewhere' | null;
  /** Castkey stood still when it connected: by the time it looked, another program may have run in that process. */
  late: boolean;
  /** Equal for as long as the same program runs in the same process; says nothing else. */
  run: string | null;
  /** It was started so that another program in its place may have an equal `run`. */
  replaceable: boolean;
}

/** One connection of a local program, bytes in and out. */
export interface Pipe {
  /** As it was when it connected. */
  peer: Peer;
  /**
   * As it is now; `peerChanged` compares the two. Never rejects, and takes at most some seconds: a peer's files may
   * lie on a disk of its own making that doesn't answer.
   */
  lookAgain(): Promise<Peer>;
  /**
   * SHA-256, in hex, of what the peer runs: its script if it is an interpreter, else its program; null
   * where that can't be told. Takes its time, never rejects, and is known at once the second time.
   */
  fingerprint(): Promise<string | null>;
  /** Sends one line, its newline included; false when the peer reads too slowly to take more now. */
  write(line: string): boolean;
  /** Reads no more until `resume`: the peer's own writes begin to wait. */
  pause(): void;
  resume(): void;
  close(): void;
}
/** What the socket adapter tells of a connection. */
export interface PipeListener {
  data(chunk: Uint8Array): void;
  /** The peer has read enough that `write` may be tried again. */
  drained(): void;
  closed(): void;
}

/** The approval window. `show` opens it; for a question with another ID than before, a new one. */
export interface ApprovalSurface {
  /** `byHer`: she asked for it, so it may take the keyboard; else it never does. */
  show(view: ApprovalView, byHer: boolean): void;
  hide(): void;
  /** Whether the window is on the screen. */
  visible(): boolean;
}

/** A page of Twitch to be shown inside the sign-in window. */
export interface TwitchPage {
  url: string;
  /** The view may go nowhere else. */
  origins: readonly string[];
  /** A navigation to it is caught before it loads and handed to `Vault.signIn.redirected`. */
  redirectUri: string | null;
}
/** The sign-in window. `show` opens it or replaces what it shows. */
export interface SignInSurface {
  /** `byHer` as for the approval window. */
  show(view: SignInView, byHer: boolean): void;
  hide(): void;
  showPage(page: TwitchPage): void;
  hidePage(): void;
}

/** Whether somebody is at this computer. */
export interface Idle {
  /** Whole seconds since mouse or keyboard were used; 0 where the system can't tell. */
  seconds(): number;
  /** Whether the screen is locked; false where the system tells that by itself, or can't tell. */
  screenLocked(): boolean;
}

/** Has the system check who sits there, as with a fingerprint. */
export interface Presence {
  /** False where the system has no such check, or none is set up. */
  available(): boolean;
  /** Resolves true when it was confirmed; `why` completes a sentence such as "Castkey wants to …". */
  ask(why: string): Promise<boolean>;
}

/** Leaves Castkey: the system's browser and clipboard. */
export interface Desktop {
  /** Resolves false when no browser could be opened. */
  openBrowser(url: string): Promise<boolean>;
  copy(text: string): Promise<void>;
  /** `clicked` runs when she clicks it, and says whether a window has come up; else the main window does. */
  notify(message: { title: string; body: string }, clicked?: () => boolean): void;
  applySettings(settings: SettingsView): void;
  /** Brings up the main window. */
  openMain(): void;
}

/** What came of asking for a picture; `bytes` are those of a small PNG, drawn anew from what was received. */
export type FetchedPicture =
  | { kind: 'picture'; bytes: Uint8Array }
  | { kind: 'refused'; reason: string }
  | { kind: 'unreachable'; reason: string };
/** People's pictures, and the profile's own copies of them by user ID. */
export interface Pictures {
  /** Never rejects. Whoever calls it has seen to it that the URL is one of Twitch's. */
  fetch(url: string): Promise<FetchedPicture>;
  /** Null when there is none. */
  read(userId: string): Promise<Uint8Array | null>;
  /** Rejects when the disk refuses. */
  write(userId: string, bytes: Uint8Array): Promise<void>;
  remove(userId: string): Promise<void>;
}

/** A file the streamer chose to write to. */
export interface ChosenTarget {
  /** Its name, without the folder. */
  name: string;
  /** Resolves when all of it is durable, readable for her alone; rejects when the disk refuses. */
  write(text: string): Promise<void>;
}
/** A file the streamer chose to be read. */
export interface ChosenSource {
  name: string;
  /** Rejects when it can't be read, or is far larger than any file that would make sense. */
  read(): Promise<string>;
}
/** Files she chooses in the system's own dialog; null when she chose none. */
export interface FileChoice {
  toWrite(ask: {
    title: string;
    suggestion: string;
    kind: 'backup' | 'activity';
  }): Promise<ChosenTarget | null>;
  toRead(ask: { title: string; kind: 'backup' | 'logins' }): Promise<ChosenSource | null>;
}

/** Redacted by the adapter once more; still, never hand it a secret. */
export interface Log {
  warn(message: string, data?: Record<string, unknown>): void;
  error(message: string, data?: Record<string, unknown>): void;
}

/** Facts about the running program that windows show. */
export interface HostInfo {
  version: string;
  electron: { version: string; outdated: boolean };
  socketPath: string;
  /** Sentences about folders where the socket would have been, had they been private. */
  passedOver: readonly string[];
  /** The operating system and its version. */
  system: string;
  /** The person's own folder. */
  home: string;
}

/** All of it, in one object. */
export interface Deps {
  clock: Clock;
  timers: Timers;
  random: Random;
  http: Http;
  box: SecretBox;
  /** One document an account, so that a refresh writes one small file. */
  accounts: DocumentStore;
  /** `settings`, `intents`, `bots`, `bots-set-aside`, `asking`, `applications`, `people`, `protection`; the sandbox's own `sandbox`. */
  documents: DocumentStore;
  activity: LineStore;
  /** What the log has written so far. */
  logLines: Pick<LineStore, 'tail'>;
  /** Takes out of a text what looks like a secret. */
  redact(text: string): string;
  approval: ApprovalSurface;
  signIn: SignInSurface;
  desktop: Desktop;
  idle: Idle;
  presence: Presence;
  files: FileChoice;
  pictures: Pictures;
  log: Log;
  twitch: TwitchEnvironment;
  host: HostInfo;
  /** scrypt's cost for new backups; the default one unless tests make it small. */
  backupCost?: number;
}
