/** What the two windows that ask show: approval and sign-in. */
import type { NotTwitchView, PeerDoubt, ProgramChangeView } from './views.ts';

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
  /** The Twitch application its tokens will be of; null where that is nothing new. */
  application: ApprovalApplicationView | null;
  wants: ApprovalWantView[];
  /** The longest-lasting choice she took last, besides the two buttons; null before that. */
  habit: 'until-stream-ends' | 'for-8-hours' | null;
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
/** `brought`: nobody here knows it yet; `missing`: the bot names none and there is no default, so she chooses. */
export interface ApprovalApplicationView {
  state: 'known' | 'brought' | 'missing';
  /** Null where it is missing. */
  clientId: string | null;
  label: string;
  /** Where it is missing: those there are. */
  choices: { clientId: string; label: string }[];
}
/** One thing that is asked for. */
export interface ApprovalWantView {
  /** It is the application's own token: it can do what accounts have let the application do. */
  app: boolean;
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
  /** Those of them that the bot can do without. */
  optional: string[];
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
  /** The Twitch application it is for, which Twitch will name, too. `several`: there are others here. */
  application: { clientId: string; label: string; several: boolean } | null;
  /** The job that whoever signs in gets; null where there is none. */
  intent: string | null;
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
