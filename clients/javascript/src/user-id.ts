import { USER_ID_FORM } from '../../../shared/protocol.ts';
import { CastkeyError } from './errors.ts';

/** A user as Twurple takes one: a numeric ID as text or number, or an object that has one as `id`. */
export type UserIdResolvable = string | number | { readonly id: string };

/**
 * The user ID in what a bot passes.
 *
 * @throws CastkeyError `bad-user`; for a login name it says why: names change hands, IDs don't.
 */
export function readUserId(user: unknown): string {
  if (typeof user === 'number' && Number.isSafeInteger(user) && user > 0) return String(user);
  if (typeof user === 'string' && isUserId(user)) return user;
  if (typeof user === 'object' && user !== null && 'id' in user && isUserId(user.id)) return user.id;
  if (typeof user === 'string' && /^\w{1,25}$/.test(user)) {
    throw new CastkeyError('bad-user', `"${user}" is a login name, and those change hands.`);
  }
  throw new CastkeyError('bad-user', 'That is not a Twitch user ID.');
}

function isUserId(value: unknown): value is string {
  return typeof value === 'string' && USER_ID_FORM.test(value);
}
