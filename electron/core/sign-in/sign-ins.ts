/** Brings tokens by the streamer's own hand: one window at a time, requests for one account merged. */
import type { SignInView } from '../../../shared/prompt-views.ts';
import type { Account } from '../accounts/account.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { missingScopes } from '../accounts/scope-sets.ts';
import type { ActionsOf } from '../action.ts';
import type { Applications } from '../applications/applications.ts';
import { noUsableApplication } from '../applications/failures.ts';
import type { Deps } from '../ports.ts';
import {
  consentAbandoned,
  consentDenied,
  consentTimeout,
  type Failed,
  type Result,
  signInClosed,
  signInLocked,
} from '../result.ts';
import type { PromptAlert } from '../stream/prompt-alerts.ts';
import type { Twitch } from '../twitch/endpoints.ts';
import { signInActions } from './actions.ts';
import { createArrivals } from './arrivals.ts';
import { type Closing, createClosing } from './closing.ts';
import { createKeeping } from './keeping.ts';
import { createNewcomers } from './newcomers.ts';
import { startFlow } from './oauth-flow.ts';
import { OVER, type PendingSignIn, refuseAll, type SignInRequest, waitFor } from './pending-sign-in.ts';
import { createSignInQueue, type SignInQueue } from './sign-in-queue.ts';

/** Sign-ins wanted and the window for them. */
export interface SignIns extends Closing {
  /** Resolves when the account has the scopes, or with why not; `consent-timeout` after `ms`. */
  ask(request: SignInRequest, ms: number, signal?: AbortSignal): Promise<Result<Account>>;
  view(): SignInView | null;
  /** Names of the bots whose sign-ins wait without a window. */
  quiet(): string[];
  /** She wants to see those. False when there is none. */
  open(): boolean;
  actions: ActionsOf<'signIn'>;
  /** The Twitch page went to the redirect URI; the URL holds a one-time code, so never log it. */
  redirected(url: string): void;
}

/** What sign-ins work with. */
export interface SignInServices {
  deps: Pick<Deps, 'clock' | 'desktop' | 'random' | 'signIn' | 'timers' | 'twitch'>;
  accounts: Accounts;
  twitch: Twitch;
  applications: Applications;
  isLocked(): boolean;
  /** Why no window may come up by itself now; null when one may. */
  hint(): Promise<string | null>;
  alert: PromptAlert;
  /** Tells the streamer what she should know though no bot waits. */
  notice(text: string): void;
  /** Writes into the record how somebody signed in. */
  record(text: string, more: { login: string; ok: boolean }): void;
  changed(): void;
}

/** No window is open until somebody asks. */
export function createSignIns(services: SignInServices): SignIns {
  const { deps, applications, twitch, isLocked, notice, changed } = services;
  const queue = createSignInQueue(deps, services, changed);
  const { shown, update } = queue;
  const keeping = createKeeping(deps, queue, { close, drop: (pending) => newcomers.drop(pending) });
  const { fail } = keeping;
  const arrivals = createArrivals(services, { queue, begin, close, fail });
  const newcomers = createNewcomers({
    ...services,
    ...{ store: arrivals.store, update, giveUp: refuse, expire: fail },
  });

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
        tokens: (pair, way) => void arrivals.receive(pending, { app: application, pair, way }, newcomers.ask),
      },
    );
    update(pending);
  }

  async function ask(request: SignInRequest, ms: number, signal?: AbortSignal): Promise<Result<Account>> {
    const askedAt = deps.clock.monotonic();
    const early = whyUnasked(isLocked, signal);
    if (early !== null) return early;
    const hint = request.quietly === null ? await services.hint() : null;
    const late = whyUnasked(isLocked, signal);
    if (late !== null) return late;
    const remainingMs = Math.max(0, ms - (deps.clock.monotonic() - askedAt));
    const quietly = request.quietly ?? hint !== null;
    const isNews = queue.quiet().length;
    const pending = queue.enqueue({ ...request, quietly });
    keeping.stop(pending);
    const waited = waitFor(
      deps,
      pending,
      { request, ms: remainingMs, signal },
      keeping.left(pending, request),
    );
    if (queue.quiet().length > isNews) services.alert(request.bot ?? '');
    const front = shown();
    if (front?.kept) keeping.keep(front);
    join({ queue, begin }, pending);
    changed();
    const result = await waited;
    const inVain = !result.ok && result.error.code === 'consent-timeout';
    return inVain && hint !== null ? consentTimeout(hint) : result;
  }

  function abandon(pending: PendingSignIn): void {
    pending.flow?.stop();
    newcomers.drop(pending);
    keeping.stop(pending);
  }

  return {
    ask,
    open: () => open({ queue, begin }),
    quiet: queue.quietBots,
    view: queue.view,
    actions: signInActions(deps, {
      ...queue,
      ...newcomers,
      begin,
      takeOver: keeping.takeOver,
      cancel: (pending) => refuse(pending, signInClosed()),
    }),
    ...createClosing(deps, queue, { refuse, abandon }),
    redirected: (url) => shown()?.flow?.redirected(url),
  };
}

/** Why no sign-in may begin; asked before and after her stream was looked at. */
function whyUnasked(isLocked: () => boolean, signal: AbortSignal | undefined): Failed | null {
  if (signal?.aborted) return consentAbandoned();
  // Locked while whoever asks was still being approved: no window may open any more.
  return isLocked() ? signInLocked() : null;
}

/** The sign-ins there are, and what starts the flow of one. */
interface Shown {
  queue: SignInQueue;
  begin(pending: PendingSignIn): void;
}

/** Has the window ask for what somebody who has just come wants, too. */
function join({ queue, begin }: Shown, pending: PendingSignIn): void {
  if (queue.shown() !== pending) return;
  // A code is good for the scopes it was made for: more scopes need a new one.
  const more = missingScopes(queue.scopesOf(pending), pending.flow?.scopes ?? []);
  if (pending.flow === null || (more.length > 0 && !OVER.has(pending.stage))) begin(pending);
  else queue.update(pending);
}

/** She wants to see those that came quietly. */
function open({ queue, begin }: Shown): boolean {
  const before = queue.shown();
  const quiet = queue.quiet();
  for (const pending of quiet) queue.makeLoud(Object.assign(pending, { opened: true }));
  const front = queue.shown();
  if (before === null && front !== null) begin(front);
  return quiet.length > 0;
}
