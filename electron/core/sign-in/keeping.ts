/** Sign-ins that nobody waits for any more: the window stays for the streamer, for a while. */
import { LIMITS } from '../../../shared/protocol.ts';
import type { Deps } from '../ports.ts';
import type { Failed } from '../result.ts';
import {
  isBegun,
  type Leave,
  type PendingSignIn,
  refuseAll,
  type SignInRequest,
  waitFor,
  wantedScopes,
} from './pending-sign-in.ts';
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
  /** Tells whoever waits why, says it in the window, and offers to try again. */
  fail(pending: PendingSignIn, why: Failed): void;
  /** From now on it is the streamer who wants it. */
  takeOver(pending: PendingSignIn): void;
  /** What happens when whoever made this request no longer waits. */
  left(pending: PendingSignIn, request: SignInRequest): (why: Leave) => void;
}

/** Ends a sign-in, or only gives back the login it was asked about. */
interface Endings {
  close(pending: PendingSignIn): void;
  drop(pending: PendingSignIn): void;
}

/** Holds nothing of its own. */
export function createKeeping(
  deps: Pick<Deps, 'clock' | 'signIn' | 'timers'>,
  { update, others }: Pick<SignInQueue, 'others' | 'update'>,
  { close, drop }: Endings,
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

  function left(pending: PendingSignIn, request: SignInRequest): (why: Leave) => void {
    return (why) => {
      leave(pending, request);
      if (pending.waiters.size > 0) update(pending);
      else if (isBegun(pending) || (request.bot !== null && why === 'late' && !pending.quiet)) keep(pending);
      else close(pending);
    };
  }

  return {
    keep,
    stop,
    left,
    fail(pending, why) {
      drop(pending);
      pending.flow?.stop();
      deps.signIn.hidePage();
      pending.extra = wantedScopes(pending, []);
      for (const { request } of pending.waiters) leave(pending, request);
      refuseAll(pending, why);
      keep(pending, { stage: 'failed', problem: why.error.message, device: null });
    },
    takeOver(pending) {
      if (pending.kept === null) return;
      stop(pending);
      const { clientId, userId, intent } = pending;
      const request = { clientId, userId, intent, scopes: [], bot: null, quietly: false };
      void waitFor(deps, pending, { request, ms: SIGN_IN_MS, signal: undefined }, left(pending, request));
      update(pending);
    },
  };
}

function leave(pending: PendingSignIn, { bot }: SignInRequest): void {
  if (bot !== null) pending.left = [...new Set([...pending.left, bot])];
}
