/** Answers what an authenticated bot may ask: the one way from the socket to a token. */
import {
  type AuthenticateResult,
  LIMITS,
  type StatusResult,
  type UserState,
  type WireMethod,
  type WireToken,
  type WireUser,
} from '../../../shared/protocol.ts';
import type { Account } from '../accounts/account.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { Provider } from '../accounts/provider.ts';
import { chooseScopes } from '../accounts/scope-sets.ts';
import type { GetAppToken } from '../applications/app-token.ts';
import type { TwitchApplication } from '../applications/application.ts';
import type { Authorizer, Need } from '../bots/authorizer.ts';
import type { BotConnection, Interaction } from '../bots/bot-connection.ts';
import type { Named } from '../bots/grants.ts';
import type { Deps } from '../ports.ts';
import {
  type Failed,
  type Result,
  remoteWithoutAppToken,
  remoteWithoutRejected,
  success,
  unknownIntent,
  unknownUser,
} from '../result.ts';
import { firstOf, userOf, usersOf } from './bot-state.ts';
import type { Params } from './schemas.ts';
import { toWireApplication, toWireAppToken, toWireToken, vaultFacts } from './wire-values.ts';

/** Methods for bots that have proved who they are. */
export type RequestMethod = Exclude<WireMethod, 'hello' | 'authenticate' | 'pair' | 'subscribe'>;
/** A handler for each method, and what the handshake ends with. */
export type Requests = {
  [M in RequestMethod]: (connection: BotConnection, params: Params<M>) => Promise<Result<unknown>>;
} & { authenticateResult(connection: BotConnection): AuthenticateResult };
/** Any of the methods, once its parameters are not known any more. */
export type RequestHandler = (connection: BotConnection, params: unknown) => Promise<Result<unknown>>;

/** What requests are answered from. */
export interface RequestServices {
  deps: Pick<Deps, 'box' | 'host' | 'twitch'>;
  app(): TwitchApplication | null;
  /** Why no token may leave now; null when one may. */
  whyShut(): Failed<'locked'> | null;
  accounts: Accounts;
  appToken: GetAppToken;
  authorizer: Authorizer;
  provider: Provider;
}

const byUser = (userId: string): Named => ({ userId, intent: null });
const byIntent = (intent: string): Named => ({ userId: null, intent });
const DEFAULT_INTERACTION: Interaction = { interactive: 'allow', timeoutMs: LIMITS.timeoutMs.default };
const NO_INTERACTION: Interaction = { ...DEFAULT_INTERACTION, interactive: 'never' };

/** Holds no state: all of it is in what it is given. */
export function createRequests(services: RequestServices): Requests {
  const { deps, app, whyShut, accounts, authorizer, provider } = services;
  const issuer = createTokenIssuer(services);
  /** The one a connection is for. */
  const applicationOf = (_: BotConnection): TwitchApplication | null => app();
  /** Tokens are for an unlocked vault: asked at once, and by `issuer` once more at the end. */
  const unlocked =
    <P>(answer: (connection: BotConnection, params: P) => Promise<Result<WireToken | null>>) =>
    async (connection: BotConnection, params: P): Promise<Result<WireToken | null>> =>
      whyShut() ?? answer(connection, params);

  async function tokenFor(
    connection: BotConnection,
    named: Named,
    params: Omit<Params<'getAccessTokenForUser'>, 'user'>,
  ): Promise<Result<WireToken | null>> {
    const account = accounts.find(named);
    if (account === null) return success(null);
    const scopes = chooseScopes(params.scopeSets ?? [], account.tokens.scopes);
    const get = () => provider.token(account, params.minValidity);
    return issuer.accountToken(connection, { account, named, scopes }, params, get);
  }

  async function refreshFor(
    connection: BotConnection,
    named: Named,
    rejected: string | undefined,
  ): Promise<Result<WireToken>> {
    const account = accounts.find(named);
    if (account === null)
      return named.userId === null ? unknownIntent(named.intent) : unknownUser(named.userId);
    if (connection.peer.relay && rejected === undefined) return remoteWithoutRejected();
    const get = () =>
      rejected === undefined ? provider.forceRefresh(account) : provider.replace(account, rejected);
    return issuer.accountToken(connection, { account, named, scopes: [] }, DEFAULT_INTERACTION, get);
  }

  async function anyToken(connection: BotConnection, user: string | undefined): Promise<Result<WireToken>> {
    const mine = accounts.list().filter((account) => authorizer.mayUse(connection, account));
    const asked = mine.find((account) => account.userId === user);
    const account = asked ?? (app()?.kind === 'confidential' ? undefined : mine[0]);
    if (account === undefined) return issuer.appToken(connection, false, NO_INTERACTION);
    const need = { account, named: byUser(account.userId), scopes: [] };
    return issuer.accountToken(connection, need, NO_INTERACTION, () =>
      provider.token(account, LIMITS.minValidity),
    );
  }

  return {
    authenticateResult: (connection) => ({
      clientId: applicationOf(connection)?.clientId ?? '',
      hasClientSecret: applicationOf(connection)?.kind === 'confidential',
      ...firstOf(usersOf(services, connection).map(identityOf)),
    }),
    getAccessTokenForUser: unlocked((connection, params) =>
      tokenFor(connection, byUser(params.user), params),
    ),
    getAccessTokenForIntent: unlocked((connection, params) =>
      tokenFor(connection, byIntent(params.intent), params),
    ),
    getAnyAccessToken: unlocked((connection, { user }) => anyToken(connection, user)),
    getAppAccessToken: unlocked((connection, { forceNew }) =>
      issuer.appToken(connection, forceNew, DEFAULT_INTERACTION),
    ),
    async getCurrentScopesForUser(connection, { user }) {
      return success(userOf(services, connection, user)?.scope ?? []);
    },
    refreshAccessTokenForUser: unlocked((connection, { user, rejected }) =>
      refreshFor(connection, byUser(user), rejected),
    ),
    refreshAccessTokenForIntent: unlocked((connection, { intent, rejected }) =>
      refreshFor(connection, byIntent(intent), rejected),
    ),
    async status(connection, { after }) {
      const users = usersOf(services, connection);
      const rest = users.slice(users.findIndex(({ userId }) => userId === after) + 1);
      const server = { name: 'castkey', version: deps.host.version } as const;
      return success({
        server,
        locked: whyShut() !== null,
        vault: vaultFacts(deps, applicationOf(connection)),
        application: toWireApplication(applicationOf(connection)),
        ...firstOf(rest),
      } satisfies StatusResult);
    },
  };
}

/** Who it is and what it has, without how its token stands. */
const identityOf = ({ userId, login, scope, intents }: UserState): WireUser => ({
  userId,
  login,
  scope,
  intents,
});

/** Authorization, then the token, then the last look: locked or revoked in between means no. */
function createTokenIssuer({ whyShut, appToken, authorizer }: RequestServices) {
  return {
    async accountToken(
      connection: BotConnection,
      need: Need,
      interaction: Interaction,
      get: () => Promise<Result<Account>>,
    ): Promise<Result<WireToken>> {
      const authorized = await authorizer.authorize(connection, need, interaction);
      if (!authorized.ok) return authorized;
      const got = await get();
      if (!got.ok) return got;
      const issued = whyShut() ?? authorizer.issue(connection, need.account, need.scopes);
      return issued.ok ? success(toWireToken(need.account)) : issued;
    },
    async appToken(
      connection: BotConnection,
      forceNew: boolean,
      interaction: Interaction,
    ): Promise<Result<WireToken>> {
      if (connection.peer.relay) return remoteWithoutAppToken();
      const authorized = await authorizer.authorizeAppToken(connection, interaction);
      if (!authorized.ok) return authorized;
      const got = await appToken(forceNew);
      if (!got.ok) return got;
      const issued = whyShut() ?? authorizer.issueAppToken(connection);
      return issued.ok ? success(toWireAppToken(got.value)) : issued;
    },
  };
}
