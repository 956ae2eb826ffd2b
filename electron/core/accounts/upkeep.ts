/** Looks after tokens though nobody asks: renews ahead of expiry, validates hourly as Twitch demands. */

import type { Deps } from '../ports.ts';
import { type Account, renewalDueAt } from './account.ts';
import type { Accounts } from './accounts.ts';
import { fraction } from './back-off.ts';
import type { Refreshing } from './refreshing.ts';
import type { Validation } from './validation.ts';

const HOUR_MS = 3_600_000;
/** Timers stop while the computer sleeps, so what is due is worked out from the clock this often. */
const LOOK_MS = 15_000;
const SOONEST_MS = 250;
/** While Twitch can't be reached for an account it is asked again this often, not hourly. */
const RECHECK_MS = 60_000;
/** Space between two accounts' first checks, so that fifty don't ask at once (twurple#390). */
const SPREAD_MS = 200;

/** The clockwork that looks after every account. */
export interface Upkeep {
  start(): void;
  /** After sleep, or when the network is back: checks everything soon, whatever was planned. */
  resume(): void;
  stop(): void;
}

interface Plan {
  validateAt: number;
  /** When it was last validated from here, whatever came of it. */
  triedAt: number;
  /** When a login that Twitch refused is tried again: refusals have been wrong (twitchdev/issues#1037). */
  retryAt: number;
}

type UpkeepDeps = Pick<Deps, 'clock' | 'timers' | 'random'>;

/** Stands still until `start`. */
export function createUpkeep(
  deps: UpkeepDeps,
  accounts: Accounts,
  refreshing: Refreshing,
  validation: Validation,
): Upkeep {
  const plans = new WeakMap<Account, Plan>();
  let cancel: (() => void) | null = null;

  const inAnHour = (): number => deps.clock.now() + HOUR_MS - 5 * 60_000 * fraction(deps.random);

  function planOf(account: Account): Plan {
    const plan = plans.get(account) ?? { validateAt: inAnHour(), triedAt: 0, retryAt: inAnHour() };
    plans.set(account, plan);
    // A clock set back must not postpone a check by a day.
    const latest = deps.clock.now() + HOUR_MS;
    plan.validateAt = Math.min(plan.validateAt, latest);
    plan.retryAt = Math.min(plan.retryAt, latest);
    plan.triedAt = Math.min(plan.triedAt, deps.clock.now());
    if (account.offlineSince !== null) {
      plan.validateAt = Math.min(plan.validateAt, plan.triedAt + RECHECK_MS);
    }
    return plan;
  }

  /** When the account's tokens are to be renewed next. */
  function refreshAt(account: Account, plan: Plan): number {
    if (account.tokens.refresh === null) return Number.POSITIVE_INFINITY;
    if (account.state !== 'ok') return plan.retryAt;
    return Math.max(renewalDueAt(account.tokens), refreshing.notBefore(account));
  }

  function look(): void {
    const now = deps.clock.now();
    let next = now + LOOK_MS;
    for (const account of accounts.list()) {
      const plan = planOf(account);
      if (now >= refreshAt(account, plan)) {
        plan.retryAt = inAnHour();
        void refreshing.refresh(account);
      } else if (now >= plan.validateAt) {
        Object.assign(plan, { validateAt: inAnHour(), triedAt: now });
        void validation.validate(account);
      }
      next = Math.min(next, refreshAt(account, plan), plan.validateAt);
    }
    cancel = deps.timers.after(Math.max(SOONEST_MS, next - now), look);
  }

  function soon(): void {
    accounts.list().forEach((account, index) => {
      const plan = planOf(account);
      plan.validateAt = deps.clock.now() + index * SPREAD_MS;
      // The application may just have been put right.
      if (account.state === 'setup') plan.retryAt = plan.validateAt;
    });
    cancel?.();
    cancel = deps.timers.after(0, look);
  }

  return {
    start: soon,
    resume: soon,
    stop() {
      cancel?.();
      cancel = null;
    },
  };
}
