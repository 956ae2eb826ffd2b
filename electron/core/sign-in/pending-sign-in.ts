/** One sign-in that is wanted: for whom, with which scopes, and who waits for it. */
import type { SignInView } from '../../../shared/views.ts';
import type { Account } from '../accounts/account.ts';
import { missingScopes, unionScopes } from '../accounts/scope-sets.ts';
import type { Failed, Result } from '../result.ts';
import type { DeviceCode } from '../twitch/endpoints.ts';
import type { SignInFlow } from './oauth-flow.ts';

/** What somebody wants of a sign-in. */
export interface SignInRequest {
  /** The account that must sign in; null when any may. */
  userId: string | null;
  scopes: readonly string[];
  /** The bot's name; null when the streamer started it herself. */
  bot: string | null;
}
/** Somebody who waits for it, with a deadline. */
export interface Waiter {
  wish: SignInRequest;
  /** Milliseconds since 1970. */
  deadline: number;
  settle(outcome: Result<Account>): void;
}

/** The state of one sign-in, from the first wish to the last answer. */
export interface PendingSignIn {
  readonly id: string;
  userId: string | null;
  waiters: Set<Waiter>;
  /** Scopes kept in mind though whoever wanted them is gone. */
  extra: string[];
  stage: SignInView['stage'];
  problem: string;
  device: DeviceCode | null;
  flow: SignInFlow | null;
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
  };
}

/** All that the waiting ones want and the account has: a new consent replaces the old one. */
export function wantedScopes(job: PendingSignIn, held: readonly string[]): string[] {
  return unionScopes(
    [...held, ...job.extra],
    [...job.waiters].flatMap(({ wish }) => [...wish.scopes]),
  );
}

/** What the window shows of it. */
export function viewOf(
  job: PendingSignIn,
  account: Account | null,
  place: Pick<SignInView, 'primary' | 'notTwitch'>,
): SignInView {
  const held = account?.tokens.scopes ?? [];
  const bots = [...job.waiters].flatMap(({ wish }) => wish.bot ?? []);
  return {
    ...place,
    id: job.id,
    bots: [...new Set(bots)],
    expected: account && { userId: account.userId, login: account.login },
    newScopes: missingScopes(wantedScopes(job, held), held),
    grantedScopes: held,
    userCode: job.device?.userCode ?? null,
    verificationUri: job.device?.verificationUri ?? null,
    stage: job.stage,
    problem: job.problem,
    expiresAt: Math.max(0, ...[...job.waiters].map(({ deadline }) => deadline)),
  };
}

/** Answers everybody who waits, and forgets them. */
export function settleAll(job: PendingSignIn, outcome: (wish: SignInRequest) => Result<Account>): void {
  for (const waiter of [...job.waiters]) waiter.settle(outcome(waiter.wish));
}

/** Tells everybody who waits the same reason. */
export function refuseAll(job: PendingSignIn, why: Failed): void {
  settleAll(job, () => why);
}
