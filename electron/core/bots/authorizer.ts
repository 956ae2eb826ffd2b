/** Decides whether a bot may have an account's token, asking the streamer where it must. */
import { LIMITS } from '../../../shared/protocol.ts';
import type { Account } from '../accounts/account.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { missingScopes, unionScopes } from '../accounts/scope-sets.ts';
import type { Activity } from '../activity/activity.ts';
import type { Applications } from '../applications/applications.ts';
import { noApplication, notSignedInFor } from '../applications/failures.ts';
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
import { countdown } from '../steady-clock.ts';
import { createThrottle } from '../throttle.ts';
import { type AppTokenGrants, createAppTokenGrants } from './app-token-grant.ts';
import type { Approvals } from './approvals.ts';
import { applicationChange, applicationOf } from './bot-application.ts';
import type { BotConnection, Interaction } from './bot-connection.ts';
import { botQuestion } from './bot-question.ts';
import type { Bots } from './bots.ts';
import { decisionText, isLasting, isYes, refusalOf } from './decision.ts';
import { endOf } from './grant-end.ts';
import type { GrantEndings } from './grant-endings.ts';
import {
  countUse,
  discardOnce,
  extendGrant,
  grantsOn,
  type Named,
  onceGrants,
  onceOn,
  type Target,
  targetOf,
  usedUp,
} from './grants.ts';
import { asHeld, noteHeld } from './held-tokens.ts';
import { peerView } from './peer.ts';
import type { ProgramCheck } from './program-check.ts';
import { createPromptLimiter } from './prompt-limiter.ts';
import { botLabel } from './similar-names.ts';
import { askedWant, loginOf } from './wants.ts';
import { type Extension, yesNeeded } from './yes-needed.ts';

/** What a request needs of a person's login with the connection's application, which she may not have yet. */
export interface Need {
  userId: string;
  /** How the bot named the account: a grant is kept on exactly that. */
  named: Named;
  scopes: string[];
  /** Her word on a changed program has been had for this very request. */
  checked?: boolean;
}

/** The one place that says yes or no to a token. */
export interface Authorizer {
  /** Settles grants, login and scopes for a request; after it `issue` may be called for that login. */
  authorize(connection: BotConnection, need: Need, interaction: Interaction): Promise<Result<Account>>;
  /** The same for the application's own token. */
  appToken: AppTokenGrants;
  /** The last look before an account's token leaves; counts and records it. */
  issue(connection: BotConnection, account: Account, scopes: string[]): Result<Account>;
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
  applications: Applications;
  approvals: Approvals;
  bots: Bots;
  endings: Pick<GrantEndings, 'endDue' | 'now'>;
  events: Events;
  programCheck: ProgramCheck;
  signIns: SignIns;
  notifyOnce(text: string): void;
}

/** Reads grants from `bots`, asks through `approvals` and `signIns`, records in `activity`. */
export function createAuthorizer(services: AuthorizerServices): Authorizer {
  const { deps, accounts, activity, applications, bots, endings, programCheck } = services;
  const requestGrant = createGrantRequest(services);
  const requestScopes = createScopeConsent(services);
  const target = (userId: string): Target => targetOf(accounts, userId);
  const heldBy = ({ bot, once }: BotConnection, userId: string) => {
    discardOnce(once, [], deps.clock.monotonic());
    return [...grantsOn(bot, target(userId)), ...onceOn(once, target(userId))];
  };

  async function authorize(
    connection: BotConnection,
    need: Need,
    { interactive, timeoutMs }: Interaction,
  ): Promise<Result<Account>> {
    const { userId, scopes } = need;
    const remainingMs = countdown(deps.clock, timeoutMs);
    const checked = need.checked
      ? success(undefined)
      : await programCheck.before(connection, { interactive, timeoutMs: remainingMs() });
    if (!checked.ok) return checked;
    endings.endDue();
    const clientId = applicationOf(connection, applications);
    if (clientId === null) return noApplication();
    const login = () => accounts.get({ clientId, userId });
    const missingNow = () => missingScopes(scopes, login()?.tokens.scopes ?? []);
    const missing = missingNow();
    const { ask, extension } = yesNeeded(heldBy(connection, userId), need, missing);
    if (ask !== null) {
      if (interactive === 'never') return notGranted();
      const asked = { ...need, scopes: ask };
      const approved = await requestGrant(connection, asked, { interactive, timeoutMs: remainingMs() });
      if (!approved.ok) return approved;
    }
    const account = login();
    if (account !== null && missingNow().length === 0) return success(account);
    // Whoever is at another computer doesn't see the sign-in window, and must not open it here.
    if (interactive === 'never' || connection.peer.relay)
      return notBrought(account, userId, clientId, missing);
    const brought = { ...need, scopes: missingNow() };
    const signedIn = await requestScopes(connection, brought, { interactive, timeoutMs: remainingMs() });
    if (signedIn.ok && extension !== null) await extend(connection, extension);
    return signedIn;
  }

  /** What ended while she signed in is not made up for by another permission, which may last longer. */
  async function extend({ bot, once }: BotConnection, { grant, scopes }: Extension): Promise<void> {
    if (![...bot.grants, ...once].includes(grant)) return;
    grant.scopes = unionScopes(grant.scopes, scopes);
    await bots.persist();
  }

  function notBrought(account: Account | null, userId: string, clientId: string, missing: string[]) {
    return account === null
      ? notSignedInFor(loginOf(accounts, userId), applications.nameOf(clientId))
      : scopesNotGranted(account.login, missing);
  }

  function issue(connection: BotConnection, account: Account, scopes: string[]): Result<Account> {
    const { bot, peer } = connection;
    if (accounts.get(account) !== account) return accountRemoved();
    endings.endDue();
    discardOnce(connection.once, [], deps.clock.monotonic());
    const used = usedUp(bot, connection.once, target(account.userId), scopes);
    if (used === null) return grantTakenBack();
    const checked = programCheck.after(connection);
    if (!checked.ok) return checked;
    discardOnce(connection.once, used, deps.clock.monotonic());
    countUse(bot, target(account.userId), deps.clock.now());
    noteHeld(bot, asHeld(account), deps.clock.now());
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
    appToken: createAppTokenGrants(services),
    issue,
    mayUse: (connection, { userId }) => heldBy(connection, userId).length > 0,
    canSee(connection, { userId }) {
      if (connection.issued.has(userId)) return true;
      // What it may use is of the application it was allowed for: of another one's logins it learns nothing yet.
      return applicationChange(connection, applications) === null && heldBy(connection, userId).length > 0;
    },
  };
}

type Ask<T> = (connection: BotConnection, need: Need, interaction: Interaction) => Promise<Result<T>>;

/** Asks the streamer for a grant. */
function createGrantRequest(services: AuthorizerServices): Ask<void> {
  const { deps, accounts, activity, applications, approvals, bots, endings, events, notifyOnce } = services;
  return async (connection, { userId, named, scopes }, { interactive, timeoutMs }) => {
    const { bot, gone } = connection;
    const { keyId, name } = bot;
    const login = loginOf(accounts, userId);
    const clientId = applicationOf(connection, applications);
    const { decision, peer } = await approvals.ask(
      {
        ...botQuestion(services, connection, { interactive }),
        ...{ kind: 'grant', changes: [], asked: [named.intent, userId, [...scopes].sort()] },
        wants: () => [askedWant({ accounts, bots, clientId }, named, scopes)],
      },
      timeoutMs,
      gone,
    );
    // The job may have moved while she was asked; a yes is for the account she saw.
    const moved = isYes(decision) && decision.wants[0]?.account?.userId !== userId;
    if (decision.kind === 'once' && !moved)
      connection.once.push(...onceGrants([{ userId, scopes }], deps.clock.monotonic()));
    else if (isLasting(decision)) {
      const ends = endOf(decision.kind, endings.now());
      extendGrant(bot, named, scopes, { id: randomText(deps.random, 9), at: deps.clock.now(), ends });
      await bots.persist();
    }
    const ok = isYes(decision);
    if (ok && !moved) events.emit({ type: 'account.added', userId, login }, { keyId, clientId });
    const text = decisionText(botLabel(bot, bots.list()), login, decision);
    activity.add('approval', text, { bot: name, login, scopes, ok, peer: peerView(name, true, peer) });
    if (decision.kind === 'throttled') notifyOnce(`${text}. You can remove it on the page Bots.`);
    if (!isYes(decision)) return refusalOf(decision);
    return moved ? jobMoved() : success(undefined);
  };
}

/** Brings the login, or the scopes it lacks. */
function createScopeConsent(services: AuthorizerServices): Ask<Account> {
  const { deps, accounts, activity, applications, bots, signIns } = services;
  /** Sign-in windows that came to nothing; those who wait for one window are refused all at once. */
  const limiter = createPromptLimiter(deps.clock, LIMITS.refusals);
  const isFirstOfWindow = createThrottle(deps.clock, 1_000);

  return async (connection, { userId, scopes }, { interactive, timeoutMs }) => {
    const { bot, peer, gone } = connection;
    const clientId = applicationOf(connection, applications);
    if (clientId === null) return noApplication();
    const retryAfterMs = limiter.refusedForMs(bot.keyId);
    if (retryAfterMs > 0) return consentThrottled(retryAfterMs);
    const isNew = accounts.get({ clientId, userId }) === null;
    const quietly = interactive === 'notify' ? true : null;
    const wanted = { clientId, userId, intent: null, scopes, bot: bot.name, quietly };
    const result = await signIns.ask(wanted, timeoutMs, gone);
    const login = loginOf(accounts, userId);
    const text = result.ok
      ? consentText(botLabel(bot, bots.list()), login, isNew ? applications.nameOf(clientId) : null)
      : result.error.message;
    const recorded = { bot: bot.name, login, scopes, ok: result.ok, peer: peerView(bot.name, true, peer) };
    activity.add('consent', text, recorded);
    if (!result.ok) {
      const { code, hint } = result.error;
      const hadWindow = quietly === null && hint === undefined;
      const toNothing = code === 'consent-denied' || (code === 'consent-timeout' && hadWindow);
      if (toNothing && isFirstOfWindow(bot.keyId)) limiter.add(bot.keyId);
      return result;
    }
    return result;
  };
}

const consentText = (bot: string, login: string, application: string | null): string =>
  application === null
    ? `New permissions for ${login}, asked for by ${bot}`
    : `${login} signed in for the Twitch application ${application}, asked for by ${bot}`;
