/** What a bot may use: bot × account (or intent, or the application’s own token) × scopes it may ask for × how long. */

import type { Accounts } from '../accounts/accounts.ts';
import { missingScopes, unionScopes } from '../accounts/scope-sets.ts';
import type { GrantEnd } from './grant-end.ts';

/** A permission, with how often it was used. */
export interface Grant {
  id: string;
  /** Exactly one of `userId` and `intent` is set, or none and `app` is true. */
  userId: string | null;
  intent: string | null;
  /** It is on the token of the bot's Twitch application itself. */
  app: boolean;
  /** When it ends by itself; null: never. */
  ends: GrantEnd;
  scopes: string[];
  createdAt: number;
  /** Null before the first use, and for uses older than this record of them. */
  firstUsedAt: number | null;
  lastUsedAt: number | null;
  uses: number;
}

/** A person, reached by her ID or by an intent she holds; which of her logins it is says the bot's application. */
export interface Target {
  userId: string;
  /** The account's intents: a grant on one of them is a grant on the account, as long as it holds it. */
  intents: string[];
}
/** A person as a target of grants, with the intents she has by now. */
export function targetOf(accounts: Pick<Accounts, 'intentsOf'>, userId: string): Target {
  return { userId, intents: accounts.intentsOf(userId) };
}

/** Whoever has grants: a bot. */
interface Grantee {
  grants: Grant[];
}

/** How a bot named what it wants: a grant is kept on exactly that. */
export type Named = { userId: string; intent: null } | { userId: null; intent: string };
/** What a permission can be on: one of the two, or none for the application's own token. */
export type Granted = Pick<Grant, 'userId' | 'intent'>;

/**
 * Permission for one answer only, given with `Allow once`; never written down. It is for the account she saw,
 * whatever intents that has later, and ends at `until` (monotonic milliseconds) if it isn't used.
 */
export interface OnceGrant {
  /** Null for the application's own token. */
  readonly userId: string | null;
  readonly intent: null;
  readonly until: number;
  scopes: string[];
}

const ONCE_MS = 10 * 60_000;

/** Answers-to-come, one for each account however often the bot named it. `now` is monotonic. */
export function onceGrants(
  given: Iterable<{ userId: string | null; scopes: string[] }>,
  now: number,
): OnceGrant[] {
  const byUser = new Map<string | null, string[]>();
  for (const { userId, scopes } of given) byUser.set(userId, unionScopes(byUser.get(userId) ?? [], scopes));
  return [...byUser].map(([userId, scopes]) => ({ userId, intent: null, until: now + ONCE_MS, scopes }));
}

/** Takes out those that are used up or over: connections that were let in by one yes share the list. */
export function discardOnce(once: OnceGrant[], used: readonly OnceGrant[], now: number): void {
  const left = once.filter((grant) => !used.includes(grant) && grant.until > now);
  once.splice(0, once.length, ...left);
}

function covers(grant: Named | Grant | OnceGrant, target: Target): boolean {
  return grant.userId === target.userId || (grant.intent !== null && target.intents.includes(grant.intent));
}

/** The bot's grants that reach the account. */
export function grantsOn(bot: Grantee, target: Target): Grant[] {
  return bot.grants.filter((grant) => covers(grant, target));
}

/** The bot's answers-to-come that reach the account. */
export function onceOn(once: readonly OnceGrant[], target: Target): OnceGrant[] {
  return once.filter((grant) => covers(grant, target));
}

/**
 * Whether a bot may have the account's token for these scopes. `partly`: it may use the account,
 * but not ask for the `missing` scopes.
 */
export type Permission = { kind: 'full' } | { kind: 'partly'; missing: string[] } | { kind: 'none' };

/** What grants allow, taken together. */
export function permission(grants: readonly { scopes: string[] }[], scopes: readonly string[]): Permission {
  if (grants.length === 0) return { kind: 'none' };
  const missing = missingScopes(
    scopes,
    grants.flatMap((grant) => grant.scopes),
  );
  return missing.length === 0 ? { kind: 'full' } : { kind: 'partly', missing };
}

/** Adds scopes to the bot's grant on what it named that ends as this yes does, or makes that grant. */
export function extendGrant(
  bot: Grantee,
  named: Granted,
  scopes: readonly string[],
  made: { id: string; at: number; ends: GrantEnd },
): void {
  const { id, at, ends } = made;
  const known = bot.grants.find((grant) => isOn(grant, named) && endAlike(grant.ends, ends));
  if (known) known.scopes = unionScopes(known.scopes, scopes);
  else {
    const unused = { firstUsedAt: null, lastUsedAt: null, uses: 0 };
    const app = isOnApp(named);
    bot.grants.push({ ...named, app, ends, id, scopes: [...scopes], createdAt: at, ...unused });
  }
}

/** Makes a grant last; scopes of one that lasts already go into that one. */
export function keepGrant(bot: Grantee, kept: Grant): void {
  const lasting = bot.grants.find((grant) => grant !== kept && isOn(grant, kept) && grant.ends === null);
  kept.ends = null;
  if (lasting === undefined) return;
  kept.scopes = unionScopes(lasting.scopes, kept.scopes);
  bot.grants = bot.grants.filter((grant) => grant !== lasting);
}

/** Whether that is what the grant is kept on. */
export const isOn = (grant: Grant, { userId, intent }: Granted): boolean =>
  grant.userId === userId && grant.intent === intent;

/** Whether that is the application's own token. */
export const isOnApp = ({ userId, intent }: Granted): boolean => userId === null && intent === null;

/** What has a time of its own stays apart: a later yes must not lengthen what it didn't speak of. */
const endAlike = (a: GrantEnd, b: GrantEnd): boolean =>
  (a === null && b === null) || (a?.kind === 'stream' && b?.kind === 'stream');

/** Counts an answer given under the bot's grants on the account. */
export function countUse(bot: Grantee, target: Target, now: number): void {
  countUseOf(grantsOn(bot, target), now);
}

/** Counts it for these grants. */
export function countUseOf(grants: readonly Grant[], now: number): void {
  for (const grant of grants) {
    if (grant.uses === 0) grant.firstUsedAt = now;
    grant.lastUsedAt = now;
    grant.uses += 1;
  }
}

/**
 * The answers-to-come that this one uses up: none if lasting grants do, else one if one is enough. Null when
 * all together don't permit it.
 */
export function usedUp(
  bot: Grantee,
  once: readonly OnceGrant[],
  target: Target,
  scopes: readonly string[],
): OnceGrant[] | null {
  const lasting = grantsOn(bot, target);
  if (permission(lasting, scopes).kind === 'full') return [];
  const reaching = onceOn(once, target);
  const enough = reaching.find((grant) => permission([...lasting, grant], scopes).kind === 'full');
  if (enough) return [enough];
  return permission([...lasting, ...reaching], scopes).kind === 'full' ? reaching : null;
}
