/** Tokens that bots have in their hands: they work until they expire, whatever becomes of a permission. */
import { z } from 'zod';
import type { HeldTokenView } from '../../../shared/views.ts';
import type { Account } from '../accounts/account.ts';
import { type Grant, grantsOn, type Target } from './grants.ts';

/** The newest token a bot was given of an account. */
export const heldToken = z.object({
  clientId: z.string(),
  userId: z.string(),
  /** Of the account's tokens. */
  version: z.number(),
  /** Milliseconds since 1970; null when it never expires. */
  expiresAt: z.number().nullable(),
});
export type HeldToken = z.infer<typeof heldToken>;

interface Holder {
  holds: HeldToken[];
}

/** Remembers that the bot was given the account's token; what is over by `now` is forgotten. */
export function noteHeld(bot: Holder, { clientId, userId, tokens }: Account, now: number): void {
  const others = bot.holds.filter(
    (one) => (one.clientId !== clientId || one.userId !== userId) && lives(one, now),
  );
  const { version, expiresAt } = tokens;
  bot.holds = [...others, { clientId, userId, version, expiresAt }];
}

/** What it holds though no permission reaches it any more: its permissions are of `own`, the application its tokens are of. */
export function heldViews(
  bot: Holder & { grants: Grant[] },
  accounts: readonly Account[],
  targetOf: (account: Account) => Target,
  { own, now }: { own: string | null; now: number },
): HeldTokenView[] {
  return bot.holds.flatMap((held) => {
    const account = accounts.find((one) => one.clientId === held.clientId && one.userId === held.userId);
    if (account === undefined || !lives(held, now) || isEnded(held, account)) return [];
    if (held.clientId === own && grantsOn(bot, targetOf(account)).length > 0) return [];
    const { userId, clientId, expiresAt } = held;
    return [{ userId, clientId, login: account.login, expiresAt }];
  });
}

const lives = ({ expiresAt }: HeldToken, now: number): boolean => expiresAt === null || expiresAt > now;

/** After a rotation Twitch takes none of the old ones any more. */
const isEnded = ({ version }: HeldToken, { tokens, former }: Account): boolean =>
  version !== tokens.version && former.length === 0;
