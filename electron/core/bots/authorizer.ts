/** Decides whether a bot may have an account's token, asking the streamer where it must. */
import { LIMITS } from '../../../shared/protocol.ts';
import type { Account } from '../accounts/account.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { missingScopes, unionScopes } from '../accounts/scope-sets.ts';
import type { Activity } from '../activity/activity.ts';
import type { Events } from '../events.ts';
import type { Deps } from '../ports.ts';
import { randomText } from '../random-text.ts';
import {
  accountRemoved,
  consentThrottled,
  grantTakenBack,
  jobMoved,
  notGranted,
  type Result,
  scopesNotGranted,
  success,
} from '../result.ts';
import type { SignIns } from '../sign-in/sign-ins.ts';
import { createThrottle } from '../throttle.ts';
import type { Approvals } from './approvals.ts';
import type { BotConnection, Interaction } from './bot-connection.ts';
import type { Bots } from './bots.ts';
import { decisionText, isYes, refusalOf } from './decision.ts';
import {
  countUse,
  discardOnce,
  extendGrant,
  grantsOn,
  type Named,
  onceGrants,
  onceOn,
  permission,
  type Target,
  targetOf,
  usedUp,
} from './grants.ts';
import { peerView } from './peer.ts';
import type { ProgramCheck } from './program-check.ts';
import { createPromptLimiter } from './prompt-limiter.ts';
import { processOf } from './question.ts';
import { botLabel, similarNameViews } from './similar-names.ts';
import { askedWant } from './wants.ts';

/** What a request needs of an account. */
export interface Need {
  account: Account;
  /** How the bot named the account: a grant is kept on exactly that. */
  named: Named;
  scopes: string[];
}

/** The one place that says yes or no to a token. */
export interface Authorizer {
  /** Settles grants and scopes for a request; after it `issue` may be called. */
  authorize(connection: BotConnection, need: Need, interaction: Interaction): Promise<Result<void>>;
  /** The same for the application's own token; after it `issueAppToken` may be called. */
  authorizeAppToken(connection: BotConnection, interaction: Interaction): Promise<Result<void>>;
  /** The last look before an account's token leaves; counts and records it. */
  issue(connection: BotConnection, account: Account, scopes: string[]): Result<Account>;
  /** The last look before the application's token leaves; records it. */
  issueAppToken(connection: BotConnection): Result<void>;
  /** Whether the bot has a grant that reaches the account. */
  mayUse(connection: BotConnection, account: Account): boolean;
  /** Whether the bot may know of the account: also of one whose token it still holds. */
  canSee(connection: BotConnection, account: Account): boolean;
}

/** What authorization works with. `notifyOnce` tells the streamer, and never so often that it pesters her. */
export interface AuthorizerServices {
  deps: Pick<Deps, 'clock' | 'random'>;
  accounts: Accounts;
  activity: Activity;
  approvals: Approvals;
  bots: Bots;
  events: Events;
  programCheck: ProgramCheck;
  signIns: SignIns;
  notifyOnce(text: string): void;
}

/** Reads grants from `bots`, asks through `approvals` and `signIns`, records in `activity`. */
export function createAuthorizer(services: AuthorizerServices): Authorizer {
  const { deps, accounts, activity, bots, programCheck } = services;
  const requestGrant = createGrantRequest(services);
  const requestScopes = createScopeConsent(services);
  const target = (account: Account): Target => targetOf(accounts, account);
  const heldBy = ({ bot, once }: BotConnection, account: Account) => {
    discardOnce(once, [], deps.clock.now());
    return [...grantsOn(bot, target(account)), ...onceOn(once, target(account))];
  };

  async function authorize(
    connection: BotConnection,
    need: Need,
    { interactive, timeoutMs }: Interaction,
  ): Promise<Result<void>> {
    const { account, scopes } = need;
    const deadline = deps.clock.now() + Math.min(timeoutMs, LIMITS.timeoutMs.max);
    const remainingMs = (): number => Math.max(0, deadline - deps.clock.now());
    const checked = await programCheck.before(connection, { interactive, timeoutMs: remainingMs() });
    if (!checked.ok) return checked;
    const held = permission(heldBy(connection, account), scopes);
    const missing = missingScopes(scopes, account.tokens.scopes);
    // What the account has but this bot may not ask for needs a yes; what it lacks gets its yes at sign-in.
    const unasked = held.kind === 'partly' ? held.missing.filter((scope) => !missing.includes(scope)) : [];
    if (held.kind === 'none' || unasked.length > 0) {
      if (interactive === 'never') return notGranted();
      const asked = { ...need, scopes: held.kind === 'none' ? scopes : unasked };
      const approved = await requestGrant(connection, asked, remainingMs());
      if (!approved.ok) return approved;
    }
    if (missing.length === 0) return success(undefined);
    // Whoever is at another computer doesn't see the sign-in window, and must not open it here.
    if (interactive === 'never' || connection.peer.relay) return scopesNotGranted(account.login, missing);
    return requestScopes(connection, { ...need, scopes: missing }, remainingMs());
  }

  function issue(connection: BotConnection, account: Account, scopes: string[]): Result<Account> {
    const { bot, peer } = connection;
    if (accounts.get(account.userId) !== account) return accountRemoved();
    discardOnce(connection.once, [], deps.clock.now());
    const used = usedUp(bot, connection.once, target(account), scopes);
    if (used === null) return grantTakenBack();
    const checked = programCheck.after(connection);
    if (!checked.ok) return checked;
    discardOnce(connection.once, used, deps.clock.now());
    countUse(bot, target(account), deps.clock.now());
    bots.saveSoon();
    connection.issued.add(account.userId);
    const { login } = account;
    const text = `${botLabel(bot, bots.list())} got the token of ${login}`;
    activity.add('token.served', text, {
      bot: bot.name,
      login,
      scopes,
      peer: peerView(bot.name, true, peer),
    });
    return success(account);
  }

  return {
    authorize,
    authorizeAppToken: programCheck.before,
    issue,
    issueAppToken(connection) {
      const checked = programCheck.after(connection);
      if (!checked.ok) return checked;
      const { bot, peer } = connection;
      const text = `${botLabel(bot, bots.list())} got the application’s token`;
      activity.add('token.served', text, { bot: bot.name, peer: peerView(bot.name, true, peer) });
      return checked;
    },
    mayUse: (connection, account) => heldBy(connection, account).length > 0,
    canSee: (connection, account) =>
      connection.issued.has(account.userId) || heldBy(connection, account).length > 0,
  };
}

type Ask = (connection: BotConnection, need: Need, ms: number) => Promise<Result<void>>;

/** Asks the streamer for a grant. */
function createGrantRequest(services: AuthorizerServices): Ask {
  const { deps, accounts, activity, approvals, bots, events, notifyOnce } = services;
  return async (connection, { account, named, scopes }, ms) => {
    const { bot, lookAgain, gone } = connection;
    const { keyId, name } = bot;
    const { userId, login } = account;
    const { decision, peer } = await approvals.ask(
      {
        ...{ kind: 'grant', requester: keyId, limitedAs: keyId, paired: true, claimedName: name },
        ...{ reason: '', changes: [], asked: [named.intent, userId, [...scopes].sort()] },
        ...{ peer: connection.peer, lookAgain },
        process: processOf(connection.peer, connection),
        wants: () => [askedWant({ accounts, bots }, named, scopes)],
        similarNames: () => similarNameViews(name, bots.list(), bot),
      },
      ms,
      gone,
    );
    // The job may have moved while she was asked; a yes is for the account she saw.
    const moved = isYes(decision) && decision.wants[0]?.account?.userId !== userId;
    if (decision.kind === 'once' && !moved)
      connection.once.push(...onceGrants([{ userId, scopes }], deps.clock.now()));
    else if (decision.kind === 'always') {
      extendGrant(bot, named, scopes, { id: randomText(deps.random, 9), at: deps.clock.now() });
      await bots.persist();
    }
    const ok = isYes(decision);
    if (ok && !moved) events.emit({ type: 'account.added', userId, login }, keyId);
    const text = decisionText(botLabel(bot, bots.list()), login, decision);
    activity.add('approval', text, { bot: name, login, scopes, ok, peer: peerView(name, true, peer) });
    if (decision.kind === 'throttled') notifyOnce(`${text}. You can remove it on the page Bots.`);
    if (!isYes(decision)) return refusalOf(decision);
    return moved ? jobMoved() : success(undefined);
  };
}

/** Brings the scopes the account lacks; the streamer's consent is the approval of them, too. */
function createScopeConsent({ deps, accounts, activity, bots, signIns }: AuthorizerServices): Ask {
  /** Sign-in windows that came to nothing; those who wait for one window are refused all at once. */
  const limiter = createPromptLimiter(deps.clock, LIMITS.refusals);
  const isFirstOfWindow = createThrottle(deps.clock, 1_000);

  return async (connection, { account, scopes }, ms) => {
    const { bot, peer, gone } = connection;
    const retryAfterMs = limiter.refusedForMs(bot.keyId);
    if (retryAfterMs > 0) return consentThrottled(retryAfterMs);
    const result = await signIns.ask({ userId: account.userId, scopes, bot: bot.name }, ms, gone);
    const { login } = account;
    const text = result.ok
      ? `New permissions for ${login}, asked for by ${botLabel(bot, bots.list())}`
      : result.error.message;
    const recorded = { bot: bot.name, login, scopes, ok: result.ok, peer: peerView(bot.name, true, peer) };
    activity.add('consent', text, recorded);
    if (!result.ok) {
      const { code } = result.error;
      const toNothing = code === 'consent-denied' || code === 'consent-timeout';
      if (toNothing && isFirstOfWindow(bot.keyId)) limiter.add(bot.keyId);
      return result;
    }
    const target = targetOf(accounts, account);
    const [known] = grantsOn(bot, target);
    if (known) {
      known.scopes = unionScopes(known.scopes, scopes);
      await bots.persist();
    }
    for (const once of onceOn(connection.once, target)) once.scopes = [...once.scopes, ...scopes];
    return success(undefined);
  };
}
