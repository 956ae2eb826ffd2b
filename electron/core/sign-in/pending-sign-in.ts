/** One sign-in that is wanted: for whom, with which scopes, and who waits for it. */
import type { SignInView } from '../../../shared/views.ts';
import type { Account } from '../accounts/account.ts';
import type { AdoptedLogin } from '../accounts/new-login.ts';
import { missingScopes, unionScopes } from '../accounts/scope-sets.ts';
import type { Deps } from '../ports.ts';
import { consentTimeout, type Failed, type Result } from '../result.ts';
import type { DeviceCode, TokenPair } from '../twitch/endpoints.ts';
import type { SignInFlow } from './oauth-flow.ts';

/** What somebody asks of a sign-in. */
export interface SignInRequest {
  /** The account that must sign in; null when any may. */
  userId: string | null;
  scopes: readonly string[];
  /** The bot's name; null when the streamer started it herself. */
  bot: string | null;
}
/** Somebody who waits for it, with a deadline. */
export interface Waiter {
  request: SignInRequest;
  /** Milliseconds since 1970. */
  deadline: number;
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
  /** Milliseconds since 1970: a yes that comes sooner was a click meant for something else. */
  keepAt: number;
  expiresAt: number;
  /** Stops the clock that ends it unanswered. */
  over(): void;
}

/** The state of one sign-in, from the first request to the last answer. */
export interface PendingSignIn {
  readonly id: string;
  userId: string | null;
  waiters: Set<Waiter>;
  /** Scopes that are asked for though whoever wanted them is gone. */
  extra: string[];
  stage: SignInView['stage'];
  problem: string;
  device: DeviceCode | null;
  flow: SignInFlow | null;
  /** What became of the device code in force. */
  codeUse: CodeUse;
  /** Set while she is asked whether it was her who signed in. */
  question: NewcomerQuestion | null;
}

/** A sign-in nobody waits for yet; `userId` is the account that must sign in, null when any may. */
export function newPendingSignIn(id: string, userId: string | null): PendingSignIn {
  return {
    id,
    userId,
    waiters: new Set(),
    extra: [],
    stage: 'choose',
    problem: '',
    device: null,
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

/**
 * Waits for the sign-in; `consent-timeout` after `ms`, or when whoever waits has gone, and `onLeave` is called.
 * What it wanted is asked for all the same as long as others wait.
 */
export function waitFor(
  deps: Pick<Deps, 'clock' | 'timers'>,
  pending: PendingSignIn,
  { request, ms, signal }: Waiting,
  onLeave: () => void,
): Promise<Result<Account>> {
  return new Promise((resolve) => {
    const leave = (): void => {
      waiter.settle(consentTimeout());
      pending.extra = unionScopes(pending.extra, pending.waiters.size > 0 ? [...request.scopes] : []);
      onLeave();
    };
    const stopTimer = deps.timers.after(ms, leave);
    const waiter: Waiter = {
      request,
      deadline: deps.clock.now() + ms,
      settle(result) {
        stopTimer();
        signal?.removeEventListener('abort', leave);
        pending.waiters.delete(waiter);
        resolve(result);
      },
    };
    signal?.addEventListener('abort', leave);
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

function personOf({ question }: PendingSignIn): SignInView['person'] {
  if (question === null) return null;
  const { userId, login, tokens } = question.login;
  return { userId, login, scopes: tokens.scopes, keepAt: question.keepAt };
}

/** What the window shows of it. */
export function viewOf(
  pending: PendingSignIn,
  account: Account | null,
  environment: Pick<SignInView, 'primary' | 'notTwitch'>,
): SignInView {
  const held = account?.tokens.scopes ?? [];
  const bots = [...pending.waiters].flatMap(({ request }) => request.bot ?? []);
  return {
    ...environment,
    id: pending.id,
    bots: [...new Set(bots)],
    expected: account && { userId: account.userId, login: account.login },
    newScopes: missingScopes(wantedScopes(pending, held), held),
    grantedScopes: held,
    userCode: pending.device?.userCode ?? null,
    verificationUri: pending.device?.verificationUri ?? null,
    stage: pending.stage,
    problem: pending.problem,
    person: personOf(pending),
    expiresAt: Math.min(
      pending.question?.expiresAt ?? Number.POSITIVE_INFINITY,
      Math.max(0, ...[...pending.waiters].map(({ deadline }) => deadline)),
    ),
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
