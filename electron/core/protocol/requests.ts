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
import type { AppTokens } from '../applications/app-token.ts';
import type { RegisteredApplication, TwitchApplication } from '../applications/application.ts';
import type { Applications } from '../applications/applications.ts';
import { noApplication, noAppToken, noUsableApplication } from '../applications/failures.ts';
import type { Authorizer, Need } from '../bots/authorizer.ts';
import { applicationOf } from '../bots/bot-application.ts';
import type { BotConnection, Interaction } from '../bots/bot-connection.ts';
import type { Named } from '../bots/grants.ts';
import type { AskForHolder } from '../bots/open-intents.ts';
import type { Deps } from '../ports.ts';
import {
  type Failed,
  notGranted,
  type Result,
  remoteWithoutAppToken,
  remoteWithoutRejected,
  success,
  unknownIntent,
  unknownUser,
} from '../result.ts';
import { countdown } from '../steady-clock.ts';
import { firstOf, userOf, usersOf } from './bot-state.ts';
import type { Params } from './schemas.ts';
import { applicationFact, toWireAppToken, toWireToken, vaultFacts } from './wire-values.ts';

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
  deps: Pick<Deps, 'box' | 'clock' | 'host' | 'twitch'>;
  /** Why no token may leave now; null when one may. */
  whyShut(): Failed<'locked'> | null;
  accounts: Accounts;
  applications: Applications;
  askForHolder: AskForHolder;
  appTokens: Pick<AppTokens, 'get'>;
  authorizer: Authorizer;
  provider: Provider;
}

const byUser = (userId: string): Named => ({ userId, intent: null });
const byIntent = (intent: string): Named => ({ userId: null, intent });
const NO_INTERACTION: Interaction = { interactive: 'never', timeoutMs: LIMITS.timeoutMs.default };

/** Holds no state: all of it is in what it is given. */
export function createRequests(services: RequestServices): Requests {
  const { deps, whyShut, accounts, applications, askForHolder, authorizer, provider } = services;
  const issuer = createTokenIssuer(services);
  const ofApplication = (connection: BotConnection): Account[] => {
    const clientId = applicationOf(connection, applications);
    return accounts.list().filter((account) => account.clientId === clientId);
  };
  const applicationFor = (connection: BotConnection): RegisteredApplication | null => {
    const clientId = applicationOf(connection, applications);
    return clientId === null ? null : applications.get(clientId);
  };
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
    const scopeSets = params.scopeSets ?? [];
    const remainingMs = countdown(deps.clock, params.timeoutMs);
    const found = success(accounts.find(named));
    const holder =
      found.value === null && named.intent !== null
        ? await askForHolder(connection, { intent: named.intent, scopeSets }, params)
        : found;
    if (!holder.ok) return holder;
    const userId = holder.value;
    if (userId === null) return success(null);
    const held = accounts.get({ clientId: applicationOf(connection, applications) ?? '', userId });
    const scopes = chooseScopes(scopeSets, held?.tokens.scopes ?? []);
    const get = (account: Account) => provider.token(account, params.minValidity);
    const need = { userId, named, scopes, checked: holder !== found };
    return issuer.accountToken(connection, need, { ...params, timeoutMs: remainingMs() }, get);
  }

  async function refreshFor(
    connection: BotConnection,
    named: Named,
    params: Omit<Params<'refreshAccessTokenForUser'>, 'user'>,
  ): Promise<Result<WireToken>> {
    const { rejected } = params;
    const userId = accounts.find(named);
    if (userId === null)
      return named.userId === null ? unknownIntent(named.intent) : unknownUser(named.userId);
    if (connection.peer.relay && rejected === undefined) return remoteWithoutRejected();
    const get = (account: Account) =>
      rejected === undefined ? provider.forceRefresh(account) : provider.replace(account, rejected);
    return issuer.accountToken(connection, { userId, named, scopes: [] }, params, get);
  }

  async function anyToken(connection: BotConnection, user: string | undefined): Promise<Result<WireToken>> {
    const mine = ofApplication(connection).filter((account) => authorizer.mayUse(connection, account));
    const asked = mine.find((account) => account.userId === user);
    const hasAppToken = applicationFor(connection)?.kind === 'confidential' && !connection.peer.relay;
    if (!asked && hasAppToken && authorizer.appToken.mayUse(connection))
      return issuer.appToken(connection, false, NO_INTERACTION);
    const account = asked ?? mine[0];
    if (account === undefined) return notGranted();
    const { userId } = account;
    return issuer.accountToken(
      connection,
      { userId, named: byUser(userId), scopes: [] },
      NO_INTERACTION,
      (login) => provider.token(login, LIMITS.minValidity),
    );
  }

  return {
    authenticateResult: (connection) => ({
      clientId: applicationOf(connection, applications) ?? '',
      hasClientSecret: applicationFor(connection)?.kind === 'confidential',
      ...firstOf(usersOf(services, connection).map(identityOf)),
    }),
    getAccessTokenForUser: unlocked((connection, params) =>
      tokenFor(connection, byUser(params.user), params),
    ),
    getAccessTokenForIntent: unlocked((connection, params) =>
      tokenFor(connection, byIntent(params.intent), params),
    ),
    getAnyAccessToken: unlocked((connection, { user }) => anyToken(connection, user)),
    getAppAccessToken: unlocked((connection, params) => issuer.appToken(connection, params.forceNew, params)),
    async getCurrentScopesForUser(connection, { user }) {
      return success(userOf(services, connection, user)?.scope ?? []);
    },
    refreshAccessTokenForUser: unlocked((connection, params) =>
      refreshFor(connection, byUser(params.user), params),
    ),
    refreshAccessTokenForIntent: unlocked((connection, params) =>
      refreshFor(connection, byIntent(params.intent), params),
    ),
    async status(connection, { after }) {
      const users = usersOf(services, connection);
      const rest = users.slice(users.findIndex(({ userId }) => userId === after) + 1);
      const server = { name: 'castkey', version: deps.host.version } as const;
      return success({
        server,
        locked: whyShut() !== null,
        vault: vaultFacts(deps, applicationFor(connection)),
        application: applicationFact(applicationFor(connection)),
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
function createTokenIssuer({ whyShut, applications, appTokens, authorizer }: RequestServices) {
  return {
    async accountToken(
      connection: BotConnection,
      need: Need,
      interaction: Interaction,
      get: (account: Account) => Promise<Result<Account>>,
    ): Promise<Result<WireToken>> {
      const authorized = await authorizer.authorize(connection, need, interaction);
      if (!authorized.ok) return authorized;
      const account = authorized.value;
      const got = await get(account);
      if (!got.ok) return got;
      const issued = whyShut() ?? authorizer.issue(connection, account, need.scopes);
      return issued.ok ? success(toWireToken(account)) : issued;
    },
    async appToken(
      connection: BotConnection,
      forceNew: boolean,
      interaction: Interaction,
    ): Promise<Result<WireToken>> {
      if (connection.peer.relay) return remoteWithoutAppToken();
      const application = usableFor(applications, connection);
      if (!application.ok) return application;
      if (application.value.kind === 'public') return noAppToken(); // a yes would give nothing
      const authorized = await authorizer.appToken.authorize(connection, interaction);
      if (!authorized.ok) return authorized;
      const got = await appTokens.get(application.value, forceNew);
      if (!got.ok) return got;
      const issued = whyShut() ?? authorizer.appToken.issue(connection, got.value);
      return issued.ok ? success(toWireAppToken(got.value)) : issued;
    },
  };
}

/** The application whose own token a connection may ask for. */
function usableFor(applications: Applications, connection: BotConnection): Result<TwitchApplication> {
  const clientId = applicationOf(connection, applications);
  if (clientId === null) return noApplication();
  const usable = applications.usable(clientId);
  return usable === null ? noUsableApplication(applications.nameOf(clientId)) : success(usable);
}
