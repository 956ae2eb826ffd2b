/** Tokens of Twitch applications themselves. They live in memory only: a new one costs one request and no click. */
import { LIMITS } from '../../../shared/protocol.ts';
import { createSingleFlight } from '../../../shared/single-flight.ts';
import type { Deps } from '../ports.ts';
import { type Result, success, unreachable } from '../result.ts';
import type { Secret } from '../secret.ts';
import { expiryOf } from '../twitch/answers.ts';
import type { TokenPair, Twitch } from '../twitch/endpoints.ts';
import type { TwitchApplication } from './application.ts';
import { applicationRefused, noAppToken } from './failures.ts';

/** A token of the application itself, without a user; times in milliseconds since 1970. */
export interface AppToken {
  access: Secret;
  clientId: string;
  obtainedAt: number;
  /** Null when it never expires. */
  expiresAt: number | null;
}

/**
 * Gives the token held for the application, or fetches one; callers at the same time share one request. `forceNew`
 * fetches one unless the one held is younger than ten seconds. A public application has none: `no-app-token`.
 */
export type GetAppToken = (application: TwitchApplication, forceNew: boolean) => Promise<Result<AppToken>>;

/** Holds nothing yet. */
export function createAppTokens(
  { clock }: Pick<Deps, 'clock'>,
  twitch: Pick<Twitch, 'appToken'>,
): GetAppToken {
  const flights = createSingleFlight();
  /** By what Twitch is sent: a secret that is replaced, or an application that is removed, takes its token along. */
  const held = new WeakMap<TwitchApplication, AppToken>();

  async function fetchToken(application: TwitchApplication): Promise<Result<AppToken>> {
    const reply = await twitch.appToken(application);
    if (reply.kind === 'transient') return unreachable(reply.cause);
    if (reply.kind !== 'ok') return applicationRefused(reply.message);
    const token = toAppToken(application.clientId, reply.value, clock.now());
    held.set(application, token);
    return success(token);
  }

  return async (application, forceNew) => {
    if (application.kind === 'public') return noAppToken();
    const running = flights.pending<Result<AppToken>>(application);
    if (running) return running;
    const token = held.get(application);
    if (token && isGood(token, clock.now(), forceNew)) return success(token);
    return flights.join(application, () => fetchToken(application));
  };
}

function isGood({ obtainedAt, expiresAt }: AppToken, now: number, forceNew: boolean): boolean {
  const remaining = expiresAt === null ? Number.POSITIVE_INFINITY : expiresAt - now;
  const isYoung = now >= obtainedAt && now - obtainedAt < LIMITS.forcedRefreshMs;
  return remaining > LIMITS.minValidity * 1000 && (!forceNew || isYoung);
}

function toAppToken(clientId: string, pair: TokenPair, now: number): AppToken {
  const expiresAt = expiryOf(pair.expiresIn, now);
  return { access: pair.access, clientId, obtainedAt: now, expiresAt };
}
