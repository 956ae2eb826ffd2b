/** Answers what an authenticated bot may ask: the one way from the socket to a token. */
import type {
  AuthenticateResult,
  StatusResult,
  VaultFacts,
  WireMethod,
  WireToken,
  WireUser,
} from '../../../shared/protocol.ts';
import { LIMITS } from '../../../shared/protocol.ts';
import { type Account, stateOf } from '../accounts/account.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { AppToken, Provider } from '../accounts/provider.ts';
import { chooseScopes } from '../accounts/scope-sets.ts';
import type { TwitchApplication } from '../applications/application.ts';
import type { Caller, Interaction, Authorizer } from '../bots/authorizer.ts';
import type { Named } from '../bots/grants.ts';
import type { Host } from '../ports.ts';
import {
  locked as lockedFailure,
  type Result,
  remoteWithoutAppToken,
  remoteWithoutRejected,
  success,
  unknownIntent,
  unknownUser,
} from '../result.ts';
import type { Params } from './schemas.ts';

/** Methods for bots that have proved who they are. */
export type RequestMethod = Exclude<WireMethod, 'hello' | 'authenticate' | 'pair' | 'subscribe'>;
/** One answer a method, and the introduction that ends the handshake. */
export type Requests = {
  [M in RequestMethod]: (caller: Caller, params: Params<M>) => Promise<Result<unknown>>;
} & { introduce(caller: Caller): AuthenticateResult };

interface Services {
  host: Host;
  app: () => TwitchApplication | null;
  locked: () => boolean;
  facts: () => VaultFacts;
  accounts: Accounts;
  provider: Provider;
  permits: Authorizer;
}

const byUser = (userId: string): Named => ({ userId, intent: null });
const byIntent = (intent: string): Named => ({ userId: null, intent });
const LOCKED = lockedFailure();
const DEFAULT_INTERACTION: Interaction = { interactive: 'allow', timeoutMs: LIMITS.timeoutMs.default };

/** Holds no state: all of it is in the parts. */
export function createRequests(parts: Services): Requests {
  const { accounts, provider, permits, host, app, locked, facts } = parts;
  const find = (named: Named): Account | null =>
    named.userId === null ? accounts.holder(named.intent) : accounts.get(named.userId);
  const visible = (caller: Caller): Account[] =>
    accounts.list().filter((account) => permits.sees(caller, account));

  /** Permission, then the token, then the last look: locked or revoked in between means no. */
  async function serve(
    caller: Caller,
    account: Account,
    named: Named,
    scopes: string[],
    patience: Interaction,
    get: () => Promise<Result<Account>>,
  ): Promise<Result<WireToken>> {
    if (locked()) return LOCKED;
    const permitted = await permits.obtain(caller, account, named, scopes, patience);
    if (!permitted.ok) return permitted;
    const got = await get();
    if (!got.ok) return got;
    if (locked()) return LOCKED;
    const released = permits.release(caller, account, scopes);
    return released.ok ? success(toWireToken(account)) : released;
  }

  async function tokenFor(
    caller: Caller,
    named: Named,
    params: Omit<Params<'getAccessTokenForUser'>, 'user'>,
  ): Promise<Result<WireToken | null>> {
    if (locked()) return LOCKED;
    const account = find(named);
    if (account === null) return success(null);
    const scopes = chooseScopes(params.scopeSets ?? [], account.tokens.scopes);
    return serve(caller, account, named, scopes, params, () => provider.token(account, params.minValidity));
  }

  async function refreshFor(
    caller: Caller,
    named: Named,
    rejected: string | undefined,
  ): Promise<Result<WireToken>> {
    if (locked()) return LOCKED;
    const account = find(named);
    if (account === null) {
      return named.userId === null ? unknownIntent(named.intent) : unknownUser(named.userId);
    }
    if (caller.facts.relay && rejected === undefined) return remoteWithoutRejected();
    return serve(caller, account, named, [], DEFAULT_INTERACTION, () =>
      rejected === undefined ? provider.forceRefresh(account) : provider.replace(account, rejected),
    );
  }

  async function appToken(caller: Caller, forceNew: boolean, patience = DEFAULT_INTERACTION): Promise<Result<WireToken>> {
    if (locked()) return LOCKED;
    if (caller.facts.relay) return remoteWithoutAppToken();
    const admitted = await permits.admit(caller, patience);
    if (!admitted.ok) return admitted;
    const got = await provider.appToken(forceNew);
    if (!got.ok) return got;
    if (locked()) return LOCKED;
    const passed = permits.releaseApp(caller);
    return passed.ok ? success(toWireAppToken(got.value)) : passed;
  }

  async function anyToken(caller: Caller, user: string | undefined): Promise<Result<WireToken>> {
    const mine = accounts.list().filter((account) => permits.may(caller, account));
    const asked = mine.find((account) => account.userId === user);
    const fallback = asked ?? (app()?.kind === 'confidential' ? undefined : mine[0]);
    const never: Interaction = { ...DEFAULT_INTERACTION, interactive: 'never' };
    if (fallback === undefined) return appToken(caller, false, never);
    const { userId } = fallback;
    return serve(caller, fallback, byUser(userId), [], never, () =>
      provider.token(fallback, LIMITS.minValidity),
    );
  }

  const toWireUser = (account: Account): WireUser => ({
    userId: account.userId,
    login: account.login,
    scope: account.tokens.scopes,
    intents: accounts.intentsOf(account.userId),
  });

  return {
    introduce: (caller) => ({
      clientId: app()?.clientId ?? '',
      hasClientSecret: app()?.kind === 'confidential',
      users: visible(caller).map(toWireUser),
    }),
    getAccessTokenForUser: (caller, params) => tokenFor(caller, byUser(params.user), params),
    getAccessTokenForIntent: (caller, params) => tokenFor(caller, byIntent(params.intent), params),
    getAnyAccessToken: (caller, params) => anyToken(caller, params.user),
    getAppAccessToken: (caller, params) => appToken(caller, params.forceNew),
    async getCurrentScopesForUser(caller, { user }) {
      const account = visible(caller).find(({ userId }) => userId === user);
      return success(account?.tokens.scopes ?? []);
    },
    refreshAccessTokenForUser: (caller, params) => refreshFor(caller, byUser(params.user), params.rejected),
    refreshAccessTokenForIntent: (caller, params) =>
      refreshFor(caller, byIntent(params.intent), params.rejected),
    async status(caller) {
      const users = visible(caller).map((account) => ({
        ...toWireUser(account),
        expiresAt: account.tokens.expiresAt,
        state: stateOf(account),
      }));
      const status: StatusResult = {
        server: { name: 'castkey', version: host.version },
        locked: locked(),
        vault: facts(),
        users,
      };
      return success(status);
    },
  };
}

function toWireToken({ tokens, userId, clientId }: Account): WireToken {
  const { access, scopes, obtainedAt, expiresAt, version } = tokens;
  return {
    accessToken: access.reveal(),
    refreshToken: null,
    scope: scopes,
    expiresIn: lifetime(obtainedAt, expiresAt),
    obtainmentTimestamp: obtainedAt,
    userId,
    clientId,
    version,
  };
}

function toWireAppToken({ access, clientId, obtainedAt, expiresAt }: AppToken): WireToken {
  return {
    accessToken: access.reveal(),
    refreshToken: null,
    scope: [],
    expiresIn: lifetime(obtainedAt, expiresAt),
    obtainmentTimestamp: obtainedAt,
    clientId,
    version: 1,
  };
}

/** Whole seconds from obtainment to expiry, rounded down so that nobody trusts a token too long. */
function lifetime(obtainedAt: number, expiresAt: number | null): number | null {
  return expiresAt === null ? null : Math.max(0, Math.floor((expiresAt - obtainedAt) / 1000));
}
