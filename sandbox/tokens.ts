import { randomUUID } from 'node:crypto';
import { random, sha256 } from './random.ts';
import type { AccessToken, Authorization, Client, State } from './state.ts';

/** Twitch's own measure of a user token: about four hours, in seconds. */
export const DEFAULT_TOKEN_LIFETIME = 14_400;

const DAY_MS = 86_400_000;
/** A public application's refresh token expires after 30 days (Twitch docs, device code flow). */
const REFRESH_LIFETIME_MS = 30 * DAY_MS;
/** App tokens last about 58 days, whatever the lifetime of user tokens is set to. In seconds. */
const APP_TOKEN_LIFETIME = 5_011_271;
/** So many used refresh tokens of one authorization are remembered. */
const MAX_SPENT = 500;
/** Live access tokens of one authorization; one more and the oldest expires (twitchdev/issues#986). */
const MAX_ACCESS_TOKENS = 50;

/** The body of a successful `/oauth2/token`. `scope` is absent, not empty, when nothing was granted. */
export interface TokenBody {
  access_token: string;
  expires_in: number;
  refresh_token?: string;
  scope?: string[];
  token_type: 'bearer';
}

/** What can be changed about tokens while the sandbox runs. */
export interface TokenSettings {
  /** Of user tokens issued from now on, in seconds. */
  lifetime: number;
  /**
   * Whether a refresh expires the access tokens before it. Twitch doesn't say; reports differ
   * (adanalife/tripbot#1026). Of public applications it does so while `reuseEndsAll` is on.
   */
  refreshKillsOld: boolean;
  /**
   * Whether a public application's refresh token that comes a second time ends every token and subscription of that
   * person and application, as at the real Twitch (twitchdev/issues#903); its first use then ends the old access token.
   */
  reuseEndsAll: boolean;
}

/** Which tokens or authorizations are meant; a part left out matches all. */
export interface Owner {
  readonly clientId?: string | undefined;
  readonly userId?: string | undefined;
}

/** Tells for a token whether it was revoked, by itself or with the authorization it came of. */
export type TokenPredicate = (token: AccessToken) => boolean;

/** Issues, refreshes and revokes tokens. A raw token leaves it once; only its hash stays. */
export interface Tokens {
  readonly settings: TokenSettings;
  /** A new authorization with exactly these scopes: nothing of an earlier one is merged in. */
  authorize(client: Client, userId: string, scopes: readonly string[]): TokenBody;
  /** `invalid`: unknown, used or too old. `revoked`: the user disconnected the application. */
  refresh(client: Client, refreshToken: string): TokenBody | 'invalid' | 'revoked';
  appToken(client: Client): TokenBody;
  /** The live token behind a raw one. */
  find(raw: string): AccessToken | undefined;
  /** True if there was such a token. Takes the raw token or its SHA-256. */
  expire(rawOrHash: string): boolean;
  /** As `expire` does, and tells the listeners: expiry doesn't end a connection, this does. */
  revoke(raw: string): void;
  /** Is called when tokens are revoked, for as long as the sandbox runs. */
  onRevoked(listener: (isRevoked: TokenPredicate) => void): void;
  /** How many it were. */
  expireAll(owner: Owner): number;
  /** Revokes authorizations with their tokens, as a user does at Twitch's settings; how many there were. */
  disconnect(owner: Owner): number;
  /** Leaves these scopes at most; how many authorizations it touched. */
  shrink(owner: Owner, scopes: readonly string[]): number;
  /** What the user has granted the application so far, over all live authorizations. */
  granted(clientId: string, userId: string): Set<string> | undefined;
  /**
   * Every raw access and refresh token of this run, for tests that look for leaks. Never on disk, never over
   * HTTP.
   */
  issued(): readonly string[];
}

const owned = (owner: Owner, row: { clientId: string; userId: string | null }): boolean =>
  (owner.clientId ?? row.clientId) === row.clientId && (owner.userId ?? row.userId) === row.userId;

function sweep(state: State, now: number): void {
  for (const token of state.accessTokens.values()) {
    if (token.expiresAt <= now) state.accessTokens.delete(token.hash);
  }
  for (const { id, refreshExpiresAt } of state.authorizations.values()) {
    if (refreshExpiresAt !== null && refreshExpiresAt <= now) state.authorizations.delete(id);
  }
}

/** Issues access tokens, and remembers what was issued. */
function openIssuer(state: State, settings: TokenSettings, now: () => number) {
  const issued: string[] = [];
  const remember = (raw: string): string => {
    issued.push(raw);
    return raw;
  };

  const access = (row: Omit<AccessToken, 'hash' | 'issuedAt' | 'expiresAt'>, lifetime: number): string => {
    const raw = remember(random.accessToken());
    const at = { issuedAt: now(), expiresAt: now() + lifetime * 1000 };
    state.accessTokens.set(sha256(raw), { hash: sha256(raw), ...row, ...at });
    return raw;
  };

  const siblings = (id: string): AccessToken[] =>
    [...state.accessTokens.values()].filter((token) => token.authorizationId === id);

  const pair = (authorization: Authorization, refreshToken: string, { kind }: Client): TokenBody => {
    sweep(state, now());
    const { id, clientId, userId, scopes } = authorization;
    const endsOld = settings.refreshKillsOld || (settings.reuseEndsAll && kind === 'public');
    const surplus = endsOld ? siblings(id) : siblings(id).slice(0, 1 - MAX_ACCESS_TOKENS);
    for (const { hash } of surplus) state.accessTokens.delete(hash);
    const lifetime = settings.lifetime;
    return {
      access_token: access({ clientId, userId, authorizationId: id, scopes: [...scopes] }, lifetime),
      expires_in: lifetime,
      refresh_token: refreshToken,
      ...(scopes.length > 0 && { scope: [...scopes] }),
      token_type: 'bearer',
    };
  };

  return { issued, remember, access, pair };
}

/** The tokens of `state`. */
export function openTokens(state: State, settings: TokenSettings, now: () => number): Tokens {
  const issuer = openIssuer(state, settings, now);
  const listeners: ((isRevoked: TokenPredicate) => void)[] = [];
  const announceRevoked = (isRevoked: TokenPredicate): void => {
    for (const listener of listeners) listener(isRevoked);
  };
  const authorizations = (owner: Owner): Authorization[] =>
    [...state.authorizations.values()].filter((row) => !row.revoked && owned(owner, row));

  const freshRefreshToken = (
    client: Client,
  ): Pick<Authorization, 'refreshHash' | 'refreshExpiresAt'> & { raw: string } => {
    const raw = issuer.remember(random.refreshToken());
    const refreshExpiresAt = client.kind === 'confidential' ? null : now() + REFRESH_LIFETIME_MS;
    return { raw, refreshHash: sha256(raw), refreshExpiresAt };
  };

  const expire = (rawOrHash: string): boolean =>
    [rawOrHash, sha256(rawOrHash)].some((hash) => state.accessTokens.delete(hash));

  const expireAll = (owner: Owner): number => {
    const matching = [...state.accessTokens.values()].filter((row) => owned(owner, row));
    for (const { hash } of matching) state.accessTokens.delete(hash);
    return matching.length;
  };

  const disconnect = (owner: Owner): number => {
    const lost = authorizations(owner);
    // Kept for a while as tombstones: a refresh of a revoked one is answered otherwise than nonsense.
    for (const row of lost)
      Object.assign(row, { revoked: true, refreshExpiresAt: now() + REFRESH_LIFETIME_MS });
    expireAll(owner);
    const ids = new Set<string | null>(lost.map(({ id }) => id));
    announceRevoked(({ authorizationId }) => ids.has(authorizationId));
    return lost.length;
  };

  const refuseUsed = (client: Client, hash: string): 'invalid' => {
    const spent = [...state.authorizations.values()].find(
      ({ clientId, spentRefreshHashes }) => clientId === client.clientId && spentRefreshHashes.includes(hash),
    );
    if (spent && settings.reuseEndsAll) disconnect({ clientId: spent.clientId, userId: spent.userId });
    return 'invalid';
  };

  return {
    settings,
    authorize: (client, userId, scopes) => {
      const { raw, ...refresh } = freshRefreshToken(client);
      const authorization: Authorization = {
        id: randomUUID(),
        clientId: client.clientId,
        userId,
        scopes: [...scopes],
        spentRefreshHashes: [],
        createdAt: now(),
        revoked: false,
        ...refresh,
      };
      state.authorizations.set(authorization.id, authorization);
      return issuer.pair(authorization, raw, client);
    },
    refresh: (client, presented) => {
      sweep(state, now());
      const hash = sha256(presented);
      const found = [...state.authorizations.values()].find((row) => row.refreshHash === hash);
      if (!found || found.clientId !== client.clientId) return refuseUsed(client, hash);
      if (found.revoked) return 'revoked';
      if (client.kind === 'confidential') return issuer.pair(found, presented, client);
      const { raw, ...refresh } = freshRefreshToken(client);
      const spentRefreshHashes = [...found.spentRefreshHashes, hash].slice(-MAX_SPENT);
      return issuer.pair(Object.assign(found, refresh, { spentRefreshHashes }), raw, client);
    },
    appToken: ({ clientId }) => ({
      access_token: issuer.access(
        { clientId, userId: null, authorizationId: null, scopes: [] },
        APP_TOKEN_LIFETIME,
      ),
      expires_in: APP_TOKEN_LIFETIME,
      token_type: 'bearer',
    }),
    find: (raw) => {
      const token = state.accessTokens.get(sha256(raw));
      return token && token.expiresAt > now() ? token : undefined;
    },
    expire,
    revoke: (raw) => {
      expire(raw);
      announceRevoked(({ hash }) => hash === sha256(raw));
    },
    onRevoked: (listener) => void listeners.push(listener),
    expireAll,
    disconnect,
    shrink: (owner, scopes) => {
      const touched = authorizations(owner);
      const tokens = [...state.accessTokens.values()].filter((row) => owned(owner, row));
      for (const row of [...touched, ...tokens])
        row.scopes = row.scopes.filter((scope) => scopes.includes(scope));
      return touched.length;
    },
    granted: (clientId, userId) => {
      const live = authorizations({ clientId, userId });
      return live.length > 0 ? new Set(live.flatMap((row) => row.scopes)) : undefined;
    },
    issued: () => [...issuer.issued],
  };
}
