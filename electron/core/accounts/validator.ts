/** Asks Twitch whether tokens still hold: at start, hourly, on resume, and when a bot doubts one. */

import { createSingleFlight } from '../../../shared/single-flight.ts';
import type { Events } from '../events.ts';
import type { Deps } from '../ports.ts';
import { bareTokenOver, notChecked, type Result, success, unreachable } from '../result.ts';
import type { Lifetime } from '../twitch/answers.ts';
import type { TokenInfo, Twitch } from '../twitch/endpoints.ts';
import { type Account, timeLeft } from './account.ts';
import type { Accounts } from './accounts.ts';
import { EARLY_MS } from './refresh-request.ts';
import { mayBeUsed } from './refresh-token-use.ts';
import { type Refresher, refusedBy } from './refresher.ts';

/** Twitch's count and ours may differ by this much before ours is corrected, in milliseconds. */
const CLOCK_TOLERANCE_MS = 60_000;

/** Asks Twitch's `/validate` about held tokens. */
export interface Validator {
  /**
   * Twitch's word on the account's access token. A dead one is refreshed once, or marked over when it
   * can't be. Callers at the same time share one request.
   */
  validate(account: Account): Promise<Result<Account>>;
}

/** What validation works with. */
export interface ValidatorServices {
  deps: Pick<Deps, 'clock' | 'log'>;
  accounts: Accounts;
  events: Events;
  refresher: Refresher;
  twitch: Twitch;
  changed(): void;
}

/** A dead token is handed on to the refresher; what else Twitch says corrects the account. */
export function createValidator(services: ValidatorServices): Validator {
  const { deps, accounts, events, refresher, twitch, changed } = services;
  const flights = createSingleFlight();

  async function check(account: Account): Promise<Result<Account>> {
    const { version } = account.tokens;
    const reply = await twitch.validate(account.tokens.access);
    account.checkedAt = deps.clock.now();
    // Refreshed or removed while Twitch was thinking: the answer is about a token no longer held.
    if (account.tokens.version !== version || accounts.get(account) !== account) return success(account);
    if (reply.kind === 'ok') return confirm(account, reply.value);
    if (reply.kind === 'transient') {
      account.offlineSince ??= deps.clock.now();
      account.offlineBlame = reply.blame;
      changed();
      return unreachable(reply.cause);
    }
    // A firewall's 403, or an application gone wrong, says nothing about the token.
    if (reply.kind === 'setup') return notChecked(reply.message);
    return markDead(account);
  }

  async function confirm(account: Account, info: TokenInfo): Promise<Result<Account>> {
    if (info.userId !== account.userId) {
      deps.log.error('Twitch names another user for a held token', { userId: account.userId });
      return markForeign(account);
    }
    const before = account.tokens.scopes.join(' ');
    const now = deps.clock.now();
    const { use } = account.tokens;
    const scopes = info.scopes ?? account.tokens.scopes;
    account.tokens = {
      ...account.tokens,
      scopes,
      expiresAt: corrected(account, info.expiresIn, now),
      use: { ...use, parked: null, endedEarly: false },
    };
    // It holds after all, so its refresh token has not been used either.
    if (use.parked !== null && use.sent !== 'refused') Object.assign(account, { state: 'ok', trouble: '' });
    Object.assign(account, { login: info.login ?? account.login, validatedAt: now, offlineSince: null });
    if (account.state === 'expired' || account.blocked === 'foreign') account.state = 'ok';
    if (account.blocked === 'foreign') account.blocked = null;
    await accounts.persist(account);
    if (before !== scopes.join(' ')) {
      const { expiresAt, version } = account.tokens;
      const { userId } = account;
      events.emit(
        {
          type: 'token.changed',
          userId,
          scope: scopes,
          expiresAt,
          version,
          reason: 'replaced',
        },
        account,
      );
    }
    await refresher.makeOwn(account); // where that fails for now, what Twitch has just confirmed holds all the same
    return timeLeft(account.tokens, deps.clock.now()) > 0 ? success(account) : refusedBy(account);
  }

  /** Its file was exchanged for another person's. Refreshing would take that login from whoever has it. */
  async function markForeign(account: Account): Promise<Result<Account>> {
    account.tokens = { ...account.tokens, expiresAt: deps.clock.now() };
    const news = account.blocked !== 'foreign';
    Object.assign(account, { blocked: 'foreign', state: 'needs-sign-in', trouble: '', offlineSince: null });
    await accounts.persist(account);
    if (news)
      events.emit({ type: 'token.invalidated', userId: account.userId, reason: 'needs-sign-in' }, account);
    return refusedBy(account);
  }

  /** The token is dead whatever our clock says. */
  async function markDead(account: Account): Promise<Result<Account>> {
    const { use } = account.tokens;
    const now = deps.clock.now();
    const early = timeLeft(account.tokens, now) > EARLY_MS;
    // Of a token that was never sent, and that nobody else has, its access token's end says nothing.
    const endedEarly = use.endedEarly || (early && mayBeUsed('public', use));
    account.tokens = { ...account.tokens, expiresAt: now, use: { ...use, endedEarly } };
    if (account.tokens.refresh !== null) return refresher.refresh(account);
    const news = account.state !== 'expired';
    Object.assign(account, { state: 'expired', trouble: 'the token is no longer valid', offlineSince: null });
    await accounts.persist(account);
    if (news) events.emit({ type: 'token.invalidated', userId: account.userId, reason: 'expired' }, account);
    return bareTokenOver(account.login);
  }

  return {
    validate: (account) => flights.join(account, () => check(account)),
  };
}

/** Our own expiry, unless Twitch's differs by more than the tolerance (a clock that was set). */
function corrected(account: Account, expiresIn: Lifetime, now: number): number | null {
  const ours = account.tokens.expiresAt;
  if (expiresIn === undefined) return ours;
  // 0 seconds mean never, but also the last second of a life.
  if (expiresIn === null && (ours === null || Math.abs(ours - now) >= CLOCK_TOLERANCE_MS)) return null;
  const theirs = now + (expiresIn ?? 0) * 1000;
  return ours !== null && Math.abs(ours - theirs) < CLOCK_TOLERANCE_MS ? ours : theirs;
}
