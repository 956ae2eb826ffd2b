/** Tokens of Twitch applications themselves. They live in memory only: a new one costs one request and no click. */
import { LIMITS } from '../../../shared/protocol.ts';
import { createSingleFlight } from '../../../shared/single-flight.ts';
import type { Deps } from '../ports.ts';
import { type Result, success, unreachable } from '../result.ts';
import type { Secret } from '../secret.ts';
import { expiryOf } from '../twitch/answers.ts';
import type { TokenPair, Twitch } from '../twitch/endpoints.ts';
import { isEnded } from '../twitch/reply.ts';
import type { TwitchApplication } from './application.ts';
import { applicationRefused, noAppToken } from './failures.ts';

/** A token of the application itself, without a user; times in milliseconds since 1970. */
export interface AppToken {
  access: Secret;
  clientId: string;
  /** Tells it from other tokens of the application, before a restart too. */
  version: number;
  obtainedAt: number;
  /** Null when it never expires. */
  expiresAt: number | null;
}

/** Which token of which application. */
export type AppTokenReference = Pick<AppToken, 'clientId' | 'version'>;

/** The tokens of applications. */
export interface AppTokens {
  /**
   * Gives the token held for the application, or fetches one; callers at the same time share one request. `forceNew`
   * fetches one unless the one held is younger than ten seconds. A public application has none: `no-app-token`.
   */
  get(application: TwitchApplication, forceNew: boolean): Promise<Result<AppToken>>;
  /** Whether it is still in memory, so that it can be ended: after a restart none is. */
  has(token: AppTokenReference): boolean;
  /**
   * Gives none of the application's tokens out any more, and has Twitch end them, older ones that still live too. `kept` is how many
   * Twitch could not be told about: they can be ended later.
   */
  end(clientId: string): Promise<{ ended: number[]; kept: number }>;
}

/** `application` is what Twitch was sent for it: another secret takes its token along. Null: it is given out no more. */
interface Held {
  token: AppToken;
  application: TwitchApplication | null;
}

/** So many of one application are kept to be ended; a program may force a new one every ten seconds. */
const MAX_HELD = 20;

/** Holds nothing yet. */
export function createAppTokens(
  { clock }: Pick<Deps, 'clock'>,
  twitch: Pick<Twitch, 'appToken' | 'revoke'>,
): AppTokens {
  const flights = createSingleFlight();
  /** By client ID, the newest last. */
  const held = new Map<string, Held[]>();
  const heldOf = (clientId: string): Held[] => held.get(clientId) ?? [];

  async function fetchToken(application: TwitchApplication): Promise<Result<AppToken>> {
    const reply = await twitch.appToken(application);
    if (reply.kind === 'transient') return unreachable(reply.cause);
    if (reply.kind !== 'ok') return applicationRefused(reply.message);
    const { clientId } = application;
    const now = clock.now();
    const version = Math.max(now, (heldOf(clientId).at(-1)?.token.version ?? 0) + 1);
    const token = { ...toAppToken(clientId, reply.value, now), version };
    const alive = heldOf(clientId).filter((one) => remainingMs(one.token, now) > 0);
    held.set(clientId, [...alive, { token, application }].slice(-MAX_HELD));
    return success(token);
  }

  return {
    async get(application, forceNew) {
      if (application.kind === 'public') return noAppToken();
      const running = flights.pending<Result<AppToken>>(application);
      if (running) return running;
      const newest = heldOf(application.clientId).at(-1);
      if (newest?.application === application && isGood(newest.token, clock.now(), forceNew))
        return success(newest.token);
      return flights.join(application, () => fetchToken(application));
    },
    has: ({ clientId, version }) => heldOf(clientId).some(({ token }) => token.version === version),
    async end(clientId) {
      const all = heldOf(clientId);
      for (const one of all) one.application = null;
      const replies = await Promise.all(all.map(({ token }) => twitch.revoke(clientId, token.access)));
      const over = all.filter((_, index) => replies[index] !== undefined && isEnded(replies[index]));
      held.set(
        clientId,
        heldOf(clientId).filter((one) => !over.includes(one)),
      );
      return { ended: over.map(({ token }) => token.version), kept: all.length - over.length };
    },
  };
}

const remainingMs = ({ expiresAt }: AppToken, now: number): number =>
  expiresAt === null ? Number.POSITIVE_INFINITY : expiresAt - now;

function isGood(token: AppToken, now: number, forceNew: boolean): boolean {
  const { obtainedAt } = token;
  const isYoung = now >= obtainedAt && now - obtainedAt < LIMITS.forcedRefreshMs;
  return remainingMs(token, now) > LIMITS.minValidity * 1000 && (!forceNew || isYoung);
}

function toAppToken(clientId: string, pair: TokenPair, now: number): Omit<AppToken, 'version'> {
  const expiresAt = expiryOf(pair.expiresIn, now);
  return { access: pair.access, clientId, obtainedAt: now, expiresAt };
}
