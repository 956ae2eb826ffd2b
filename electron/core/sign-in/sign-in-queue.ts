/** Sign-ins that are wanted, and the window, which shows the first of them. */

import type { SignInView } from '../../../shared/prompt-views.ts';
import type { TwitchEnvironment } from '../../../shared/twitch-environment.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { Applications } from '../applications/applications.ts';
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
  all(): PendingSignIn[];
  /** Login of the person who must sign in; null when any may. */
  expected(pending: PendingSignIn): SignInView['expected'];
  /** All that the account has and those who wait want, which is what Twitch is asked for. */
  scopesOf(pending: PendingSignIn): string[];
  /** The sign-in for this account, a new one if none is wanted yet. */
  enqueue(request: SignInRequest): PendingSignIn;
  has(pending: PendingSignIn): boolean;
  /** Those that wait without a window. */
  quiet(): PendingSignIn[];
  /** Names of the bots that wait for these. */
  quietBots(): string[];
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

/** What windows say of persons and applications. */
interface Known {
  accounts: Pick<Accounts, 'get' | 'loginsOf'>;
  applications: Pick<Applications, 'get' | 'list'>;
}

type Wanted = Pick<SignInRequest, 'clientId' | 'userId' | 'intent'>;
const isSame = (one: Wanted, other: Wanted): boolean =>
  one.clientId === other.clientId && one.userId === other.userId && one.intent === other.intent;

/** Empty. */
export function createSignInQueue(
  deps: Pick<Deps, 'random' | 'signIn' | 'twitch'>,
  { accounts, applications }: Known,
  changed: () => void,
): SignInQueue {
  const queue: PendingSignIn[] = [];
  const environment = environmentOf(deps.twitch);
  const quiet = (): PendingSignIn[] => queue.filter((pending) => pending.quiet);
  const shown = (): PendingSignIn | null => queue.find(({ quiet }) => !quiet) ?? null;
  const held = ({ clientId, userId }: PendingSignIn): readonly string[] =>
    userId === null ? [] : (accounts.get({ clientId, userId })?.tokens.scopes ?? []);
  const expected = ({ clientId, userId }: PendingSignIn): SignInView['expected'] => {
    if (userId === null) return null;
    const known = accounts.get({ clientId, userId }) ?? accounts.loginsOf(userId)[0];
    return known ? { userId, login: known.login } : null;
  };
  const applicationOf = ({ clientId }: PendingSignIn): SignInView['application'] => {
    const { label = '' } = applications.get(clientId) ?? {};
    return { clientId, label, several: applications.list().length > 1 };
  };
  const show = (pending: PendingSignIn): SignInView => {
    const known = { expected: expected(pending), held: held(pending), application: applicationOf(pending) };
    return viewOf(pending, known, environment);
  };

  /** Behind what is shown: that must not change under her hand. */
  function makeLoud(pending: PendingSignIn): void {
    queue.splice(queue.indexOf(pending), 1);
    queue.push(Object.assign(pending, { quiet: false }));
  }

  return {
    shown,
    all: () => [...queue],
    expected,
    makeLoud,
    scopesOf: (pending) => wantedScopes(pending, held(pending)),
    enqueue(request) {
      const quietly = request.quietly ?? false;
      const known = queue.find((pending) => isSame(pending, request));
      if (known) {
        if (known.quiet && !quietly) makeLoud(known);
        return known;
      }
      const pending = newPendingSignIn(randomText(deps.random, 9), request);
      pending.quiet = quietly;
      queue.push(pending);
      return pending;
    },
    quiet,
    quietBots: () =>
      quiet().flatMap(({ waiters }) => [...waiters].flatMap(({ request }) => request.bot ?? [])),
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
