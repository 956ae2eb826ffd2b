/** Brings tokens by the streamer's own hand: one window at a time, requests for one account merged. */
import type { SignInView } from '../../../shared/views.ts';
import type { Account } from '../accounts/account.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { missingScopes } from '../accounts/scope-sets.ts';
import type { ActionsOf } from '../action.ts';
import type { TwitchApplication } from '../applications/application.ts';
import type { Deps } from '../ports.ts';
import {
  consentAbandoned,
  consentDenied,
  consentIncomplete,
  consentNarrower,
  type Failed,
  noApplication,
  type Result,
  signInClosed,
  signInLocked,
  signInStopped,
  success,
  wrongAccount,
} from '../result.ts';
import type { TokenPair, Twitch } from '../twitch/endpoints.ts';
import { signInActions } from './actions.ts';
import { checkLogin, type SignInResult } from './login-check.ts';
import { startFlow } from './oauth-flow.ts';
import {
  type PendingSignIn,
  refuseAll,
  type SignInRequest,
  settleAll,
  waitFor,
  wantedScopes,
} from './pending-sign-in.ts';
import { createSignInQueue } from './sign-in-queue.ts';

/** Sign-ins wanted and the window for them. */
export interface SignIns {
  /** Resolves when the account has the scopes, or with why not; `consent-timeout` after `ms`. */
  ask(request: SignInRequest, ms: number, signal?: AbortSignal): Promise<Result<Account>>;
  view(): SignInView | null;
  actions: ActionsOf<'signIn'>;
  /** The window was closed: the same as Cancel. */
  closed(): void;
  /** The Twitch page went to the redirect URI; the URL holds a one-time code, so never log it. */
  redirected(url: string): void;
  /** Answers all who wait with that code. */
  stop(code: 'shutting-down' | 'locked' | 'setup'): void;
}

/** What sign-ins work with. */
export interface SignInServices {
  deps: Pick<Deps, 'clock' | 'desktop' | 'random' | 'signIn' | 'timers' | 'twitch'>;
  accounts: Accounts;
  twitch: Twitch;
  app(): TwitchApplication | null;
  isLocked(): boolean;
  /** Tells the streamer what she should know though no bot waits. */
  notice(text: string): void;
  changed(): void;
}

/** No window is open until somebody asks. */
export function createSignIns(services: SignInServices): SignIns {
  const { deps, accounts, twitch, app, isLocked, notice, changed } = services;
  const queue = createSignInQueue(deps, accounts, changed);
  const { shown, update } = queue;
  const scopesFor = (pending: PendingSignIn): string[] =>
    wantedScopes(pending, queue.accountOf(pending)?.tokens.scopes ?? []);

  function close(pending: PendingSignIn): void {
    const wasShown = queue.remove(pending);
    pending.flow?.stop();
    if (!wasShown) return;
    const next = shown();
    deps.signIn.hidePage();
    if (next) begin(next);
    else deps.signIn.hide();
    changed();
  }

  /** `tell`: the streamer should know, too, since it may have been her own doing. */
  function refuse(pending: PendingSignIn, why: Failed, tell = false): void {
    if (tell) notice(why.error.message);
    refuseAll(pending, why);
    close(pending);
  }

  /** Starts the flow, or starts it over with the scopes wanted by now. */
  function begin(pending: PendingSignIn): void {
    const application = app();
    if (application === null) return refuse(pending, noApplication());
    pending.flow?.stop();
    deps.signIn.hidePage();
    Object.assign(pending, { stage: 'choose', device: null });
    let passing = ''; // ends when the code is there; whatever else the window explains stays
    pending.flow = startFlow(
      { deps, twitch, app: application, scopes: scopesFor(pending) },
      {
        ready: (device) =>
          update(pending, { device, problem: pending.problem === passing ? '' : pending.problem }),
        trouble(problem) {
          passing = problem;
          update(pending, { problem });
        },
        denied: () => refuse(pending, consentDenied()),
        refused: (why) => refuse(pending, why, true),
        tokens: (pair) => void receive(pending, application, pair),
      },
    );
    update(pending);
  }

  async function receive(
    pending: PendingSignIn,
    application: TwitchApplication,
    pair: TokenPair,
  ): Promise<void> {
    deps.signIn.hidePage();
    update(pending, { stage: 'checking' });
    const result = await checkLogin(services, { app: application, pair, expected: pending.userId });
    if (!queue.has(pending)) return; // cancelled meanwhile: nothing is stored
    if (result.kind !== 'good') {
      // Only the token of a person who isn't here is given back: whether revoking one token of a person
      // ends the person's other login with this application is not documented, so a held account is spared.
      const isUnknown = result.kind === 'wrong-account' && accounts.get(result.userId) === null;
      if (isUnknown) void twitch.revoke(application.clientId, pair.access);
      return turnDown(pending, result);
    }
    const account = await accounts.adopt(result.login, 'consent');
    settleAll(pending, ({ scopes }) => satisfied(account, scopes));
    close(pending);
  }

  function turnDown(pending: PendingSignIn, result: Exclude<SignInResult, { kind: 'good' }>): void {
    if (result.kind === 'wrong-account') {
      const wanted = queue.accountOf(pending)?.login ?? 'another account';
      return refuse(pending, wrongAccount(result.login, wanted), true);
    }
    if (result.kind === 'unusable') {
      begin(pending);
      return update(pending, { problem: result.reason });
    }
    if (pending.userId !== null) return refuse(pending, consentNarrower(result.login, result.lost), true);
    // Signed in as somebody who is already here with more: once more, with all of it.
    pending.userId = result.userId;
    begin(pending);
    update(pending, { problem: `${result.login} ${ONCE_MORE}` });
  }

  /** Has the window ask for what somebody who has just come wants, too. */
  function join(pending: PendingSignIn): void {
    if (shown() !== pending) return;
    // A code is good for the scopes it was made for: more scopes need a new one.
    const more = missingScopes(scopesFor(pending), pending.flow?.scopes ?? []);
    if (pending.flow === null || (more.length > 0 && pending.stage !== 'checking')) begin(pending);
    else update(pending);
  }

  async function ask(request: SignInRequest, ms: number, signal?: AbortSignal): Promise<Result<Account>> {
    if (signal?.aborted) return consentAbandoned();
    // Locked while whoever asks was still being approved: no window may open any more.
    if (isLocked()) return signInLocked();
    const pending = queue.enqueue(request);
    const onLeave = (): void => (pending.waiters.size === 0 ? close(pending) : update(pending));
    const result = waitFor(deps, pending, { request, ms, signal }, onLeave);
    join(pending);
    return result;
  }

  const cancel = (pending: PendingSignIn): void => refuse(pending, signInClosed());
  return {
    ask,
    view: queue.view,
    actions: signInActions(deps, { ...queue, cancel }),
    closed() {
      const pending = shown();
      if (pending) cancel(pending);
    },
    redirected: (url) => shown()?.flow?.redirected(url),
    stop(code) {
      for (const pending of queue.clear()) {
        pending.flow?.stop();
        refuseAll(pending, signInStopped(code));
      }
      deps.signIn.hidePage();
      deps.signIn.hide();
    },
  };
}

const ONCE_MORE = 'is already here and has more permissions. Please confirm once more, so that none is lost.';

/** A waiting bot gets the account if what it asked for was granted. */
function satisfied(account: Account, scopes: readonly string[]): Result<Account> {
  const missing = missingScopes(scopes, account.tokens.scopes);
  return missing.length === 0 ? success(account) : consentIncomplete(missing);
}
