/** What a sign-in has brought: checked, asked about where it must be, stored, and given to whoever waits. */
import type { Account } from '../accounts/account.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { AdoptedLogin } from '../accounts/new-login.ts';
import { missingScopes } from '../accounts/scope-sets.ts';
import type { TwitchApplication } from '../applications/application.ts';
import type { Applications } from '../applications/applications.ts';
import type { Deps } from '../ports.ts';
import {
  consentIncomplete,
  consentNarrower,
  type Failed,
  type Result,
  reasonOf,
  success,
  wrongAccount,
} from '../result.ts';
import type { TokenPair, Twitch } from '../twitch/endpoints.ts';
import { checkLogin, type SignInResult } from './login-check.ts';
import { mustAsk, type Newcomers } from './newcomers.ts';
import { type PendingSignIn, settleAll } from './pending-sign-in.ts';
import type { SignInQueue } from './sign-in-queue.ts';

/** What is done with tokens that have come. */
export interface Arrivals {
  /** `askAbout` puts the question whether it was her. */
  receive(pending: PendingSignIn, received: Received, askAbout: Newcomers['ask']): Promise<void>;
  /** Stores the login and answers whoever waits; false when there is a better one here by now, or its application is gone. */
  store(pending: PendingSignIn, login: AdoptedLogin): Promise<boolean>;
}

/** Tokens that have come, by which application and which way. */
export interface Received {
  app: TwitchApplication;
  pair: TokenPair;
  way: 'redirect' | 'code';
}

/** The sign-ins there are, and what becomes of one. */
interface Course {
  queue: Pick<SignInQueue, 'expected' | 'has' | 'update'>;
  /** Starts the flow over. */
  begin(pending: PendingSignIn): void;
  close(pending: PendingSignIn): void;
  fail(pending: PendingSignIn, why: Failed): void;
}

interface ArrivalServices {
  deps: Pick<Deps, 'clock' | 'signIn' | 'timers'>;
  accounts: Accounts;
  applications: Pick<Applications, 'get'>;
  twitch: Twitch;
  notice(text: string): void;
  record(text: string, more: { login: string; ok: boolean }): void;
}

/** Holds nothing of its own. */
export function createArrivals(services: ArrivalServices, { queue, begin, close, fail }: Course): Arrivals {
  const { deps, accounts, applications, twitch, notice, record } = services;
  const { update } = queue;

  async function receive(
    pending: PendingSignIn,
    { app: application, pair, way }: Received,
    askAbout: Newcomers['ask'],
  ): Promise<void> {
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
      return askAbout(pending, { login: result.login, pair });
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
    // Checked once the login can be found here: whoever removes an application looks for logins after that.
    if (applications.get(login.clientId) === null) {
      await takeBack(account);
      return false;
    }
    // Nobody may have got it meanwhile: a job is never taken from anybody by a sign-in.
    if (pending.intent !== null) await accounts.giveIntent(account.userId, pending.intent);
    settleAll(pending, ({ scopes }) => satisfied(account, scopes));
    close(pending);
    return true;
  }

  /** A login without an application could be neither used nor seen. One that the disk refuses to forget isn't loaded any more. */
  async function takeBack(account: Account): Promise<void> {
    await accounts
      .remove(account)
      .catch((error) => notice(`A login was left on the disk: ${reasonOf(error)}`));
    void twitch.revoke(account.clientId, account.tokens.access);
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

  return { receive, store };
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
