/** Sign-ins that nobody waits for any more: the window stays for the streamer, for a while. */
import { LIMITS } from '../../../shared/protocol.ts';
import type { Deps } from '../ports.ts';
import { isBegun, type Leave, type PendingSignIn, type SignInRequest, waitFor } from './pending-sign-in.ts';
import type { SignInChange, SignInQueue } from './sign-in-queue.ts';

/** So long a sign-in waits for the streamer alone: as long as a bot could wait, thrice. */
export const SIGN_IN_MS = LIMITS.timeoutMs.max * 3;
/** So long she has to read why one failed while another sign-in waits for the window. */
const READ_MS = 20_000;

/** Keeps them, and lets them go. */
export interface Keeping {
  /** Nobody waits any more. What she hasn't begun makes room for the next that is wanted. */
  keep(pending: PendingSignIn, change?: SignInChange): void;
  stop(pending: PendingSignIn): void;
  /** From now on it is the streamer who wants it. */
  takeOver(pending: PendingSignIn): void;
  /** What happens when whoever made this request no longer waits. */
  left(pending: PendingSignIn, request: SignInRequest): (why: Leave) => void;
}

/** Holds nothing of its own. `close` ends a sign-in. */
export function createKeeping(
  deps: Pick<Deps, 'clock' | 'timers'>,
  { update, others }: Pick<SignInQueue, 'others' | 'update'>,
  close: (pending: PendingSignIn) => void,
): Keeping {
  function stop(pending: PendingSignIn): void {
    pending.kept?.();
    pending.kept = null;
  }

  function keep(pending: PendingSignIn, change: SignInChange = {}): void {
    stop(pending);
    Object.assign(pending, change);
    const crowded = others(pending);
    if (crowded && !isBegun(pending)) return close(pending);
    const ms = crowded && pending.stage === 'failed' ? READ_MS : SIGN_IN_MS;
    pending.kept = deps.timers.after(ms, () => close(pending));
    update(pending);
  }

  function left(pending: PendingSignIn, { bot }: SignInRequest): (why: Leave) => void {
    return (why) => {
      if (bot !== null) pending.left = [...new Set([...pending.left, bot])];
      if (pending.waiters.size > 0) update(pending);
      else if (isBegun(pending) || (bot !== null && why === 'late')) keep(pending);
      else close(pending);
    };
  }

  return {
    keep,
    stop,
    left,
    takeOver(pending) {
      if (pending.kept === null) return;
      stop(pending);
      const request = { userId: pending.userId, scopes: [], bot: null };
      void waitFor(deps, pending, { request, ms: SIGN_IN_MS, signal: undefined }, left(pending, request));
      update(pending);
    },
  };
}
