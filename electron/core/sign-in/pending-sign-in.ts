/** One sign-in that is wanted: for whom, with which scopes, and who waits for it. */
import type { SignInView } from '../../../shared/prompt-views.ts';
import type { Account } from '../accounts/account.ts';
import type { AdoptedLogin } from '../accounts/new-login.ts';
import { missingScopes, unionScopes } from '../accounts/scope-sets.ts';
import type { Deps } from '../ports.ts';
import { consentTimeout, type Failed, type Result } from '../result.ts';
import type { DeviceCode, TokenPair } from '../twitch/endpoints.ts';
import type { SignInFlow } from './oauth-flow.ts';

/** What somebody asks of a sign-in. */
export interface SignInRequest {
  /** The Twitch application the login is for. */
  clientId: string;
  /** The person who must sign in; null when any may. */
  userId: string | null;
  /** The job that whoever signs in gets; null for none. */
  intent: string | null;
  scopes: readonly string[];
  /** The bot's name; null when the streamer started it herself. */
  bot: string | null;
  /** She is told of it by a notification, and opens the window herself; null: unless she is live. `false`: she has just asked for it. */
  quietly: boolean | null;
}
/** Somebody who waits for it. */
export interface Waiter {
  request: SignInRequest;
  settle(result: Result<Account>): void;
}

/** How a device code may have been used: nowhere yet, only on the page in our own window, or outside of it. */
export type CodeUse = 'none' | 'page' | 'elsewhere';

/** A login of somebody who is new here: Twitch has confirmed it, and it is not stored yet. */
export interface Newcomer {
  login: AdoptedLogin;
  pair: TokenPair;
}
/** The question whether that is the right person. */
export interface NewcomerQuestion extends Newcomer {
  /** Monotonic milliseconds: a yes that comes too soon after it was a click meant for something else. */
  askedAt: number;
  /** For the window, milliseconds since 1970: from when on it offers the yes. */
  keepAt: number;
  expiresAt: number;
  /** Stops the clock that ends it unanswered. */
  over(): void;
}

/** The state of one sign-in, from the first request to the last answer. */
export interface PendingSignIn {
  readonly id: string;
  readonly clientId: string;
  userId: string | null;
  readonly intent: string | null;
  /** No window comes up for it until she opens it. */
  quiet: boolean;
  /** She has opened it herself after a notification. */
  opened: boolean;
  waiters: Set<Waiter>;
  /** Scopes that are asked for though whoever wanted them is gone. */
  extra: string[];
  /** Bots whose time was over, or which have hung up. */
  left: string[];
  /** Set while nobody waits and the window stays for the streamer; stops the clock that closes it. */
  kept: (() => void) | null;
  stage: SignInView['stage'];
  problem: string;
  device: DeviceCode | null;
  /** Milliseconds since 1970 until which that code is good. */
  codeExpiresAt: number;
  flow: SignInFlow | null;
  /** What became of the device code in force. */
  codeUse: CodeUse;
  /** Set while she is asked whether it was her who signed in. */
  question: NewcomerQuestion | null;
}

/** A sign-in nobody waits for yet. */
export function newPendingSignIn(
  id: string,
  { clientId, userId, intent }: Pick<SignInRequest, 'clientId' | 'userId' | 'intent'>,
): PendingSignIn {
  return {
    id,
    clientId,
    userId,
    intent,
    quiet: false,
    opened: false,
    waiters: new Set(),
    extra: [],
    left: [],
    kept: null,
    stage: 'choose',
    problem: '',
    device: null,
    codeExpiresAt: 0,
    flow: null,
    codeUse: 'none',
    question: null,
  };
}

/** Who waits for a sign-in: what for, how long in milliseconds, and until it has hung up. */
export interface Waiting {
  request: SignInRequest;
  ms: number;
  signal: AbortSignal | undefined;
}

/** Why somebody no longer waits: the time was over, or the connection is gone. */
export type Leave = 'late' | 'gone';

/**
 * Waits for the sign-in; `consent-timeout` after `ms`, or when whoever waits has gone, and `onLeave` is called.
 * What it wanted is asked for all the same.
 */
export function waitFor(
  deps: Pick<Deps, 'clock' | 'timers'>,
  pending: PendingSignIn,
  { request, ms, signal }: Waiting,
  onLeave: (why: Leave) => void,
): Promise<Result<Account>> {
  return new Promise((resolve) => {
    const leave = (why: Leave): void => {
      pending.extra = wantedScopes(pending, []);
      waiter.settle(consentTimeout());
      onLeave(why);
    };
    const hungUp = (): void => leave('gone');
    const stopTimer = deps.timers.after(ms, () => leave('late'));
    const waiter: Waiter = {
      request,
      settle(result) {
        stopTimer();
        signal?.removeEventListener('abort', hungUp);
        pending.waiters.delete(waiter);
        resolve(result);
      },
    };
    signal?.addEventListener('abort', hungUp);
    pending.waiters.add(waiter);
  });
}

/** All that the waiting ones want and the account has: a new consent replaces the old one. */
export function wantedScopes(pending: PendingSignIn, held: readonly string[]): string[] {
  return unionScopes(
    [...held, ...pending.extra],
    [...pending.waiters].flatMap(({ request }) => [...request.scopes]),
  );
}

/** Stages in which no way to sign in is open: somebody has signed in, or it has failed. */
export const OVER: ReadonlySet<PendingSignIn['stage']> = new Set(['checking', 'confirm', 'failed']);

/** True once she has begun: what she does at Twitch, or with the code, must not be cut off under her hands. */
export const isBegun = ({ stage, codeUse }: PendingSignIn): boolean =>
  stage !== 'choose' || codeUse !== 'none';

function personOf({ question }: PendingSignIn): SignInView['person'] {
  if (question === null) return null;
  const { userId, login, tokens } = question.login;
  const { keepAt, expiresAt } = question;
  return { userId, login, scopes: tokens.scopes, keepAt, expiresAt };
}

/** What the window shows of it. */
export function viewOf(
  pending: PendingSignIn,
  { expected, held, application }: Pick<SignInView, 'application' | 'expected'> & { held: readonly string[] },
  environment: Pick<SignInView, 'primary' | 'notTwitch'>,
): SignInView {
  const bots = [...pending.waiters].flatMap(({ request }) => request.bot ?? []);
  const stopped = pending.left.filter((bot) => !bots.includes(bot));
  return {
    ...environment,
    id: pending.id,
    bots: [...new Set(bots)],
    stopped,
    abandoned: pending.kept !== null && pending.stage !== 'failed' && stopped.length > 0,
    expected,
    application,
    intent: pending.intent,
    newScopes: missingScopes(wantedScopes(pending, held), held),
    grantedScopes: [...held],
    userCode: pending.device?.userCode ?? null,
    verificationUri: pending.device?.verificationUri ?? null,
    codeExpiresAt: pending.codeExpiresAt,
    pageReady: pending.flow?.page() != null,
    stage: pending.stage,
    problem: pending.problem,
    person: personOf(pending),
  };
}

/** Answers everybody who waits, and forgets them. */
export function settleAll(
  pending: PendingSignIn,
  resultFor: (request: SignInRequest) => Result<Account>,
): void {
  for (const waiter of [...pending.waiters]) waiter.settle(resultFor(waiter.request));
}

/** Tells everybody who waits the same reason. */
export function refuseAll(pending: PendingSignIn, why: Failed): void {
  settleAll(pending, () => why);
}
