/** Which of two logins of one account is kept: the one held here, or one that comes from a file. Pure. */
import type { Account, HeldTokens } from './account.ts';
import { missingScopes } from './scope-sets.ts';

/** `take` the other one; or why the one here stays. */
export type LoginChoice = 'take' | 'same' | 'older' | 'narrower' | 'bare';

/** What is compared. `confirmed`: Twitch has just said that it is good. */
export interface OtherLogin {
  tokens: HeldTokens;
  confirmed: boolean;
}

/** A login is never replaced by an older or poorer one, nor one that refreshes itself by one that can't. */
export function chooseLogin(held: Account | null, { tokens, confirmed }: OtherLogin): LoginChoice {
  if (held === null) return 'take';
  const here = held.tokens;
  if (isSame(here, tokens)) return 'same';
  if (here.refresh !== null && tokens.refresh === null) return 'bare';
  if (missingScopes(here.scopes, tokens.scopes).length > 0) return 'narrower';
  const over = held.state === 'expired' || (confirmed && held.state !== 'ok');
  return over || isNewer(tokens, here) ? 'take' : 'older';
}

function isSame(one: HeldTokens, other: HeldTokens): boolean {
  return (
    one.access.reveal() === other.access.reveal() &&
    (one.refresh?.reveal() ?? null) === (other.refresh?.reveal() ?? null)
  );
}

/** By the time Twitch gave it out; of one moment, by how often it had been refreshed. */
function isNewer(one: HeldTokens, other: HeldTokens): boolean {
  return one.obtainedAt === other.obtainedAt
    ? one.version > other.version
    : one.obtainedAt > other.obtainedAt;
}
