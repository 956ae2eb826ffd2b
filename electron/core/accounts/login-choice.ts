/** Which of two logins of one account is kept: the one held here, or one that comes from a file. Pure. */
import type { Account, HeldTokens } from './account.ts';
import { missingScopes } from './scope-sets.ts';

/** `take` the other one; or why the one here stays. */
export type LoginChoice = 'take' | 'same' | 'older' | 'narrower' | 'bare';

/** What is compared. */
export interface OtherLogin {
  tokens: HeldTokens;
  /** Twitch has just said that it is good. */
  confirmed: boolean;
  /** Whether Twitch says that it was made after the one here; null when only the times on record can tell. */
  newer: boolean | null;
}

/** A login is never replaced by an older or poorer one, nor one that refreshes itself by one that can't. */
export function chooseLogin(
  held: Account | null,
  { tokens, confirmed, newer }: OtherLogin,
  now: number,
): LoginChoice {
  if (held === null) return 'take';
  const here = held.tokens;
  if (isSame(here, tokens)) return 'same';
  if (here.refresh !== null && tokens.refresh === null) return 'bare';
  if (missingScopes(here.scopes, tokens.scopes).length > 0) return 'narrower';
  const over = held.state === 'expired' || (confirmed && held.state !== 'ok');
  return over || (newer ?? isNewer(tokens, here, now)) ? 'take' : 'older';
}

/** True for a login that bots are served from: only a better one that Twitch has confirmed may replace it. */
export function isWorking({ state }: Pick<Account, 'state'>): boolean {
  return state === 'ok' || state === 'setup';
}

function isSame(one: HeldTokens, other: HeldTokens): boolean {
  return (
    one.access.reveal() === other.access.reveal() &&
    (one.refresh?.reveal() ?? null) === (other.refresh?.reveal() ?? null)
  );
}

/**
 * By the time Twitch gave it out; of one moment, or where a clock ran ahead, by how often it had been
 * refreshed.
 */
function isNewer(one: HeldTokens, other: HeldTokens, now: number): boolean {
  const clockRanAhead = Math.max(one.obtainedAt, other.obtainedAt) > now;
  return clockRanAhead || one.obtainedAt === other.obtainedAt
    ? one.version > other.version
    : one.obtainedAt > other.obtainedAt;
}
