import { type Account, timeLeft } from '../accounts/account.ts';
import type { Deps } from '../ports.ts';

const DAY_MS = 86_400_000;
/** After a look-up that failed. */
const AGAIN_MS = 3_600_000;
/** Two people are so far apart, so that fifty don't come at once. */
const GAP_MS = 2_000;
/** Timers stop while the computer sleeps, so what is due is worked out from the clock this often. */
const LOOK_MS = 300_000;
/** A token that is about to end is left alone. */
const MIN_LEFT_MS = 60_000;

/** Whom to ask about, and how. */
interface Ask {
  /** None while nobody may be asked. */
  accounts(): readonly Account[];
  /** When Twitch last told of a person, in milliseconds since 1970; null: never. */
  askedAt(userId: string): number | null;
  /** Resolves false when it is to be tried again in an hour. */
  ask(account: Account): Promise<boolean>;
}

/** Asks about everybody once a day, one after the other; a stopped one asks about nobody. */
export function createRounds(
  { clock, timers }: Pick<Deps, 'clock' | 'timers'>,
  { accounts, askedAt, ask }: Ask,
): { start(): void; soon(): void; stop(): void } {
  /** When somebody who could not be asked is tried again. */
  const retryAt = new Map<string, number>();
  let cancel: (() => void) | null = null;
  let [running, asking] = [false, false];

  /** A clock that was set back must not put it off by more than its time. */
  const dueAt = (userId: string, now: number): number => {
    const retry = retryAt.get(userId);
    if (retry !== undefined) return Math.min(retry, now + AGAIN_MS);
    return Math.min(askedAt(userId) ?? Number.NEGATIVE_INFINITY, now) + DAY_MS;
  };
  const isGood = (account: Account, now: number): boolean =>
    account.state === 'ok' && account.offlineSince === null && timeLeft(account.tokens, now) > MIN_LEFT_MS;

  async function look(): Promise<void> {
    cancel = null;
    const now = clock.now();
    const due = accounts().find((account) => isGood(account, now) && dueAt(account.userId, now) <= now);
    if (due === undefined) return plan(LOOK_MS);
    asking = true;
    const isDone = await ask(due);
    asking = false;
    if (isDone) retryAt.delete(due.userId);
    else retryAt.set(due.userId, clock.now() + AGAIN_MS);
    plan(GAP_MS);
  }

  function plan(ms: number): void {
    if (!running || asking) return;
    cancel?.();
    cancel = timers.after(ms, () => void look());
  }

  return {
    start() {
      if (running) return;
      running = true;
      plan(GAP_MS);
    },
    soon: () => plan(GAP_MS),
    stop() {
      running = false;
      cancel?.();
      cancel = null;
    },
  };
}
