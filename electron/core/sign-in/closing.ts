/** The ways in which sign-ins end without her finishing them. */
import type { Deps } from '../ports.ts';
import { type Failed, signInClosed, signInStopped, signInUnshown } from '../result.ts';
import { type PendingSignIn, refuseAll } from './pending-sign-in.ts';
import type { SignInQueue } from './sign-in-queue.ts';

/** What ends them. */
export interface Closing {
  /** The window was closed: the same as Cancel. */
  closed(): void;
  /** The window is gone without an answer of hers, or never came up. */
  lost(): void;
  /** Answers all who wait with that code. */
  stop(code: 'shutting-down' | 'locked'): void;
  /** The application was changed or is gone: what was begun for it comes to nothing. */
  changedApplication(clientId: string): void;
}

/** What becomes of one; `abandon` leaves its window as it is. */
interface Course {
  refuse(pending: PendingSignIn, why: Failed): void;
  abandon(pending: PendingSignIn): void;
}

/** Holds nothing of its own. */
export function createClosing(
  deps: Pick<Deps, 'signIn'>,
  queue: Pick<SignInQueue, 'all' | 'clear' | 'shown'>,
  { refuse, abandon }: Course,
): Closing {
  function endShown(why: Failed): void {
    const pending = queue.shown();
    if (pending) refuse(pending, why);
  }

  return {
    closed: () => endShown(signInClosed()),
    lost: () => endShown(signInUnshown()),
    stop(code) {
      for (const pending of queue.clear()) {
        abandon(pending);
        refuseAll(pending, signInStopped(code));
      }
      deps.signIn.hidePage();
      deps.signIn.hide();
    },
    changedApplication(clientId) {
      for (const pending of queue.all())
        if (pending.clientId === clientId) refuse(pending, signInStopped('setup'));
    },
  };
}
