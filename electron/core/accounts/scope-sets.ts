/** Scope sets as Twurple means them: an AND of ORs. Pure functions. */
import type { ScopeSets } from '../../../shared/protocol.ts';

/**
 * What an older scope also allows, as Twurple counts it (packages/auth/src/helpers.ts,
 * `scopeEquivalencies`): whoever has the key passes a check for any of the values.
 */
const ALSO_ALLOWS: Readonly<Record<string, readonly string[]>> = {
  channel_commercial: ['channel:edit:commercial'],
  channel_editor: ['channel:manage:broadcast'],
  channel_read: ['channel:read:stream_key'],
  channel_subscriptions: ['channel:read:subscriptions'],
  user_blocks_read: ['user:read:blocked_users'],
  user_blocks_edit: ['user:manage:blocked_users'],
  user_follows_edit: ['user:edit:follows'],
  user_read: ['user:read:email'],
  user_subscriptions: ['user:read:subscriptions'],
  'user:edit:broadcast': ['channel:manage:broadcast', 'channel:manage:extensions'],
};

/** The scopes held, and what they also allow. */
export function allowedBy(granted: Iterable<string>): Set<string> {
  const all = new Set<string>();
  for (const scope of granted) {
    all.add(scope);
    if (Object.hasOwn(ALSO_ALLOWS, scope)) for (const also of ALSO_ALLOWS[scope] ?? []) all.add(also);
  }
  return all;
}

/**
 * One scope for each set: the first that `held` allows, else the set's first, as Twurple's contract
 * has it ("pick the first unless one is already granted"). Empty sets ask for nothing.
 */
export function chooseScopes(sets: ScopeSets, held: Iterable<string>): string[] {
  const allowed = allowedBy(held);
  const chosen = sets.flatMap((set) => set.find((scope) => allowed.has(scope)) ?? set[0] ?? []);
  return [...new Set(chosen)];
}

/** Those of `wanted` that `held` doesn't allow. */
export function missingScopes(wanted: Iterable<string>, held: Iterable<string>): string[] {
  const allowed = allowedBy(held);
  return [...new Set(wanted)].filter((scope) => !allowed.has(scope));
}

/** All of `first`, then what `second` adds. */
export function unionScopes(first: Iterable<string>, second: Iterable<string>): string[] {
  return [...new Set([...first, ...second])];
}
