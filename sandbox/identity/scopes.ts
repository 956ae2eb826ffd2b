import { SCOPES } from '../../shared/scopes.ts';
import { accept, identityError, type Outcome, refuse } from '../http/answer.ts';

const KNOWN = new Set(SCOPES.map(({ scope }) => scope));

/**
 * The scopes of a request, in order and without repeats. One that Twitch doesn't know is refused, so
 * that a rehearsal catches a misspelt one: at the vault an unknown scope passes, at Twitch it never did.
 */
export function readScopes(list: string): Outcome<string[]> {
  const scopes = [...new Set(list.split(/\s+/).filter(Boolean))];
  const stranger = scopes.find((scope) => !KNOWN.has(scope));
  if (stranger !== undefined) return refuse(identityError(400, `invalid scope requested: '${stranger}'`));
  return accept(scopes);
}
