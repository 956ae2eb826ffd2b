/** Decides whether a bot may have an account's token, asking the streamer where it must. */
import { LIMITS } from '../../../shared/wire.ts';
import type { Account } from '../accounts/account.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { missingScopes } from '../accounts/scope-sets.ts';
import type { Activity } from '../activity.ts';
import { done, failed, type Outcome, type Refused } from '../fault.ts';
import type { Deps, PeerFacts } from '../ports.ts';
import { randomText } from '../random-text.ts';
import type { SignIns } from '../sign-in/sign-ins.ts';
import type { Approvals, Verdict } from './approvals.ts';
import type { Bot, Bots } from './bots.ts';
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

/** A bot that has proved who it is, on one connection. */
export interface Caller {
  bot: Bot;
  facts: PeerFacts;
  /** Answers it may still have after `Allow once`. */
  once: OnceGrant[];
  /** Accounts whose token it holds; their events are its business. */
  released: Set<string>;
  /** Aborted when the connection is gone. */
  gone: AbortSignal;
}
/** How long and whether at all a request may wait for people. */
export interface Patience {
  interactive: 'allow' | 'never';
  timeoutMs: number;
}

/** The one place that says yes or no to a token. */
export interface Permits {
  /** Settles grants and scopes for a request; after it `release` may be called. */
  obtain(
    caller: Caller,
    account: Account,
    named: Named,
    scopes: string[],
    patience: Patience,
  ): Promise<Outcome<void>>;
  /** The last look before a token leaves; counts and records it. */
  release(caller: Caller, account: Account, scopes: string[]): Outcome<Account>;
  /** Whether the bot may have the account's token. */
  may(caller: Caller, account: Account): boolean;
  /** Whether the bot may know of the account: also of one whose token it still holds. */
  sees(caller: Caller, account: Account): boolean;
}

type PermitDeps = Pick<Deps, 'clock' | 'random'>;

/** Reads grants from `bots`, asks through `approvals` and `signIns`, records in `activity`. */
export function createPermits(
  deps: PermitDeps,
  accounts: Accounts,
  bots: Bots,
  approvals: Approvals,
  signIns: SignIns,
  activity: Activity,
): Permits {
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
  ): Promise<Outcome<void>> {
    const { bot, facts } = caller;
    const { userId, login } = account;
    const want = {
      intent: named.intent,
      account: { userId, login, displayName: login },
      choices: [],
      scopes,
    };
    const question = { kind: 'grant', asker: bot.keyId, claimedName: bot.name, reason: '', facts } as const;
    const verdict = await approvals.ask({ ...question, wants: [want] }, ms, caller.gone);
    if (verdict.kind === 'once') caller.once.push({ ...named, scopes });
    else if (verdict.kind === 'always') {
      extendGrant(bot, named, scopes, { id: randomText(deps.random, 9), at: deps.clock.now() });
      await bots.keep();
    }
    activity.add('approval', verdictText(bot.name, login, verdict), {
      bot: bot.name,
      login,
      scopes,
      ok: isYes(verdict),
    });
    return isYes(verdict) ? done(undefined) : refusal(verdict);
  }

  /** Brings the scopes the account lacks; the streamer's consent is the approval of them, too. */
  async function consent(
    caller: Caller,
    account: Account,
    missing: string[],
    ms: number,
  ): Promise<Outcome<void>> {
    const { bot } = caller;
    const wish = { userId: account.userId, scopes: missing, asker: bot.name };
    const outcome = await signIns.ask(wish, ms, caller.gone);
    const { login } = account;
    const text = outcome.ok
      ? `New permissions for ${login}, asked for by ${bot.name}`
      : outcome.fault.message;
    activity.add('consent', text, { bot: bot.name, login, scopes: missing, ok: outcome.ok });
    if (!outcome.ok) return outcome;
    const target = targetOf(account);
    const [home] = grantsOn(bot, target);
    if (home) {
      extendGrant(bot, homeOf(home), missing, { id: home.id, at: deps.clock.now() });
      await bots.keep();
    }
    for (const once of onceOn(caller.once, target)) once.scopes = [...once.scopes, ...missing];
    return done(undefined);
  }

  return {
    async obtain(caller, account, named, scopes, patience) {
      const deadline = deps.clock.now() + Math.min(patience.timeoutMs, LIMITS.timeoutMs.most);
      const left = (): number => Math.max(0, deadline - deps.clock.now());
      const held = permission(heldBy(caller, targetOf(account)), scopes);
      const missing = missingScopes(scopes, account.tokens.scopes);
      // What the account has but this bot may not ask for needs a yes; what it lacks gets its yes at sign-in.
      const unasked = held.kind === 'partly' ? held.missing.filter((scope) => !missing.includes(scope)) : [];
      if (held.kind === 'none' || unasked.length > 0) {
        if (patience.interactive === 'never') return failed('denied', NOT_GRANTED);
        const approved = await approve(
          caller,
          account,
          named,
          held.kind === 'none' ? scopes : unasked,
          left(),
        );
        if (!approved.ok) return approved;
      }
      if (missing.length === 0) return done(undefined);
      if (patience.interactive === 'never') {
        return failed('scope-missing', `${account.login} has not granted what is needed.`, { missing });
      }
      return consent(caller, account, missing, left());
    },
    release(caller, account, scopes) {
      const target = targetOf(account);
      const known = accounts.get(account.userId) === account;
      if (!known) return failed('unknown-user', 'The account was removed from Castkey.');
      if (permission(grantsOn(caller.bot, target), scopes).kind !== 'full') {
        const once = onceOn(caller.once, target);
        if (permission(heldBy(caller, target), scopes).kind !== 'full' || once.length === 0) {
          return failed('denied', 'The permission was taken back.');
        }
        caller.once = caller.once.filter((grant) => !once.includes(grant));
      }
      countUse(caller.bot, target, deps.clock.now());
      bots.touch();
      caller.released.add(account.userId);
      const { name } = caller.bot;
      const { login } = account;
      activity.add('token.served', `${name} got the token of ${login}`, { bot: name, login, scopes });
      return done(account);
    },
    may: (caller, account) => heldBy(caller, targetOf(account)).length > 0,
    sees: (caller, account) =>
      caller.released.has(account.userId) || heldBy(caller, targetOf(account)).length > 0,
  };
}

const NOT_GRANTED =
  'This bot may not use the account; ask with "interactive": "allow" to have the streamer decide.';

function homeOf({ userId, intent }: { userId: string | null; intent: string | null }): Named {
  return userId === null ? { userId: null, intent: intent ?? '' } : { userId, intent: null };
}

/** Whether the streamer said yes, for ever or once. */
export function isYes(verdict: Verdict): verdict is Extract<Verdict, { kind: 'always' | 'once' }> {
  return verdict.kind === 'always' || verdict.kind === 'once';
}

/** What a bot is told after anything but a yes. */
export function refusal(verdict: Exclude<Verdict, { kind: 'always' | 'once' }>): Refused {
  if (verdict.kind === 'timeout') return failed('approval-timeout', 'Nobody answered in time.');
  if (verdict.kind === 'full') return failed('busy', 'Too many questions are waiting for the streamer.');
  if (verdict.kind === 'locked') return failed('locked', 'Castkey was locked.');
  if (verdict.kind === 'closing') return failed('shutting-down', 'Castkey is closing.');
  const again = verdict.kind === 'remembered' ? ' a few minutes ago' : '';
  return failed('denied', `The streamer said no${again}.`);
}

/** The line on the activity page. */
export function verdictText(bot: string, what: string, verdict: Verdict): string {
  if (verdict.kind === 'always') return `${bot} may always use ${what}`;
  if (verdict.kind === 'once') return `${bot} may use ${what} once`;
  if (verdict.kind === 'timeout') return `Nobody answered ${bot}, which wants ${what}`;
  if (verdict.kind === 'remembered') return `${bot} asked for ${what} again soon after a no`;
  return `${bot} may not use ${what}`;
}
