/** Looks after tokens though nobody asks: refreshes ahead of expiry, validates hourly as Twitch demands. */

import type { Deps } from '../ports.ts';
import type { Account } from './account.ts';
import type { Accounts } from './accounts.ts';
import { fraction } from './back-off.ts';
import { createRecoveryProbes } from './recovery-probes.ts';
import { refreshAheadAt, refreshDueAt } from './refresh-policy.ts';
import type { Refresher } from './refresher.ts';
import type { Validator } from './validator.ts';

const HOUR_MS = 3_600_000;
/** Timers stop while the computer sleeps, so what is due is worked out from the clock this often. */
const LOOK_MS = 15_000;
const MIN_WAIT_MS = 250;
/** Space between two accounts' first checks, so that fifty don't ask at once (twurple#390). */
const SPREAD_MS = 200;

/** Looks after every account. */
export interface RefreshScheduler {
  start(): void;
  /** After sleep, or when the network is back: checks everything soon, whatever was planned. */
  resume(): void;
  /** While true nothing is looked after; what was due meanwhile is done afterwards. */
  hold(on: boolean): void;
  stop(): void;
}

interface Plan {
  validateAt: number;
  /** Cut off from Twitch, and yet to be tried: the network may be back. */
  woken: boolean;
  /** When a login that Twitch refused is tried again: refusals have been wrong (twitchdev/issues#1037). */
  retryAt: number;
}

const isCutOff = (account: Account): boolean => account.offlineSince !== null;

type SchedulerDeps = Pick<Deps, 'clock' | 'timers' | 'random'>;

/** Stands still until `start`. */
export function createRefreshScheduler(
  deps: SchedulerDeps,
  accounts: Accounts,
  refresher: Refresher,
  validator: Validator,
): RefreshScheduler {
  const { planOf, inAnHour } = createPlans(deps);
  let cancel: (() => void) | null = null;
  let [held, running] = [false, false];

  /** Refreshes the account where that is due, else validates it. */
  async function refreshOrValidate(account: Account, plan: Plan): Promise<void> {
    plan.woken = false;
    if (deps.clock.now() >= refreshDueAt(account, plan.retryAt, refresher.notBefore(account))) {
      plan.retryAt = inAnHour();
      await refresher.refresh(account);
    } else {
      plan.validateAt = inAnHour();
      await validator.validate(account);
    }
  }

  const reached = (): void => wake(accounts.list().filter(isCutOff));
  const probes = createRecoveryProbes(deps, (account) => refreshOrValidate(account, planOf(account)), {
    reached,
    ended: lookSoon,
  });

  /** From when on an account that is cut off may be tried: Twitch may have said how long to wait. */
  const mayTryAt = (account: Account): number =>
    refreshAheadAt(account.tokens) <= deps.clock.now() ? refresher.notBefore(account) : 0;

  function look(): void {
    const now = deps.clock.now();
    const [cutOff, inTouch] = [[], []] as [Account[], Account[]];
    for (const account of accounts.list())
      (isCutOff(account) && !planOf(account).woken ? cutOff : inTouch).push(account);
    let next = Math.min(now + LOOK_MS, probes.look(cutOff, mayTryAt));
    for (const account of inTouch) {
      const plan = planOf(account);
      const due = (): number =>
        Math.min(refreshDueAt(account, plan.retryAt, refresher.notBefore(account)), plan.validateAt);
      if (now >= due()) void refreshOrValidate(account, plan);
      next = Math.min(next, due());
    }
    cancel = deps.timers.after(Math.max(MIN_WAIT_MS, next - now), look);
  }

  /** Has accounts tried soon, one after the other. */
  function wake(sleeping: readonly Account[]): void {
    sleeping.forEach((account, index) => {
      const plan = planOf(account);
      plan.validateAt = deps.clock.now() + index * SPREAD_MS;
      plan.woken = true;
      // The application may just have been put right.
      if (account.state === 'setup') plan.retryAt = plan.validateAt;
    });
  }

  function lookSoon(): void {
    if (cancel === null) return; // stopped
    cancel();
    cancel = deps.timers.after(0, look);
  }

  function soon(): void {
    wake(accounts.list());
    cancel?.();
    cancel = held ? null : deps.timers.after(0, look);
  }

  function halt(): void {
    cancel?.();
    cancel = null;
  }

  return {
    start() {
      running = true;
      soon();
    },
    resume: soon,
    hold(on) {
      if (on === held) return;
      held = on;
      if (on) halt();
      else if (running) soon();
    },
    stop() {
      running = false;
      halt();
    },
  };
}

/** What is planned for each account. */
function createPlans(deps: SchedulerDeps): { planOf(account: Account): Plan; inAnHour(): number } {
  const plans = new WeakMap<Account, Plan>();
  const inAnHour = (): number => deps.clock.now() + HOUR_MS - 5 * 60_000 * fraction(deps.random);
  return {
    inAnHour,
    planOf(account) {
      const plan = plans.get(account) ?? { validateAt: inAnHour(), retryAt: inAnHour(), woken: false };
      plans.set(account, plan);
      // A clock set back must not postpone a check by a day.
      const latest = deps.clock.now() + HOUR_MS;
      plan.validateAt = Math.min(plan.validateAt, latest);
      plan.retryAt = Math.min(plan.retryAt, latest);
      return plan;
    },
  };
}
