/**
 * Answers the calls of Twurple's AuthProvider out of what the vault holds. It knows nothing of bots
 * and grants; whoever calls it has settled that.
 */
import { createHash } from 'node:crypto';
import { LIMITS } from '../../../shared/protocol.ts';
import type { TwitchApplication } from '../applications/application.ts';
import type { Deps } from '../ports.ts';
import {
  applicationRefused,
  bareTokenOver,
  noApplication,
  noAppToken,
  type Result,
  success,
  unreachable,
} from '../result.ts';
import type { Secret } from '../secret.ts';
import type { TokenPair, Twitch } from '../twitch/endpoints.ts';
import { type Account, timeLeft } from './account.ts';
import { type Refresher, refusedBy } from './refresher.ts';
import type { Validator } from './validator.ts';

/** A token of the application itself, without a user. */
export interface AppToken {
  access: Secret;
  clientId: string;
  obtainedAt: number;
  expiresAt: number | null;
}

/** What Twurple's AuthProvider asks, for callers that may have the answer. */
export interface Provider {
  /** The account with an access token good for `minValidity` seconds, or for as long as can be had. */
  token(account: Account, minValidity: number): Promise<Result<Account>>;
  /** A new token whatever the old one is worth; at most one in ten seconds, then the one held. */
  forceRefresh(account: Account): Promise<Result<Account>>;
  /** For a bot whose token failed: a newer one if there is one, else Twitch decides whether it is dead. */
  replace(account: Account, rejected: string): Promise<Result<Account>>;
  appToken(forceNew: boolean): Promise<Result<AppToken>>;
}

/** Answers from what is held, and has it renewed or validated where that is not enough. */
export function createProvider(
  deps: Pick<Deps, 'clock'>,
  app: () => TwitchApplication | null,
  twitch: Twitch,
  refreshing: Refresher,
  validation: Validator,
): Provider {
  async function token(account: Account, minValidity: number): Promise<Result<Account>> {
    const left = timeLeft(account.tokens, deps.clock.now());
    if (left >= minValidity * 1000 && left > 0) return success(account);
    // No token lives longer than one just made: asking for more must not renew it with every request.
    const age = deps.clock.now() - account.tokens.obtainedAt;
    if (left > 0 && age >= 0 && age < LIMITS.forcedRefreshMs) return success(account);
    if (account.tokens.refresh === null) return left > 0 ? success(account) : bareTokenOver(account.login);
    if (account.state !== 'ok') return left > 0 ? success(account) : refusedBy(account);
    const wait = refreshing.notBefore(account) - deps.clock.now();
    if (wait > 0 && refreshing.pending(account) === null) {
      if (left > 0) return success(account);
      return unreachable(null, wait);
    }
    const refreshed = await refreshing.refresh(account);
    // A token that still holds is served rather than the trouble of renewing it.
    return !refreshed.ok && timeLeft(account.tokens, deps.clock.now()) > 0 ? success(account) : refreshed;
  }

  async function forceRefresh(account: Account): Promise<Result<Account>> {
    const running = refreshing.pending(account);
    if (running) return running;
    const now = deps.clock.now();
    const since = account.refreshedAt === null ? Number.POSITIVE_INFINITY : now - account.refreshedAt;
    if (since >= 0 && since < LIMITS.forcedRefreshMs) return token(account, 0);
    account.refreshedAt = now;
    return refreshing.refresh(account);
  }

  async function replace(account: Account, rejected: string): Promise<Result<Account>> {
    if (hashOf(account.tokens.access) !== rejected.toLowerCase()) return token(account, LIMITS.minValidity);
    if (timeLeft(account.tokens, deps.clock.now()) === 0) return token(account, LIMITS.minValidity);
    return validation.validate(account);
  }

  return { token, forceRefresh, replace, appToken: createAppTokens(deps, app, twitch) };
}

/** Hex SHA-256 of an access token: how a bot says which one failed without sending it back. */
export function hashOf(access: Secret): string {
  return createHash('sha256').update(access.reveal()).digest('hex');
}

/** Application tokens live in memory only: a new one costs one request and no click. */
function createAppTokens(deps: Pick<Deps, 'clock'>, app: () => TwitchApplication | null, twitch: Twitch) {
  let held: AppToken | null = null;
  let flight: Promise<Result<AppToken>> | null = null;

  async function fetchToken(by: TwitchApplication): Promise<Result<AppToken>> {
    const reply = await twitch.appToken(by);
    if (reply.kind === 'ok') {
      held = toAppToken(by.clientId, reply.value, deps.clock.now());
      return success(held);
    }
    return reply.kind === 'transient' ? unreachable(reply.cause) : applicationRefused(reply.message);
  }

  return async (forceNew: boolean): Promise<Result<AppToken>> => {
    const by = app();
    if (by === null) return noApplication();
    if (by.kind === 'public') return noAppToken();
    if (flight !== null) return flight;
    const now = deps.clock.now();
    if (held !== null && held.clientId === by.clientId) {
      const left = held.expiresAt === null ? Number.POSITIVE_INFINITY : held.expiresAt - now;
      const young = now >= held.obtainedAt && now - held.obtainedAt < LIMITS.forcedRefreshMs;
      if (left > LIMITS.minValidity * 1000 && (!forceNew || young)) return success(held);
    }
    flight = fetchToken(by).finally(() => {
      flight = null;
    });
    return flight;
  };
}

function toAppToken(clientId: string, pair: TokenPair, now: number): AppToken {
  const expiresAt = pair.expiresIn === null ? null : now + pair.expiresIn * 1000;
  return { access: pair.access, clientId, obtainedAt: now, expiresAt };
}
