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

/** The queue; the first in it that needs no waiting for her is shown. */
export interface SignInQueue {
  shown(): PendingSignIn | null;
  /** The account that must sign in; null when any may. */
  accountOf(pending: PendingSignIn): Account | null;
  /** All that the account has and those who wait want, which is what Twitch is asked for. */
  scopesOf(pending: PendingSignIn): string[];
  /** The sign-in for this account, a new one if none is wanted yet. */
  enqueue(request: SignInRequest): PendingSignIn;
  has(pending: PendingSignIn): boolean;
  /** Those that wait without a window. */
  quiet(): PendingSignIn[];
  /** A window may come up for it from now on. */
  makeLoud(pending: PendingSignIn): void;
  /** Whether others beside it want the window. */
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
  const shown = (): PendingSignIn | null => queue.find(({ quiet }) => !quiet) ?? null;
  const accountOf = ({ userId }: PendingSignIn): Account | null =>
    userId === null ? null : accounts.get(userId);
  const show = (pending: PendingSignIn): SignInView => viewOf(pending, accountOf(pending), environment);

  /** Behind what is shown: that must not change under her hand. */
  function makeLoud(pending: PendingSignIn): void {
    queue.splice(queue.indexOf(pending), 1);
    queue.push(Object.assign(pending, { quiet: false }));
  }

  return {
    shown,
    accountOf,
    makeLoud,
    scopesOf: (pending) => wantedScopes(pending, accountOf(pending)?.tokens.scopes ?? []),
    enqueue({ userId, quietly = false }) {
      const known = queue.find((pending) => pending.userId === userId);
      if (known) {
        if (known.quiet && !quietly) makeLoud(known);
        return known;
      }
      const pending = newPendingSignIn(randomText(deps.random, 9), userId);
      pending.quiet = quietly;
      queue.push(pending);
      return pending;
    },
    quiet: () => queue.filter(({ quiet }) => quiet),
    others: (pending) => queue.some((other) => other !== pending && !other.quiet),
    has: (pending) => queue.includes(pending),
    remove(pending) {
      const wasShown = shown() === pending;
      const index = queue.indexOf(pending);
      if (index >= 0) queue.splice(index, 1);
      return wasShown;
    },
    clear: () => queue.splice(0),
    update(pending, change = {}) {
      Object.assign(pending, change);
      if (shown() !== pending) return;
      const view = show(pending);
      deps.signIn.show(view, pending.opened || view.bots.length === 0);
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
