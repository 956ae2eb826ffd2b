/** Tells a bot and the record that a permission is there no more, or is less than it was. */
import type { Accounts } from '../accounts/accounts.ts';
import type { Events } from '../events.ts';
import type { Bot } from './bot.ts';
import type { Bots } from './bots.ts';
import type { Grant } from './grants.ts';
import { loginOf } from './wants.ts';

/** Who is told of it. */
export interface GrantChangeServices {
  accounts: Pick<Accounts, 'find' | 'loginsOf'>;
  events: Pick<Events, 'emit'>;
}

/**
 * Open connections feel it at once: the bot drops the token it keeps, and its next request is looked at anew. `ended`: its time was
 * over.
 */
export function announceChange(
  { accounts, events }: GrantChangeServices,
  keyId: string,
  { userId, intent, app }: Grant,
  ended = false,
): void {
  const concerned = userId ?? (intent === null ? null : accounts.find({ userId, intent }));
  events.emit(
    {
      type: 'grant.revoked',
      ...(concerned && { userId: concerned }),
      ...(intent && { intent }),
      ...(app && { app: true as const }),
      ...(ended && { ended: true as const }),
    },
    { keyId },
  );
}

/** What a permission is on, in words for the record. */
export function grantTarget({ accounts }: Pick<GrantChangeServices, 'accounts'>, grant: Grant): string {
  if (grant.app) return 'the application’s own token';
  const userId = accounts.find(grant);
  if (userId !== null) return loginOf(accounts, userId);
  return grant.intent === null ? 'an account' : `the job ${grant.intent}`;
}

/** Whoever is signed in no more leaves no permission behind: she is asked anew when that person comes back. In memory; call `persist`. */
export function dropGrantsOn(
  { accounts, bots }: { accounts: Pick<Accounts, 'loginsOf'>; bots: Pick<Bots, 'list'> },
  userId: string,
): void {
  if (accounts.loginsOf(userId).length > 0) return;
  for (const bot of bots.list()) bot.grants = bot.grants.filter((grant) => grant.userId !== userId);
}

/** The same for the own token of an application that goes. */
export function dropAppGrants(services: GrantChangeServices, bots: readonly Bot[]): void {
  for (const bot of bots) {
    const gone = bot.grants.filter(({ app }) => app);
    bot.grants = bot.grants.filter(({ app }) => !app);
    for (const grant of gone) announceChange(services, bot.keyId, grant);
  }
}
