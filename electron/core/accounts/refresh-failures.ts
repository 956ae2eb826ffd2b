/** How long to wait after a renewal that failed for now. */
import type { Deps } from '../ports.ts';
import type { Account } from './account.ts';
import { backOff } from './back-off.ts';

interface Failures {
  count: number;
  /** Milliseconds since 1970, and how long after it to wait. */
  since: number;
  wait: number;
  /** The tokens it is about: newer ones have not failed. */
  version: number;
}

/** A proxy may send any Retry-After; nobody is shut out for longer than this. */
const MAX_WAIT_MS = 10 * 60_000;

/** Passing failures of each account. */
export interface RefreshFailures {
  /** Returns how long to wait, in milliseconds: longer each time, or what was asked for, and `least` at least. */
  add(account: Account, retryAfterMs?: number | null, least?: number): number;
  /** When the next try is due; 0 when none failed. */
  notBefore(account: Account): number;
  clear(account: Account): void;
}

/** None yet. */
export function createRefreshFailures({ clock, random }: Pick<Deps, 'clock' | 'random'>): RefreshFailures {
  const failures = new WeakMap<Account, Failures>();
  const failuresOf = (account: Account): Failures | null => {
    const found = failures.get(account);
    return found?.version === account.tokens.version ? found : null;
  };
  return {
    add(account, retryAfterMs = null, least = 0) {
      const count = (failuresOf(account)?.count ?? 0) + 1;
      const wait = Math.min(Math.max(retryAfterMs ?? backOff(count, random), least), MAX_WAIT_MS);
      failures.set(account, { count, since: clock.now(), wait, version: account.tokens.version });
      return wait;
    },
    notBefore(account) {
      const found = failuresOf(account);
      // A clock set back must not prolong the wait.
      return found && clock.now() >= found.since ? found.since + found.wait : 0;
    },
    clear: (account) => void failures.delete(account),
  };
}
