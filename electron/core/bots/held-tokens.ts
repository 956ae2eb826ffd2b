/** Tokens that bots have in their hands: they work until they expire, whatever becomes of a permission. */
import { z } from 'zod';
import type { HeldTokenView } from '../../../shared/views.ts';
import type { Account } from '../accounts/account.ts';
import type { AppTokenReference } from '../applications/app-token.ts';
import { type Grant, grantsOn, isOnApp, type Target } from './grants.ts';

/** A token a bot was given: the newest of an account, or one of an application itself. */
export const heldToken = z.object({
  clientId: z.string(),
  /** Null for the application's own. */
  userId: z.string().nullable(),
  /** Of the account's tokens, or of the application's. */
  version: z.number(),
  /** Milliseconds since 1970; null when it never expires. */
  expiresAt: z.number().nullable(),
});
export type HeldToken = z.infer<typeof heldToken>;

interface Holder {
  holds: HeldToken[];
}

/** So many of one application's own tokens are remembered of a bot, which may force a new one every ten seconds. */
const MAX_OF_APPLICATION = 5;

/**
 * Remembers that the bot was given the token; what is over by `now` is forgotten. An account's former tokens are ended with the new
 * one; an application's live on, and are remembered beside it.
 */
export function noteHeld(bot: Holder, token: HeldToken, now: number): void {
  const isAlike = ({ clientId, userId }: HeldToken): boolean =>
    clientId === token.clientId && userId === token.userId;
  const alive = bot.holds.filter((one) => lives(one, now));
  const former = token.userId === null ? alive.filter(isAlike) : [];
  const others = former.filter(({ version }) => version !== token.version).slice(1 - MAX_OF_APPLICATION);
  bot.holds = [...alive.filter((one) => !isAlike(one)), ...others, token];
}

/** As a bot holds it. */
export function asHeld({ clientId, userId, tokens }: Account): HeldToken {
  return { clientId, userId, version: tokens.version, expiresAt: tokens.expiresAt };
}

/** Forgets own tokens of an application that Twitch has ended. In memory; call `persist`. */
export function forgetHeld(bots: readonly Holder[], clientId: string, ended: readonly number[]): void {
  for (const bot of bots)
    bot.holds = bot.holds.filter(
      (one) => one.userId !== null || one.clientId !== clientId || !ended.includes(one.version),
    );
}

/** What is known of tokens besides what a bot holds: `own` is the application its permissions are of. */
export interface HeldContext {
  accounts: readonly Account[];
  own: string | null;
  now: number;
  targetOf(account: Account): Target;
  nameOf(clientId: string): string;
  /** Whether an application's own token is still here, so that it can be ended. */
  has(token: AppTokenReference): boolean;
}

/** What it holds though no permission reaches it any more. */
export function heldViews(bot: Holder & { grants: Grant[] }, known: HeldContext): HeldTokenView[] {
  const living = bot.holds.filter((one) => lives(one, known.now));
  return [...living.flatMap((held) => ofAccount(bot, held, known)), ...ofApplications(bot, living, known)];
}

function ofAccount(bot: { grants: Grant[] }, held: HeldToken, known: HeldContext): HeldTokenView[] {
  const { clientId, userId, expiresAt } = held;
  const account = known.accounts.find((one) => one.clientId === clientId && one.userId === userId);
  if (account === undefined || isRotated(held, account)) return [];
  if (clientId === known.own && grantsOn(bot, known.targetOf(account)).length > 0) return [];
  return [
    { userId, clientId, login: account.login, application: known.nameOf(clientId), expiresAt, endable: true },
  ];
}

/** Of each application one line for what can be ended, and one for what can't be any more: the one that lives longest. */
function ofApplications(
  bot: { grants: Grant[] },
  living: readonly HeldToken[],
  known: HeldContext,
): HeldTokenView[] {
  const views = new Map<string, HeldTokenView>();
  for (const { clientId, userId, version, expiresAt } of living) {
    if (userId !== null || (clientId === known.own && bot.grants.some(isOnApp))) continue;
    const endable = known.has({ clientId, version });
    const key = `${clientId} ${endable}`;
    const view = { userId, clientId, login: null, application: known.nameOf(clientId), expiresAt, endable };
    const longest = views.get(key);
    if (longest === undefined || endOf(longest) < endOf(view)) views.set(key, view);
  }
  return [...views.values()];
}

const endOf = ({ expiresAt }: { expiresAt: number | null }): number => expiresAt ?? Number.POSITIVE_INFINITY;

const lives = (held: HeldToken, now: number): boolean => endOf(held) > now;

/** After a rotation Twitch takes none of the old ones any more. */
const isRotated = ({ version }: HeldToken, { tokens, former }: Account): boolean =>
  version !== tokens.version && former.length === 0;
