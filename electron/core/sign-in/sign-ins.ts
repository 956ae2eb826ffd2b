/** Brings tokens by the streamer's own hand: one window at a time, wishes for one account merged. */
import type { SignInView } from '../../../shared/views.ts';
import type { Account } from '../accounts/account.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { missingScopes, unionScopes } from '../accounts/scope-sets.ts';
import type { ActionsOf } from '../action.ts';
import type { TwitchApplication } from '../applications/application.ts';
import type { Deps, TwitchPlace } from '../ports.ts';
import { randomText } from '../random-text.ts';
import {
  consentAbandoned,
  consentDenied,
  consentIncomplete,
  consentNarrower,
  consentTimeout,
  type Failed,
  noApplication,
  type Result,
  signInClosed,
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
  newPendingSignIn,
  refuseAll,
  settleAll,
  viewOf,
  type Waiter,
  type SignInRequest,
  wantedScopes,
} from './pending-sign-in.ts';

/** Sign-ins wanted and the window for them. */
export interface SignIns {
  /** Resolves when the account has the scopes, or with why not; `consent-timeout` after `ms`. */
  ask(wish: SignInRequest, ms: number, signal?: AbortSignal): Promise<Result<Account>>;
  view(): SignInView | null;
  actions: ActionsOf<'signIn'>;
  /** The window was closed: the same as Cancel. */
  closed(): void;
  /** The Twitch page went to the redirect URI; the URL holds a one-time code, so never log it. */
  redirected(url: string): void;
  /** Answers all who wait with `shutting-down` or `locked`. */
  stop(code: 'shutting-down' | 'locked' | 'setup'): void;
}

/** What sign-ins work with. */
export interface SignInDeps {
  deps: Deps;
  twitch: Twitch;
  app: () => TwitchApplication | null;
  locked: () => boolean;
  accounts: Accounts;
  /** Tells the streamer what she should know though no bot waits. */
  notice: (text: string) => void;
  changed: () => void;
}

/** No window is open until somebody asks. */
export function createSignIns(world: SignInDeps): SignIns {
  const { deps, twitch, app, locked, accounts, notice, changed } = world;
  const jobs: PendingSignIn[] = [];
  const place = placeOf(deps.twitch);
  const shown = (): PendingSignIn | null => jobs[0] ?? null;
  const accountOf = (job: PendingSignIn): Account | null => (job.userId === null ? null : accounts.get(job.userId));

  /** Brings the window up to date if this is the sign-in it shows. */
  function update(job: PendingSignIn, change: Partial<Pick<PendingSignIn, 'device' | 'problem' | 'stage'>> = {}): void {
    Object.assign(job, change);
    if (shown() !== job) return;
    deps.signIn.show(viewOf(job, accountOf(job), place));
    changed();
  }

  function close(job: PendingSignIn): void {
    const place = jobs.indexOf(job);
    if (place < 0) return;
    jobs.splice(place, 1);
    job.flow?.stop();
    if (place > 0) return;
    const next = shown();
    deps.signIn.hidePage();
    if (next) begin(next);
    else deps.signIn.hide();
    changed();
  }

  /** `tell`: the streamer should know, too, since it may have been her own doing. */
  function refuse(job: PendingSignIn, why: Failed, tell = false): void {
    if (tell) notice(why.error.message);
    refuseAll(job, why);
    close(job);
  }

  /** Starts the flow, or starts it over with the scopes wanted by now. */
  function begin(job: PendingSignIn): void {
    const by = app();
    if (by === null) return refuse(job, noApplication());
    job.flow?.stop();
    deps.signIn.hidePage();
    Object.assign(job, { stage: 'choose', device: null });
    const scopes = wantedScopes(job, accountOf(job)?.tokens.scopes ?? []);
    let passing = ''; // ends when the code is there; whatever else the window explains stays
    job.flow = startFlow(deps, twitch, by, scopes, {
      ready: (device) => update(job, { device, problem: job.problem === passing ? '' : job.problem }),
      trouble(problem) {
        passing = problem;
        update(job, { problem });
      },
      denied: () => refuse(job, consentDenied()),
      refused: (why) => refuse(job, why, true),
      tokens: (pair) => void receive(job, by, pair),
    });
    update(job);
  }

  async function receive(job: PendingSignIn, by: TwitchApplication, pair: TokenPair): Promise<void> {
    deps.signIn.hidePage();
    update(job, { stage: 'checking' });
    const result = await checkLogin(deps, twitch, accounts, by, pair, job.userId);
    if (!jobs.includes(job)) return; // cancelled meanwhile: nothing is stored
    if (result.kind !== 'good') {
      // Only a stranger's token is given back: whether revoking one token of a person ends the
      // person's other login with this application is not documented, so a held account is spared.
      const stranger = result.kind === 'wrong-account' && accounts.get(result.userId) === null;
      if (stranger) void twitch.revoke(by.clientId, pair.access);
      return turnDown(job, result);
    }
    const account = await accounts.adopt(result.login, 'consent');
    settleAll(job, ({ scopes }) => satisfied(account, scopes));
    close(job);
  }

  function turnDown(job: PendingSignIn, result: Exclude<SignInResult, { kind: 'good' }>): void {
    if (result.kind === 'wrong-account') {
      const wanted = accountOf(job)?.login ?? 'another account';
      return refuse(job, wrongAccount(result.login, wanted), true);
    }
    if (result.kind === 'unusable') {
      begin(job);
      return update(job, { problem: result.reason });
    }
    if (job.userId !== null) return refuse(job, consentNarrower(result.login, result.lost), true);
    // Signed in as somebody who is already here with more: once more, with all of it.
    job.userId = result.userId;
    begin(job);
    update(job, {
      problem: `${result.login} is already here and has more permissions. Please confirm once more, so that none is lost.`,
    });
  }

  function enqueue({ userId }: SignInRequest): PendingSignIn {
    const known = jobs.find((job) => job.userId === userId);
    if (known) return known;
    const job = newPendingSignIn(randomText(deps.random, 9), userId);
    jobs.push(job);
    return job;
  }

  function join(job: PendingSignIn, waiter: Waiter): void {
    job.waiters.add(waiter);
    if (shown() !== job) return;
    const asked = job.flow?.scopes ?? [];
    // A code is good for the scopes it was made for: more scopes need a new one.
    const more = missingScopes(wantedScopes(job, accountOf(job)?.tokens.scopes ?? []), asked);
    if (job.flow === null || (more.length > 0 && job.stage !== 'checking')) begin(job);
    else update(job);
  }

  function wait(
    job: PendingSignIn,
    wish: SignInRequest,
    ms: number,
    resolve: (outcome: Result<Account>) => void,
    signal?: AbortSignal,
  ): void {
    const late = (): void => {
      waiter.settle(consentTimeout());
      job.extra = unionScopes(job.extra, job.waiters.size > 0 ? [...wish.scopes] : []);
      if (job.waiters.size === 0) close(job);
      else update(job);
    };
    const stopTimer = deps.timers.after(ms, late);
    const waiter: Waiter = {
      wish,
      deadline: deps.clock.now() + ms,
      settle(outcome) {
        stopTimer();
        signal?.removeEventListener('abort', late);
        job.waiters.delete(waiter);
        resolve(outcome);
      },
    };
    signal?.addEventListener('abort', late);
    join(job, waiter);
  }

  function view(): SignInView | null {
    const job = shown();
    return job && viewOf(job, accountOf(job), place);
  }

  function stop(code: 'shutting-down' | 'locked' | 'setup'): void {
    for (const job of jobs.splice(0)) {
      job.flow?.stop();
      refuseAll(job, signInStopped(code));
    }
    deps.signIn.hidePage();
    deps.signIn.hide();
  }

  return {
    async ask(wish, ms, signal) {
      if (signal?.aborted) return consentAbandoned();
      // Locked while whoever asks was still being approved: no window may open any more.
      if (locked()) return signInStopped('locked');
      return new Promise((resolve) => wait(enqueue(wish), wish, ms, resolve, signal));
    },
    view,
    actions: signInActions(deps, { job: shown, view, update, cancel: (job) => refuse(job, signInClosed()) }),
    closed() {
      const job = shown();
      if (job) refuse(job, signInClosed());
    },
    redirected: (url) => shown()?.flow?.redirected(url),
    stop,
  };
}

/** Twitch refuses password login inside Electron (twurple#503), a stand-in doesn't. */
function placeOf({ standIn }: TwitchPlace): Pick<SignInView, 'primary' | 'notTwitch'> {
  return { primary: standIn === null ? 'browser' : 'here', notTwitch: standIn };
}

/** A waiting bot gets the account if what it asked for was granted. */
function satisfied(account: Account, scopes: readonly string[]): Result<Account> {
  const missing = missingScopes(scopes, account.tokens.scopes);
  if (missing.length === 0) return success(account);
  return consentIncomplete(missing);
}
