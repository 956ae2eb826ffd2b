/** While Twitch can't be reached: one account at a time tries, and when it gets through all are woken. */
import type { Deps } from '../ports.ts';
import type { Account } from './account.ts';
import { fraction } from './back-off.ts';

/** Two tries are so far apart at least, and by up to as much again as the second number, in milliseconds. */
const GAP_MS = { min: 2_000, spread: 3_000 };

/** Who tries next, and when. */
export interface RecoveryProbes {
  /**
   * Given the accounts that are cut off, and from when each may be tried, has one of them tried if it
   * is time. Returns when to ask again; Infinity when there is nothing to wait for.
   */
  look(cutOff: readonly Account[], mayAt: (account: Account) => number): number;
}

/** `attempt` tries an account; `reached` hears that one got through, `ended` of every try that is over. */
export function createRecoveryProbes(
  deps: Pick<Deps, 'clock' | 'random'>,
  attempt: (account: Account) => Promise<unknown>,
  on: { reached(): void; ended(): void },
): RecoveryProbes {
  /** When to try next; null while nobody is cut off. */
  let nextAt: number | null = null;
  let trying = false;
  /** The order of tries: what ails one account need not ail the next. */
  const turns = new WeakMap<Account, number>();
  let turn = 0;

  async function attemptWith(account: Account): Promise<void> {
    trying = true;
    turn += 1;
    turns.set(account, turn);
    try {
      await attempt(account);
    } finally {
      trying = false;
      nextAt = null;
    }
    if (account.offlineSince === null) on.reached();
    on.ended();
  }

  return {
    look(cutOff, mayAt) {
      if (trying) return Number.POSITIVE_INFINITY;
      const now = deps.clock.now();
      const gap = GAP_MS.min + GAP_MS.spread * fraction(deps.random);
      // A clock set back must not put the next try off.
      nextAt = cutOff.length === 0 ? null : Math.min(nextAt ?? now + gap, now + GAP_MS.min + GAP_MS.spread);
      if (nextAt === null) return Number.POSITIVE_INFINITY;
      const inTurn = [...cutOff].sort((a, b) => (turns.get(a) ?? 0) - (turns.get(b) ?? 0));
      const ready = inTurn.find((account) => mayAt(account) <= now);
      if (now >= nextAt && ready !== undefined) {
        void attemptWith(ready);
        return Number.POSITIVE_INFINITY;
      }
      return Math.max(nextAt, Math.min(...cutOff.map(mayAt)));
    },
  };
}
