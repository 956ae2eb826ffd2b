/** What a bot may know of accounts, as it is told: whole, in parts that fit into lines, or of one account. */
import { type BotState, LIMITS, type UserState } from '../../../shared/protocol.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { Applications } from '../applications/applications.ts';
import type { Authorizer } from '../bots/authorizer.ts';
import { applicationOf } from '../bots/bot-application.ts';
import type { BotConnection } from '../bots/bot-connection.ts';
import type { Audience } from '../events.ts';
import type { Failed } from '../result.ts';
import { toUserState } from './wire-values.ts';

/** Bytes of a line for accounts; the rest is for all else that an answer may hold. */
const MAX_USERS_BYTES = LIMITS.lineBytes - 16 * 1024;

/** What it is read from. */
export interface BotStateServices {
  accounts: Pick<Accounts, 'get' | 'list' | 'intentsOf'>;
  applications: Applications;
  authorizer: Pick<Authorizer, 'canSee'>;
  /** Why no token may leave now; null when one may. */
  whyShut(): Failed<'locked'> | null;
}

/** The accounts that the bot at the other end may see, as they stand now. */
export function usersOf(
  { accounts, applications, authorizer }: BotStateServices,
  connection: BotConnection,
): UserState[] {
  const own = applicationOf(connection, applications);
  const visible = accounts
    .list()
    .filter((account) => account.clientId === own && authorizer.canSee(connection, account));
  return visible.map((account) => toUserState(accounts, account));
}

/** One of them; null if it is gone, or none of the bot's business. */
export function userOf(
  { accounts, applications, authorizer }: BotStateServices,
  connection: BotConnection,
  userId: string,
): UserState | null {
  const clientId = applicationOf(connection, applications);
  const account = clientId === null ? null : accounts.get({ clientId, userId });
  return account && authorizer.canSee(connection, account) ? toUserState(accounts, account) : null;
}

/** Whether an event for these is for the bot at the other end. */
export function isFor(
  { applications }: Pick<BotStateServices, 'applications'>,
  connection: BotConnection,
  { keyId, clientId }: Audience,
): boolean {
  if (keyId !== null && keyId !== connection.bot.keyId) return false;
  return clientId === null || clientId === applicationOf(connection, applications);
}

/** The whole state, in parts if it doesn't fit into a line. */
export function stateOf(services: BotStateServices, connection: BotConnection): BotState[] {
  const locked = services.whyShut() !== null;
  const parts: BotState[] = [];
  for (let rest = usersOf(services, connection); ; rest = rest.slice(parts.at(-1)?.users.length)) {
    parts.push({ ...firstOf(rest), locked });
    if (!parts.at(-1)?.more) return parts;
  }
}

/** As many as fit into a line, at least one; `more` if others are left. */
export function firstOf<U extends { userId: string }>(users: readonly U[]): { users: U[]; more?: true } {
  let bytes = 0;
  const end = users.findIndex((user, index) => {
    bytes += Buffer.byteLength(JSON.stringify(user)) + 1;
    return index > 0 && bytes > MAX_USERS_BYTES;
  });
  return end < 0 ? { users: [...users] } : { users: users.slice(0, end), more: true };
}
