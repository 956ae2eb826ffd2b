/** Refreshes tokens: one request to Twitch at a time for an account, however many ask. */

import { createSingleFlight } from '../../../shared/single-flight.ts';
import type { TwitchApplication } from '../applications/application.ts';
import type { Events } from '../events.ts';
import type { Deps } from '../ports.ts';
import {
  accountRemoved,
  applicationRefused,
  bareToken,
  type Failed,
  loginForeign,
  loginSuperseded,
  needsSignIn,
  noApplication,
  type Result,
  shuttingDown,
  success,
  unreachable,
} from '../result.ts';
import type { Secret } from '../secret.ts';
import type { TokenPair, Twitch } from '../twitch/endpoints.ts';
import type { TwitchReply, TwitchTrouble } from '../twitch/reply.ts';
import type { UnfinishedWork } from '../unfinished-work.ts';
import { type Account, timeLeft } from './account.ts';
import type { Accounts } from './accounts.ts';
import { backOff } from './back-off.ts';
import { tokensFrom } from './new-login.ts';
import { requestRefresh } from './refresh-request.ts';

/** Refreshes logins at Twitch. */
export interface Refresher {
  /**
   * A fresh pair for the account, durable before this resolves. Callers at the same time share one
   * request. Fails with `twitch-unreachable` (try again), `needs-sign-in` (Twitch refuses the
   * login; the refresh token is kept all the same) or `setup`; with `shutting-down` once Castkey quits, which
   * waits for those under way.
   */
  refresh(account: Account): Promise<Result<Account>>;
  /** The refresh under way for the account, if there is one. */
  pending(account: Account): Promise<Result<Account>> | null;
  /** When the next try is due after a passing failure; 0 when none failed. */
  notBefore(account: Account): number;
  /** Resolves when no refresh is under way. */
  settled(): Promise<void>;
}

interface Failures {
  count: number;
  /** Milliseconds since 1970, and how long after it to wait. */
  since: number;
  wait: number;
  /** The tokens it is about: newer ones have not failed. */
  version: number;
  /** True when Twitch may have refreshed the login and the answer never came. */
  lost: boolean;
}

/** A proxy may send any Retry-After; nobody is shut out for longer than this. */
const MAX_WAIT_MS = 10 * 60_000;

/** What refreshing works with. */
export interface RefresherServices {
  deps: Pick<Deps, 'clock' | 'random' | 'log'>;
  /** Asked at each refresh, since the Twitch application may be exchanged while Castkey runs. */
  app(): TwitchApplication | null;
  accounts: Accounts;
  events: Events;
  twitch: Twitch;
  unfinished: UnfinishedWork;
  changed(): void;
}

/** Nothing is under way. */
export function createRefresher({
  deps,
  app,
  accounts,
  events,
  twitch,
  unfinished,
  changed,
}: RefresherServices): Refresher {
  const flights = createSingleFlight();
  const failures = new WeakMap<Account, Failures>();
  /** Refused while their access token was still good: that they are over is yet to be told. */
  const unannounced = new WeakSet<Account>();

  const failuresOf = (account: Account): Failures | null => {
    const found = failures.get(account);
    return found?.version === account.tokens.version ? found : null;
  };

  async function requestPair(
    application: TwitchApplication,
    account: Account,
    token: Secret,
  ): Promise<TwitchReply<TokenPair>> {
    const { reply, lost } = await requestRefresh(twitch, application, token, unfinished);
    if (reply.kind !== 'rejected' || !(lost || failuresOf(account)?.lost)) return reply;
    return { kind: 'rejected', message: `${reply.message}: ${LOST_ANSWER}` };
  }

  async function refreshNow(account: Account): Promise<Result<Account>> {
    const application = app();
    const before = account.tokens.version;
    if (application === null) return noApplication();
    if (account.tokens.refresh === null) return bareToken(account.login);
    await accounts.catchUp(account);
    if (account.blocked !== null) return refusedBy(account);
    const { refresh, version } = account.tokens;
    if (refresh === null || (version !== before && timeLeft(account.tokens, deps.clock.now()) > 0))
      return success(account);
    const reply = await requestPair(application, account, refresh);
    if (accounts.get(account.userId) !== account) {
      // Nobody will ever use it: Twitch is told to end it.
      if (reply.kind === 'ok') void twitch.revoke(account.clientId, reply.value.access);
      return accountRemoved();
    }
    // A sign-in finished meanwhile: what it brought is newer than this answer.
    if (account.tokens.version !== version) return success(account);
    if (reply.kind !== 'ok') return recordFailure(account, reply);
    failures.delete(account);
    const now = deps.clock.now();
    const tokens = tokensFrom(reply.value, now, account.tokens);
    account.refreshedAt = now;
    unannounced.delete(account);
    await accounts.replaceTokens(account, version, tokens);
    return success(account);
  }

  async function recordFailure(account: Account, trouble: TwitchTrouble): Promise<Result<Account>> {
    const now = deps.clock.now();
    if (trouble.kind === 'transient') {
      const before = failuresOf(account);
      const count = (before?.count ?? 0) + 1;
      const wait = Math.min(trouble.retryAfterMs ?? backOff(count, deps.random), MAX_WAIT_MS);
      const lost = trouble.lost || (before?.lost ?? false);
      failures.set(account, { count, since: now, wait, lost, version: account.tokens.version });
      account.offlineSince ??= now;
      account.offlineBlame = trouble.blame;
      deps.log.warn('a refresh failed for now', { userId: account.userId, cause: trouble.cause });
      return unreachable(trouble.cause, wait);
    }
    const state = trouble.kind === 'setup' ? 'setup' : 'needs-sign-in';
    const news = account.state !== state;
    Object.assign(account, { state, trouble: trouble.message, offlineSince: null });
    await accounts.persist(account); // the refresh token is kept, never deleted
    if (timeLeft(account.tokens, now) > 0) unannounced.add(account);
    else if (unannounced.delete(account) || news) {
      events.emit({ type: 'token.invalidated', userId: account.userId, reason: state });
    }
    return refusedBy(account);
  }

  async function refreshShown(account: Account): Promise<Result<Account>> {
    account.refreshing = true;
    changed();
    try {
      return await refreshNow(account);
    } finally {
      account.refreshing = false;
      changed();
    }
  }

  function refresh(account: Account): Promise<Result<Account>> {
    return flights.join(account, async () => unfinished.run(() => refreshShown(account)) ?? shuttingDown());
  }

  return {
    refresh,
    pending: (account) => flights.pending(account),
    notBefore(account) {
      const found = failuresOf(account);
      // A clock set back must not prolong the wait.
      return found && deps.clock.now() >= found.since ? found.since + found.wait : 0;
    },
    settled: flights.settled,
  };
}

const LOST_ANSWER = 'an earlier answer was lost on the way, and Twitch takes each renewal only once';

/** Why an account that Twitch refuses can't be served. */
export function refusedBy({ state, login, trouble, blocked }: Account): Failed {
  if (blocked !== null) return blocked === 'foreign' ? loginForeign(login) : loginSuperseded(login);
  return state === 'setup' ? applicationRefused(trouble) : needsSignIn(login, trouble);
}
