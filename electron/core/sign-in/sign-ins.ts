/** Brings tokens by the streamer's own hand: one window at a time, requests for one account merged. */
import type { SignInView } from '../../../shared/prompt-views.ts';
import type { Account } from '../accounts/account.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { AdoptedLogin } from '../accounts/new-login.ts';
import { missingScopes } from '../accounts/scope-sets.ts';
import type { ActionsOf } from '../action.ts';
import type { TwitchApplication } from '../applications/application.ts';
import type { Applications } from '../applications/applications.ts';
import type { Deps } from '../ports.ts';
import {
  consentAbandoned,
  consentDenied,
  consentIncomplete,
  consentNarrower,
  consentTimeout,
  type Failed,
  noUsableApplication,
  type Result,
  reasonOf,
  signInClosed,
  signInLocked,
  signInStopped,
  signInUnshown,
  success,
  wrongAccount,
} from '../result.ts';
import type { PromptAlert } from '../stream/prompt-alerts.ts';
import type { TokenPair, Twitch } from '../twitch/endpoints.ts';
import { signInActions } from './actions.ts';
import { createKeeping } from './keeping.ts';
import { checkLogin, type SignInResult } from './login-check.ts';
import { createNewcomers, mustAsk } from './newcomers.ts';
import { startFlow } from './oauth-flow.ts';
import {
  OVER,
  type PendingSignIn,
  refuseAll,
  type SignInRequest,
  settleAll,
  waitFor,
} from './pending-sign-in.ts';
import { createSignInQueue } from './sign-in-queue.ts';

/** Sign-ins wanted and the window for them. */
export interface SignIns {
  /** Resolves when the account has the scopes, or with why not; `consent-timeout` after `ms`. */
  ask(request: SignInRequest, ms: number, signal?: AbortSignal): Promise<Result<Account>>;
  view(): SignInView | null;
  /** Names of the bots whose sign-ins wait without a window. */
  quiet(): string[];
  /** She wants to see those. False when there is none. */
  open(): boolean;
  actions: ActionsOf<'signIn'>;
  /** The window was closed: the same as Cancel. */
  closed(): void;
  /** The window is gone without an answer of hers, or never came up. */
  lost(): void;
  /** The Twitch page went to the redirect URI; the URL holds a one-time code, so never log it. */
  redirected(url: string): void;
  /** Answers all who wait with that code. */
  stop(code: 'shutting-down' | 'locked'): void;
  /** The application was changed or is gone: what was begun for it comes to nothing. */
  changedApplication(clientId: string): void;
}

/** What sign-ins work with. */
export interface SignInServices {
  deps: Pick<Deps, 'clock' | 'desktop' | 'random' | 'signIn' | 'timers' | 'twitch'>;
  accounts: Accounts;
  twitch: Twitch;
  applications: Applications;
  isLocked(): boolean;
  /** Why no window may come up by itself now; null while one may. */
  hint(): string | null;
  alert: PromptAlert;
  /** Tells the streamer what she should know though no bot waits. */
  notice(text: string): void;
  /** Writes into the record how somebody signed in. */
  record(text: string, more: { login: string; ok: boolean }): void;
  changed(): void;
}

/** No window is open until somebody asks. */
export function createSignIns(services: SignInServices): SignIns {
  const { deps, accounts, applications, twitch, isLocked, notice, record, changed } = services;
  const queue = createSignInQueue(deps, services, changed);
  const { shown, update } = queue;
  const keeping = createKeeping(deps, queue, { close, drop: (pending) => newcomers.drop(pending) });
  const { fail } = keeping;
  const newcomers = createNewcomers({ ...services, store, update, giveUp: refuse, expire: fail });

  function close(pending: PendingSignIn): void {
    newcomers.drop(pending);
    keeping.stop(pending);
    const wasShown = queue.remove(pending);
    pending.flow?.stop();
    if (!wasShown) return changed();
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
    const application = applications.usable(pending.clientId);
    if (application === null)
      return refuse(pending, noUsableApplication(applications.nameOf(pending.clientId)), true);
    pending.flow?.stop();
    deps.signIn.hidePage();
    Object.assign(pending, { stage: 'choose', device: null, codeUse: 'none' });
    let passing = ''; // ends when the code is there; whatever else the window explains stays
    pending.flow = startFlow(
      { deps, twitch, app: application, scopes: queue.scopesOf(pending) },
      {
        ready: (device) =>
          update(pending, {
            ...{ device, codeUse: 'none', codeExpiresAt: deps.clock.now() + device.expiresIn * 1000 },
            problem: pending.problem === passing ? '' : pending.problem,
          }),
        trouble(problem) {
          passing = problem;
          update(pending, { problem });
        },
        denied: () => refuse(pending, consentDenied()),
        refused: (why) => refuse(pending, why, true),
        tokens: (pair, way) => void receive(pending, { app: application, pair, way }),
      },
    );
    update(pending);
  }

  async function receive(pending: PendingSignIn, { app: application, pair, way }: Received): Promise<void> {
    deps.signIn.hidePage();
    update(pending, { stage: 'checking' });
    const result = await checkLogin(services, { app: application, pair, expected: pending.userId });
    const userId = userIdOf(result);
    const isHeld = accounts.get({ clientId: application.clientId, userId }) !== null;
    const isOver = !queue.has(pending); // cancelled meanwhile: nothing is stored
    // Only the token of a person who isn't here is given back: whether revoking one token of a person
    // ends the person's other login with this application is not documented, so a held account is spared.
    if ((isOver || result.kind === 'wrong-account') && result.kind !== 'unusable' && !isHeld)
      void twitch.revoke(application.clientId, pair.access);
    if (isOver) return;
    if (result.kind !== 'good') return turnDown(pending, result);
    if (mustAsk(way, pending.codeUse, accounts.loginsOf(userId).length > 0))
      return newcomers.ask(pending, { login: result.login, pair });
    const { kept, waiters } = pending;
    const hers = kept !== null || [...waiters].some(({ request }) => request.bot === null);
    const { login } = result.login;
    if ((await store(pending, result.login)) && hers) record(`You signed in ${login}`, { login, ok: true });
  }

  async function store(pending: PendingSignIn, login: AdoptedLogin): Promise<boolean> {
    update(pending, { stage: 'checking' });
    // The question may have stood there for minutes, in which the account can have come by another way.
    const lost = missingScopes(accounts.get(login)?.tokens.scopes ?? [], login.tokens.scopes);
    if (lost.length > 0) {
      fail(pending, consentNarrower(login.login, lost));
      return false;
    }
    const account = await accounts.adopt(login, 'consent');
    if (pending.intent !== null) await giveIntent(pending.intent, account);
    settleAll(pending, ({ scopes }) => satisfied(account, scopes));
    close(pending);
    return true;
  }

  /** Nobody may have got it meanwhile: a job is never taken from anybody by a sign-in. */
  async function giveIntent(intent: string, { userId }: Account): Promise<void> {
    if (accounts.holder(intent) !== null) return;
    await accounts
      .setIntents(userId, [...accounts.intentsOf(userId), intent])
      .catch((error) => notice(`The job “${intent}” could not be written down: ${reasonOf(error)}`));
  }

  function turnDown(pending: PendingSignIn, result: Exclude<SignInResult, { kind: 'good' }>): void {
    if (result.kind === 'wrong-account') {
      const wanted = queue.expected(pending)?.login ?? 'another account';
      return fail(pending, wrongAccount(result.login, wanted));
    }
    if (result.kind === 'unusable') {
      begin(pending);
      return update(pending, { problem: result.reason });
    }
    if (pending.userId !== null) return fail(pending, consentNarrower(result.login, result.lost));
    // Signed in as somebody who is already here with more: once more, with all of it.
    pending.userId = result.userId;
    begin(pending);
    update(pending, { problem: `${result.login} ${ONCE_MORE}` });
  }

  /** Has the window ask for what somebody who has just come wants, too. */
  function join(pending: PendingSignIn): void {
    if (shown() !== pending) return;
    // A code is good for the scopes it was made for: more scopes need a new one.
    const more = missingScopes(queue.scopesOf(pending), pending.flow?.scopes ?? []);
    if (pending.flow === null || (more.length > 0 && !OVER.has(pending.stage))) begin(pending);
    else update(pending);
  }

  async function ask(request: SignInRequest, ms: number, signal?: AbortSignal): Promise<Result<Account>> {
    if (signal?.aborted) return consentAbandoned();
    // Locked while whoever asks was still being approved: no window may open any more.
    if (isLocked()) return signInLocked();
    const hint = request.quietly === null ? services.hint() : null;
    const quietly = request.quietly ?? hint !== null;
    const isNews = queue.quiet().length;
    const pending = queue.enqueue({ ...request, quietly });
    keeping.stop(pending);
    const waited = waitFor(deps, pending, { request, ms, signal }, keeping.left(pending, request));
    if (queue.quiet().length > isNews) services.alert(request.bot ?? '');
    const front = shown();
    if (front?.kept) keeping.keep(front);
    join(pending);
    changed();
    const result = await waited;
    const late = !result.ok && result.error.code === 'consent-timeout';
    return late && hint !== null ? consentTimeout(hint) : result;
  }

  /** She wants to see those that came quietly. */
  function open(): boolean {
    const before = shown();
    const quiet = queue.quiet();
    for (const pending of quiet) queue.makeLoud(Object.assign(pending, { opened: true }));
    const front = shown();
    if (before === null && front !== null) begin(front);
    return quiet.length > 0;
  }

  function endShown(why: Failed): void {
    const pending = shown();
    if (pending) refuse(pending, why);
  }

  function cancel(pending: PendingSignIn): void {
    refuse(pending, signInClosed());
  }
  return {
    ask,
    open,
    quiet: () =>
      queue.quiet().flatMap(({ waiters }) => [...waiters].flatMap(({ request }) => request.bot ?? [])),
    view: queue.view,
    actions: signInActions(deps, { ...queue, ...newcomers, begin, cancel, takeOver: keeping.takeOver }),
    closed: () => endShown(signInClosed()),
    lost: () => endShown(signInUnshown()),
    redirected: (url) => shown()?.flow?.redirected(url),
    stop(code) {
      for (const pending of queue.clear()) {
        pending.flow?.stop();
        newcomers.drop(pending);
        keeping.stop(pending);
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

/** Tokens that have come, by which application and which way. */
interface Received {
  app: TwitchApplication;
  pair: TokenPair;
  way: 'redirect' | 'code';
}

function userIdOf(result: SignInResult): string {
  if (result.kind === 'unusable') return '';
  return result.kind === 'good' ? result.login.userId : result.userId;
}

const ONCE_MORE = 'is already here and has more permissions. Please confirm once more, so that none is lost.';

/** A waiting bot gets the account if what it asked for was granted. */
function satisfied(account: Account, scopes: readonly string[]): Result<Account> {
  const missing = missingScopes(scopes, account.tokens.scopes);
  return missing.length === 0 ? success(account) : consentIncomplete(missing);
}
