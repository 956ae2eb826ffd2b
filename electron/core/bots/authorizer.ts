/** Decides whether a bot may have an account's token, asking the streamer where it must. */
import { LIMITS } from '../../../shared/protocol.ts';
import type { Account } from '../accounts/account.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { missingScopes } from '../accounts/scope-sets.ts';
import type { Activity } from '../activity/activity.ts';
import type { Deps } from '../ports.ts';
import { randomText } from '../random-text.ts';
import {
  accountRemoved,
  consentThrottled,
  grantTakenBack,
  notGranted,
  type Result,
  scopesNotGranted,
  success,
} from '../result.ts';
import type { SignIns } from '../sign-in/sign-ins.ts';
import { createThrottle } from '../throttle.ts';
import type { Approvals } from './approvals.ts';
import type { Bots } from './bots.ts';
import { isYes, refusalOf, decisionText } from './decision.ts';
import {
  countUse,
  extendGrant,
  grantsOn,
  type Named,
  type OnceGrant,
  onceOn,
  permission,
  type Target,
} from './grants.ts';
import { peerView } from './peer-view.ts';
import type { ProgramCheck } from './program-check.ts';
import type { Visit } from './program-monitor.ts';
import { createPromptLimiter } from './prompt-limiter.ts';
import { botLabel, similarNameViews } from './similar-names.ts';

/** A bot that has proved who it is, on one connection. */
export interface Caller extends Visit {
  /** Answers it may still have after `Allow once`. */
  once: OnceGrant[];
  /** Accounts whose token it holds; their events are its business. */
  released: Set<string>;
}
/** How long and whether at all a request may wait for people. */
export interface Interaction {
  interactive: 'allow' | 'never';
  timeoutMs: number;
}

/** The one place that says yes or no to a token. */
export interface Authorizer extends Pick<ProgramCheck, 'admit'> {
  /** The last look before the application's token leaves; records it. */
  releaseApp(caller: Caller): Result<void>;
  /** Settles grants and scopes for a request; after it `release` may be called. */
  obtain(
    caller: Caller,
    account: Account,
    named: Named,
    scopes: string[],
    patience: Interaction,
  ): Promise<Result<void>>;
  /** The last look before an account's token leaves; counts and records it. */
  release(caller: Caller, account: Account, scopes: string[]): Result<Account>;
  /** Whether the bot may have the account's token. */
  may(caller: Caller, account: Account): boolean;
  /** Whether the bot may know of the account: also of one whose token it still holds. */
  sees(caller: Caller, account: Account): boolean;
}

type PermitDeps = Pick<Deps, 'clock' | 'random'>;

/** Reads grants from `bots`, asks through `approvals` and `signIns`, records in `activity`. */
export function createAuthorizer(
  deps: PermitDeps,
  accounts: Accounts,
  bots: Bots,
  approvals: Approvals,
  signIns: SignIns,
  activity: Activity,
  admission: ProgramCheck,
  tellOnce: (text: string) => void,
): Authorizer {
  /** Sign-in windows that came to nothing; those who wait for one window are refused all at once. */
  const refused = createPromptLimiter(deps.clock, LIMITS.refusals);
  const isFirstOfWindow = createThrottle(deps.clock, 1_000);
  const targetOf = (account: Account): Target => ({
    userId: account.userId,
    intents: accounts.intentsOf(account.userId),
  });
  const heldBy = (caller: Caller, target: Target) => [
    ...grantsOn(caller.bot, target),
    ...onceOn(caller.once, target),
  ];

  async function approve(
    caller: Caller,
    account: Account,
    named: Named,
    scopes: string[],
    ms: number,
  ): Promise<Result<void>> {
    const { bot, facts } = caller;
    const { userId, login } = account;
    const want = {
      intent: named.intent,
      account: { userId, login, displayName: login },
      choices: [],
      scopes,
    };
    const similarNames = similarNameViews(bot.name, bots.list(), bot);
    const { keyId, name } = bot;
    const question = { kind: 'grant', from: keyId, source: keyId, paired: true, facts } as const;
    const shown = { claimedName: name, reason: '', changes: [], similarNames, wants: [want] };
    const verdict = await approvals.ask({ ...question, ...shown }, ms, caller.gone);
    if (verdict.kind === 'once') caller.once.push({ ...named, scopes });
    else if (verdict.kind === 'always') {
      extendGrant(bot, named, scopes, { id: randomText(deps.random, 9), at: deps.clock.now() });
      await bots.keep();
    }
    const ok = isYes(verdict);
    const peer = peerView(name, true, facts);
    const text = decisionText(botLabel(bot, bots.list()), login, verdict);
    activity.add('approval', text, { bot: name, login, scopes, ok, peer });
    if (verdict.kind === 'tired') tellOnce(`${text}. You can remove it on the page Bots.`);
    return isYes(verdict) ? success(undefined) : refusalOf(verdict);
  }

  /** Brings the scopes the account lacks; the streamer's consent is the approval of them, too. */
  async function consent(
    caller: Caller,
    account: Account,
    missing: string[],
    ms: number,
  ): Promise<Result<void>> {
    const { bot } = caller;
    const retryAfterMs = refused.barredFor(bot.keyId);
    if (retryAfterMs > 0) return consentThrottled(retryAfterMs);
    const wish = { userId: account.userId, scopes: missing, bot: bot.name };
    const outcome = await signIns.ask(wish, ms, caller.gone);
    const { login } = account;
    const text = outcome.ok
      ? `New permissions for ${login}, asked for by ${botLabel(bot, bots.list())}`
      : outcome.error.message;
    const peer = peerView(bot.name, true, caller.facts);
    activity.add('consent', text, { bot: bot.name, login, scopes: missing, ok: outcome.ok, peer });
    if (!outcome.ok) {
      const toNothing = outcome.error.code === 'consent-denied' || outcome.error.code === 'consent-timeout';
      if (toNothing && isFirstOfWindow(bot.keyId)) refused.add(bot.keyId);
      return outcome;
    }
    const target = targetOf(account);
    const [home] = grantsOn(bot, target);
    if (home) {
      extendGrant(bot, homeOf(home), missing, { id: home.id, at: deps.clock.now() });
      await bots.keep();
    }
    for (const once of onceOn(caller.once, target)) once.scopes = [...once.scopes, ...missing];
    return success(undefined);
  }

  return {
    admit: admission.admit,
    releaseApp(caller) {
      const passed = admission.pass(caller);
      if (!passed.ok) return passed;
      const { name } = caller.bot;
      const peer = peerView(name, true, caller.facts);
      const text = `${botLabel(caller.bot, bots.list())} got the application’s token`;
      activity.add('token.served', text, { bot: name, peer });
      return passed;
    },
    async obtain(caller, account, named, scopes, patience) {
      const deadline = deps.clock.now() + Math.min(patience.timeoutMs, LIMITS.timeoutMs.max);
      const left = (): number => Math.max(0, deadline - deps.clock.now());
      const admitted = await admission.admit(caller, { ...patience, timeoutMs: left() });
      if (!admitted.ok) return admitted;
      const held = permission(heldBy(caller, targetOf(account)), scopes);
      const missing = missingScopes(scopes, account.tokens.scopes);
      // What the account has but this bot may not ask for needs a yes; what it lacks gets its yes at sign-in.
      const unasked = held.kind === 'partly' ? held.missing.filter((scope) => !missing.includes(scope)) : [];
      if (held.kind === 'none' || unasked.length > 0) {
        if (patience.interactive === 'never') return notGranted();
        const approved = await approve(
          caller,
          account,
          named,
          held.kind === 'none' ? scopes : unasked,
          left(),
        );
        if (!approved.ok) return approved;
      }
      if (missing.length === 0) return success(undefined);
      // Whoever is at another computer doesn't see the sign-in window, and must not open it here.
      if (patience.interactive === 'never' || caller.facts.relay)
        return scopesNotGranted(account.login, missing);
      return consent(caller, account, missing, left());
    },
    release(caller, account, scopes) {
      const target = targetOf(account);
      const known = accounts.get(account.userId) === account;
      if (!known) return accountRemoved();
      const spent = spends(caller, target, scopes);
      if (spent === null) return grantTakenBack();
      const passed = admission.pass(caller);
      if (!passed.ok) return passed;
      caller.once = caller.once.filter((grant) => !spent.includes(grant));
      countUse(caller.bot, target, deps.clock.now());
      bots.touch();
      caller.released.add(account.userId);
      const { name } = caller.bot;
      const { login } = account;
      const peer = peerView(name, true, caller.facts);
      const text = `${botLabel(caller.bot, bots.list())} got the token of ${login}`;
      activity.add('token.served', text, { bot: name, login, scopes, peer });
      return success(account);
    },
    may: (caller, account) => heldBy(caller, targetOf(account)).length > 0,
    sees: (caller, account) =>
      caller.released.has(account.userId) || heldBy(caller, targetOf(account)).length > 0,
  };
}

/**
 * The answers-to-come that this one uses up: none if lasting grants do, else one if one is enough. Null when
 * all together don't permit it.
 */
function spends(caller: Caller, target: Target, scopes: string[]): OnceGrant[] | null {
  const lasting = grantsOn(caller.bot, target);
  if (permission(lasting, scopes).kind === 'full') return [];
  const once = onceOn(caller.once, target);
  const one = once.find((grant) => permission([...lasting, grant], scopes).kind === 'full');
  if (one) return [one];
  return permission([...lasting, ...once], scopes).kind === 'full' ? once : null;
}

function homeOf({ userId, intent }: { userId: string | null; intent: string | null }): Named {
  return userId === null ? { userId: null, intent: intent ?? '' } : { userId, intent: null };
}
