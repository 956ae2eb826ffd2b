/** What decides whether an account's token is refreshed: all the rules, and nothing that acts on them. Pure. */
import { LIMITS } from '../../../shared/protocol.ts';
import { type Account, type HeldTokens, timeLeft } from './account.ts';

const MAX_AHEAD_MS = 10 * 60_000;

/** When to refresh ahead of expiry: a tenth of its life before the end, ten minutes at most. */
export function refreshAheadAt(tokens: HeldTokens): number {
  if (tokens.expiresAt === null) return Number.POSITIVE_INFINITY;
  const life = tokens.expiresAt - tokens.obtainedAt;
  // None or less: it was made while the clock ran ahead.
  return tokens.expiresAt - (life > 0 ? Math.min(MAX_AHEAD_MS, life / 10) : MAX_AHEAD_MS);
}

/**
 * When the scheduler refreshes next, in milliseconds since 1970; Infinity: never. After a failure not before
 * `notBefore`; a login that Twitch refused not before `retryAt` (refusals have been wrong,
 * twitchdev/issues#1037), and one that is left alone never.
 */
export function refreshDueAt(account: Account, retryAt: number, notBefore: number): number {
  if (account.tokens.refresh === null) return Number.POSITIVE_INFINITY;
  if (account.tokens.use.parked !== null) return Number.POSITIVE_INFINITY;
  if (account.state !== 'ok') return retryAt;
  return Math.max(refreshAheadAt(account.tokens), notBefore);
}

/**
 * What a bot that asks for a token gets: what is held, a fresh one, or nothing, since a bare token is `over`,
 * Twitch has `refused` the login, or the next try after a failure has to `wait`.
 */
export type TokenPlan = 'serve' | 'refresh' | 'over' | 'refused' | 'wait';

/** `minValidity` is in seconds. A token that still holds is served rather than the trouble of refreshing it. */
export function planToken(
  account: Account,
  { minValidity, now, notBefore }: { minValidity: number; now: number; notBefore: number },
): TokenPlan {
  const { tokens } = account;
  const remaining = timeLeft(tokens, now);
  if (remaining > 0 && (remaining >= minValidity * 1000 || isJustMade(tokens, now))) return 'serve';
  const plan = planRefresh(account, now, notBefore);
  return plan !== 'refresh' && remaining > 0 ? 'serve' : plan;
}

function planRefresh({ tokens, state }: Account, now: number, notBefore: number): TokenPlan {
  if (tokens.refresh === null) return 'over';
  if (state !== 'ok') return 'refused';
  return notBefore > now ? 'wait' : 'refresh';
}

/** No token lives longer than one just made: asking for more must not refresh it with every request. */
function isJustMade({ obtainedAt }: HeldTokens, now: number): boolean {
  return now >= obtainedAt && now - obtainedAt < LIMITS.forcedRefreshMs;
}

const HOUR_MS = 3_600_000;

/**
 * Whether Twitch is to be asked about a token before it is handed out: the first time after a start, and after an
 * hour. Not while Twitch is out of reach: then what is held is served.
 */
export function mustBeChecked({ checkedAt, offlineSince }: Account, now: number): boolean {
  if (offlineSince !== null) return false;
  return checkedAt === null || now < checkedAt || now - checkedAt >= HOUR_MS;
}

/**
 * Whether a refresh may be forced again: at most one in ten seconds, and a clock that was set back counts as
 * time.
 */
export function mayForce({ refreshedAt }: Account, now: number): boolean {
  const since = refreshedAt === null ? Number.POSITIVE_INFINITY : now - refreshedAt;
  return since < 0 || since >= LIMITS.forcedRefreshMs;
}
