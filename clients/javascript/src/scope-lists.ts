import type { ScopeSets } from '../../../shared/protocol.ts';
import { CastkeyError } from './errors.ts';

/** One scope: a text of several, as headers and URLs have it, would be a scope that Twitch doesn't know. */
const ONE_SCOPE = /^[^\s,]+$/;

/**
 * Scope sets as a bot passes them, checked before anything is sent: a text in place of a list is the usual slip.
 * Twurple passes undefined and empty sets for calls that need no scope.
 *
 * @param what What the bot calls them.
 * @throws CastkeyError `bad-request`.
 */
export function checkScopeSets(sets: unknown, what: string): ScopeSets {
  const given = checkList(sets, what, `[['chat:read'], ['chat:edit']]`).filter((set) => set !== undefined);
  return given.map((set) => checkScopes(set, what)).filter((set) => set.length > 0);
}

function checkScopes(set: unknown, what: string): string[] {
  const example = `['chat:read'], with one scope in each text`;
  const scopes = checkList(set, `each part of ${what}`, example);
  if (scopes.every(isOneScope)) return scopes;
  throw notAList(`each part of ${what}`, example);
}

/**
 * @param example What it could look like.
 * @throws CastkeyError `bad-request` for a text, and anything else that is no array.
 */
export function checkList(value: unknown, what: string, example: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw notAList(what, example);
}

const isOneScope = (scope: unknown): scope is string => typeof scope === 'string' && ONE_SCOPE.test(scope);

function notAList(what: string, example: string): CastkeyError {
  return new CastkeyError('bad-request', `For ${what} a list, please, such as ${example}.`);
}
