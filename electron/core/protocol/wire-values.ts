/** Tokens, accounts and the vault itself as bots get them. Refresh tokens and secrets are no part of it. */
import type {
  StatusResult,
  TwitchKind,
  UserState,
  VaultFacts,
  WireToken,
  WireUser,
} from '../../../shared/protocol.ts';
import { type Account, stateOf } from '../accounts/account.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { AppToken } from '../applications/app-token.ts';
import type { RegisteredApplication } from '../applications/application.ts';
import type { Deps } from '../ports.ts';

/** The account's access token. */
export function toWireToken({ tokens, userId, clientId, validatedAt }: Account): WireToken {
  const { access, scopes, expiresAt, version } = tokens;
  // Made while our clock ran ahead, and its end since put right by Twitch: bots would take it for over.
  const ranAhead = expiresAt !== null && tokens.obtainedAt >= expiresAt;
  const obtainedAt = ranAhead ? Math.min(validatedAt ?? expiresAt, expiresAt) : tokens.obtainedAt;
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

/** The application's own token: it has no user, no scopes, and no versions to tell apart. */
export function toWireAppToken({ access, clientId, obtainedAt, expiresAt }: AppToken): WireToken {
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

/** Who an account is and what it has, its token aside. */
export function toWireUser(accounts: Pick<Accounts, 'intentsOf'>, account: Account): WireUser {
  const { userId, login, tokens } = account;
  return { userId, login, scope: tokens.scopes, intents: accounts.intentsOf(userId) };
}

/** The same, and how its newest token stands. */
export function toUserState(accounts: Pick<Accounts, 'intentsOf'>, account: Account): UserState {
  const { expiresAt, version } = account.tokens;
  return { ...toWireUser(accounts, account), expiresAt, state: stateOf(account), version };
}

/** What `status` tells paired bots of the vault itself: kinds, names and a stand-in's URL, never an ID, a path or a secret. */
export function vaultFacts(
  { box, twitch }: Pick<Deps, 'box' | 'twitch'>,
  app: Pick<RegisteredApplication, 'kind'> | null,
): VaultFacts {
  const { kind, backend } = box.protection();
  return {
    protection: kind,
    backend,
    app: app?.kind ?? null,
    twitch: twitchKind(twitch),
    ...(twitch.standIn && { standIn: twitch.standIn.url }),
  };
}

/** The Twitch application a connection is for; null while there is none. */
export function applicationFact(
  app: Pick<RegisteredApplication, 'clientId' | 'kind'> | null,
): NonNullable<StatusResult['application']> | null {
  return app && { clientId: app.clientId, kind: app.kind };
}

/** All that a stranger learns of it. */
export function twitchKind({ standIn }: Deps['twitch']): TwitchKind {
  return standIn === null ? 'real' : 'stand-in';
}
