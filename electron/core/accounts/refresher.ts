/** Refreshes tokens: one request to Twitch at a time for an account, however many ask. */

import { createSingleFlight } from '../../../shared/single-flight.ts';
import type { Applications } from '../applications/applications.ts';
import { applicationRefused, noUsableApplication } from '../applications/failures.ts';
import type { Events } from '../events.ts';
import type { Deps } from '../ports.ts';
import {
  accountRemoved,
  bareToken,
  type Failed,
  loginForeign,
  loginParked,
  loginSuperseded,
  needsSignIn,
  type Result,
  refreshUnsaved,
  shuttingDown,
  success,
  unreachable,
} from '../result.ts';
import type { TokenPair, Twitch } from '../twitch/endpoints.ts';
import type { TwitchTrouble } from '../twitch/reply.ts';
import type { UnfinishedWork } from '../unfinished-work.ts';
import { type Account, timeLeft } from './account.ts';
import type { Accounts } from './accounts.ts';
import { tokensFrom } from './new-login.ts';
import { PARKED_WORDS } from './parked-words.ts';
import { createRefreshFailures } from './refresh-failures.ts';
import { createRefreshRequest, type RefreshOrder, type RefreshOutcome } from './refresh-request.ts';

/** Refreshes logins at Twitch. */
export interface Refresher {
  /**
   * A fresh pair for the account, durable before this resolves. Callers at the same time share one
   * request. Fails with `twitch-unreachable` (try again), `needs-sign-in` (Twitch refuses the
   * login, or it is left alone since its refresh token may have been used; that is kept all the same) or `setup`;
   * with `shutting-down` once Castkey quits, which waits for those under way.
   */
  refresh(account: Account): Promise<Result<Account>>;
  /** The same for a login that is left alone: the streamer knows what it may cost. */
  refreshAnyway(account: Account): Promise<Result<Account>>;
  /** A login that was restored, and that Twitch says holds, becomes this computer's own: the other's copy is used up. */
  makeOwn(account: Account): Promise<Result<Account>>;
  /** The refresh under way for the account, if there is one. */
  pending(account: Account): Promise<Result<Account>> | null;
  /** When the next try is due after a passing failure; 0 when none failed. */
  notBefore(account: Account): number;
  /** Resolves when no refresh is under way. */
  settled(): Promise<void>;
}

/** After a lost answer, in milliseconds: Twitch may still be at work on the request. */
const LOST_WAIT_MS = 30_000;

/** What refreshing works with. */
export interface RefresherServices {
  deps: Pick<Deps, 'clock' | 'random' | 'log'>;
  applications: Pick<Applications, 'nameOf' | 'usable'>;
  accounts: Accounts;
  events: Events;
  twitch: Twitch;
  unfinished: UnfinishedWork;
  changed(): void;
}

/** Nothing is under way. */
export function createRefresher(services: RefresherServices): Refresher {
  const { deps, applications, accounts, events, twitch, unfinished, changed } = services;
  const [flights, failures] = [createSingleFlight(), createRefreshFailures(deps)];
  /** `unannounced`: refused while their access token was still good, so that they are over is yet to be told. */
  const [request, unannounced] = [createRefreshRequest(services), new WeakSet<Account>()];

  /** What is to be sent, or what there is to say without: the disk may have newer tokens. */
  async function orderFor(account: Account): Promise<Omit<RefreshOrder, 'anyway'> | Result<Account>> {
    const { clientId } = account;
    const application = applications.usable(clientId);
    const before = account.tokens.version;
    if (application === null) return noUsableApplication(applications.nameOf(clientId));
    if (account.tokens.refresh === null) return bareToken(account.login);
    await accounts.catchUp(account);
    if (account.blocked !== null) return refusedBy(account);
    const { refresh, version } = account.tokens;
    const isNewer = version !== before && timeLeft(account.tokens, deps.clock.now()) > 0;
    return refresh === null || isNewer ? success(account) : { application, account, refresh };
  }

  async function refreshNow(account: Account, anyway: boolean): Promise<Result<Account>> {
    const order = await orderFor(account);
    if ('ok' in order) return order;
    const { version } = account.tokens;
    const reply = await request({ ...order, anyway });
    if (accounts.get(account) !== account) {
      // Nobody will ever use it: Twitch is told to end it.
      if (reply.kind === 'ok') void twitch.revoke(account.clientId, reply.value.access);
      return accountRemoved();
    }
    // A sign-in finished meanwhile: what it brought is newer than this answer.
    if (account.tokens.version !== version || reply.kind === 'outdated') return success(account);
    if (reply.kind === 'parked') return recordParked(account, reply);
    if (reply.kind === 'unsaved') return refreshUnsaved(failures.add(account));
    return reply.kind === 'ok' ? recordPair(account, reply.value) : recordFailure(account, reply);
  }

  async function recordPair(account: Account, pair: TokenPair): Promise<Result<Account>> {
    failures.clear(account);
    unannounced.delete(account);
    const now = deps.clock.now();
    account.refreshedAt = now;
    await accounts.replaceTokens(account, account.tokens.version, tokensFrom(pair, now, account.tokens));
    return success(account);
  }

  async function recordFailure(account: Account, trouble: TwitchTrouble): Promise<Result<Account>> {
    const now = deps.clock.now();
    if (trouble.kind === 'transient') {
      const least = trouble.fate === 'lost' ? LOST_WAIT_MS : 0;
      const wait = failures.add(account, trouble.retryAfterMs, least);
      account.offlineSince ??= now;
      account.offlineBlame = trouble.blame;
      deps.log.warn('a refresh failed for now', { userId: account.userId, cause: trouble.cause });
      return unreachable(trouble.cause, wait);
    }
    return recordRefusal(account, trouble.kind === 'setup' ? 'setup' : 'needs-sign-in', trouble.message);
  }

  /** Nothing of it is sent any more until the streamer says so, or signs in. */
  async function recordParked(
    account: Account,
    { why, message }: RefreshOutcome & { kind: 'parked' },
  ): Promise<Result<Account>> {
    deps.log.warn('a login is left alone', { userId: account.userId, why });
    return recordRefusal(account, 'needs-sign-in', message);
  }

  async function recordRefusal(
    account: Account,
    state: 'setup' | 'needs-sign-in',
    trouble: string,
  ): Promise<Result<Account>> {
    const now = deps.clock.now();
    const news = account.state !== state;
    Object.assign(account, { state, trouble, offlineSince: null });
    await accounts.persist(account); // the refresh token is kept, never deleted
    if (timeLeft(account.tokens, now) > 0) unannounced.add(account);
    else if (unannounced.delete(account) || news) {
      events.emit({ type: 'token.invalidated', userId: account.userId, reason: state }, account);
    }
    return refusedBy(account);
  }

  async function refreshShown(account: Account, anyway: boolean): Promise<Result<Account>> {
    account.refreshing = true;
    changed();
    try {
      return await refreshNow(account, anyway);
    } finally {
      account.refreshing = false;
      changed();
    }
  }

  function refresh(account: Account, anyway = false): Promise<Result<Account>> {
    const begin = () => unfinished.run(() => refreshShown(account, anyway));
    return flights.join(account, async () => begin() ?? shuttingDown());
  }

  async function refreshAnyway(account: Account): Promise<Result<Account>> {
    await flights.pending(account);
    return refresh(account, account.tokens.use.parked !== null);
  }

  async function makeOwn(account: Account): Promise<Result<Account>> {
    const isOther = account.tokens.use.copies === 'restored' && account.tokens.refresh !== null;
    return isOther && applications.usable(account.clientId)?.kind === 'public'
      ? refresh(account)
      : success(account);
  }

  return {
    refresh: (account) => refresh(account),
    refreshAnyway,
    makeOwn,
    pending: (account) => flights.pending(account),
    notBefore: failures.notBefore,
    settled: flights.settled,
  };
}

/** Why an account that Twitch refuses can't be served. */
export function refusedBy({ state, login, trouble, blocked, tokens }: Account): Failed {
  if (blocked !== null) return blocked === 'foreign' ? loginForeign(login) : loginSuperseded(login);
  const { parked } = tokens.use;
  if (parked !== null && parked !== 'refused') return loginParked(login, PARKED_WORDS[parked]);
  return state === 'setup' ? applicationRefused(trouble) : needsSignIn(login, trouble);
}
