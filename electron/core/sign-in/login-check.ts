/** Whether what a sign-in brought may be kept: the right application, the right person, no scope lost. */
import { USER_ID } from '../accounts/account.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { type AdoptedLogin, tokensFrom } from '../accounts/new-login.ts';
import { missingScopes } from '../accounts/scope-sets.ts';
import type { TwitchApplication } from '../applications/application.ts';
import type { Deps } from '../ports.ts';
import type { TokenInfo, TokenPair, Twitch } from '../twitch/endpoints.ts';
import type { TwitchReply } from '../twitch/reply.ts';

/** What came of a sign-in. */
export type SignInResult =
  | { kind: 'good'; login: AdoptedLogin }
  | { kind: 'wrong-account'; userId: string; login: string }
  /** The account has scopes that the new token lacks; keeping it would take something away. */
  | { kind: 'narrower'; userId: string; login: string; lost: string[] }
  | { kind: 'unusable'; reason: string };

/** A pair in hand is precious (a device code works once), so its check is tried this often. */
const TRIES = 4;

/** What the check works with. */
export interface LoginCheckServices {
  deps: Pick<Deps, 'clock' | 'timers'>;
  accounts: Pick<Accounts, 'get'>;
  twitch: Twitch;
}
/**
 * A pair that has just been brought, by which application, and the ID of whoever had to sign in (null:
 * anybody).
 */
export interface NewLogin {
  app: TwitchApplication;
  pair: TokenPair;
  expected: string | null;
}

/** Asks Twitch whose tokens they are and compares. Stores nothing. */
export async function checkLogin(
  { deps, accounts, twitch }: LoginCheckServices,
  { app, pair, expected }: NewLogin,
): Promise<SignInResult> {
  const reply = await validateWithRetries(deps, twitch, pair);
  if (reply.kind !== 'ok') {
    return { kind: 'unusable', reason: 'Twitch could not confirm the new sign-in. Please try again.' };
  }
  const { clientId, userId, login, expiresIn } = reply.value;
  if (clientId !== app.clientId || !USER_ID.safeParse(userId).success || userId === null) {
    return { kind: 'unusable', reason: 'Twitch answered for another application. Nothing was kept.' };
  }
  const name = login ?? userId;
  if (expected !== null && userId !== expected) {
    return { kind: 'wrong-account', userId, login: name };
  }
  const scopes = reply.value.scopes ?? pair.scopes ?? [];
  const held = accounts.get({ clientId, userId })?.tokens;
  const lost = missingScopes(held?.scopes ?? [], scopes);
  if (lost.length > 0) return { kind: 'narrower', userId, login: name, lost };
  const whole = { ...pair, scopes, expiresIn: pair.expiresIn ?? expiresIn };
  const now = deps.clock.now();
  const tokens = tokensFrom(whole, now, { scopes });
  return { kind: 'good', login: { clientId, userId, login: name, tokens, validatedAt: now } };
}

/** Twitch’s word on a pair, asked for several times if it must be: the answer is worth the wait. */
export async function validateWithRetries(
  deps: Pick<Deps, 'timers'>,
  twitch: Twitch,
  pair: TokenPair,
): Promise<TwitchReply<TokenInfo>> {
  let reply = await twitch.validate(pair.access);
  for (let tried = 1; tried < TRIES && reply.kind === 'transient'; tried += 1) {
    await new Promise<void>((resolve) => deps.timers.after(tried * 1_000, resolve));
    reply = await twitch.validate(pair.access);
  }
  return reply;
}
