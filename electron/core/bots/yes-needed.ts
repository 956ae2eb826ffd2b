/** What a request needs a yes for before anything else, and what signing in is the yes to. */
import { latestEnd } from './grant-end.ts';
import { type Grant, isOn, type Named, type OnceGrant, permission } from './grants.ts';

type Held = Grant | OnceGrant;

/** Scopes that go to one of the bot's permissions as soon as she has signed in for them. */
export interface Extension {
  grant: Held;
  scopes: string[];
}

/** `ask`: scopes to ask her about, null for none. `extension`: what nobody asks about, for the sign-in is the yes to it. */
export interface YesNeeded {
  ask: string[] | null;
  extension: Extension | null;
}

/**
 * What the account has but this bot may not ask for needs a yes. If she is asked, then about all, so that her answer says of all how
 * long it lasts. What the account merely lacks gets its yes at sign-in, which says nothing of how long: it goes to that of the bot's
 * permissions on the account (`held`) that ends first, so that none outlives what she has said. Where nobody can tell which that is
 * she is asked, too. `lacked` are the scopes the account hasn't got.
 */
export function yesNeeded(
  held: readonly Held[],
  { named, scopes }: { named: Named; scopes: string[] },
  lacked: readonly string[],
): YesNeeded {
  const allowed = permission(held, scopes);
  if (allowed.kind === 'none') return { ask: scopes, extension: null };
  if (allowed.kind === 'full') return { ask: null, extension: null };
  const { missing } = allowed;
  const first = endingFirst(held, named);
  return first !== null && missing.every((scope) => lacked.includes(scope))
    ? { ask: null, extension: { grant: first, scopes: missing } }
    : { ask: missing, extension: null };
}

/**
 * One answer is less than any time. Of a time and of a stream either may be over first: null. Of those that end alike the one that is
 * named as the request names the account, for another one may come to be on somebody else's.
 */
function endingFirst(held: readonly Held[], named: Named): Held | null {
  const once = held.find((one) => 'until' in one);
  if (once) return once;
  const grants = held.filter((one) => 'ends' in one);
  if (new Set(grants.flatMap(({ ends }) => ends?.kind ?? [])).size > 1) return null;
  const ends = (grant: Grant): number => latestEnd(grant.ends) ?? Number.POSITIVE_INFINITY;
  const soonest = Math.min(...grants.map(ends));
  const alike = grants.filter((grant) => ends(grant) === soonest);
  return alike.find((grant) => isOn(grant, named)) ?? alike[0] ?? null;
}
