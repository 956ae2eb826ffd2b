/** Sign-ins that are wanted, and the window, which shows the first of them. */

import type { SignInView } from '../../../shared/prompt-views.ts';
import type { TwitchEnvironment } from '../../../shared/twitch-environment.ts';
import type { Account } from '../accounts/account.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { Deps } from '../ports.ts';
import { randomText } from '../random-text.ts';
import {
  newPendingSignIn,
  type PendingSignIn,
  type SignInRequest,
  viewOf,
  wantedScopes,
} from './pending-sign-in.ts';

/** What can be seen of a sign-in changes by these. */
export type SignInChange = Partial<
  Pick<PendingSignIn, 'codeExpiresAt' | 'codeUse' | 'device' | 'problem' | 'stage'>
>;

/** The queue; the first in it is shown. */
export interface SignInQueue {
  shown(): PendingSignIn | null;
  /** The account that must sign in; null when any may. */
  accountOf(pending: PendingSignIn): Account | null;
  /** All that the account has and those who wait want, which is what Twitch is asked for. */
  scopesOf(pending: PendingSignIn): string[];
  /** The sign-in for this account, a new one if none is wanted yet. */
  enqueue(request: SignInRequest): PendingSignIn;
  has(pending: PendingSignIn): boolean;
  /** Whether there are others beside it. */
  others(pending: PendingSignIn): boolean;
  /** Takes it out. True when it was the one shown. */
  remove(pending: PendingSignIn): boolean;
  /** Takes all out. */
  clear(): PendingSignIn[];
  /** Changes it, and brings the window up to date if this is the one it shows. */
  update(pending: PendingSignIn, change?: SignInChange): void;
  view(): SignInView | null;
}

/** Empty. */
export function createSignInQueue(
  deps: Pick<Deps, 'random' | 'signIn' | 'twitch'>,
  accounts: Pick<Accounts, 'get'>,
  changed: () => void,
): SignInQueue {
  const queue: PendingSignIn[] = [];
  const environment = environmentOf(deps.twitch);
  const shown = (): PendingSignIn | null => queue[0] ?? null;
  const accountOf = ({ userId }: PendingSignIn): Account | null =>
    userId === null ? null : accounts.get(userId);
  const show = (pending: PendingSignIn): SignInView => viewOf(pending, accountOf(pending), environment);

  return {
    shown,
    accountOf,
    scopesOf: (pending) => wantedScopes(pending, accountOf(pending)?.tokens.scopes ?? []),
    enqueue({ userId }) {
      const known = queue.find((pending) => pending.userId === userId);
      if (known) return known;
      const pending = newPendingSignIn(randomText(deps.random, 9), userId);
      queue.push(pending);
      return pending;
    },
    others: (pending) => queue.some((other) => other !== pending),
    has: (pending) => queue.includes(pending),
    remove(pending) {
      const index = queue.indexOf(pending);
      if (index >= 0) queue.splice(index, 1);
      return index === 0;
    },
    clear: () => queue.splice(0),
    update(pending, change = {}) {
      Object.assign(pending, change);
      if (shown() !== pending) return;
      deps.signIn.show(show(pending));
      changed();
    },
    view() {
      const pending = shown();
      return pending && show(pending);
    },
  };
}

/** Twitch refuses password login inside Electron (twurple#503), a stand-in doesn't. */
function environmentOf({ standIn }: TwitchEnvironment): Pick<SignInView, 'primary' | 'notTwitch'> {
  return { primary: standIn === null ? 'browser' : 'here', notTwitch: standIn };
}
