/**
 * Twitch's word on a login from a file, before it replaces one that works here. Only `/validate` is asked: that
 * uses nothing up, while a refresh token of a public application works once.
 */
import type { Account } from '../accounts/account.ts';
import { isWorking, type OtherLogin } from '../accounts/login-choice.ts';
import { expiryOf, type Lifetime } from '../twitch/answers.ts';
import type { TokenInfo, Twitch } from '../twitch/endpoints.ts';

/** Two answers of Twitch to be compared were given so far apart, in seconds, at most. */
const TOLERANCE_S = 10;

/** Why a login was not taken before it was even compared. */
export type NotConfirmed =
  /** Twitch can't be asked just now. */
  | 'unreachable'
  /** Its access token is over; whether it can be renewed would have to be tried, which may use it up. */
  | 'over'
  /** Twitch says that it is somebody else's, or another application's. */
  | 'foreign';

/** What may be compared with the login here. */
export interface AskedLogin {
  account: Account;
  comparison: OtherLogin;
}

/**
 * A login of a backup, as Twitch says it is. Where the one here works, only what Twitch confirms is compared;
 * else whatever there is: nothing that works is lost by it.
 */
export async function askAbout(
  twitch: Pick<Twitch, 'validate'>,
  brought: Account,
  held: Account,
  now: number,
): Promise<AskedLogin | NotConfirmed> {
  const asItIs = { account: brought, comparison: { tokens: brought.tokens, confirmed: false, newer: null } };
  const reply = await twitch.validate(brought.tokens.access);
  if (reply.kind !== 'ok') {
    if (!isWorking(held)) return asItIs;
    return reply.kind === 'rejected' ? 'over' : 'unreachable';
  }
  const info = reply.value;
  if (info.userId !== brought.userId || info.clientId !== brought.clientId) return 'foreign';
  const account = confirmedAs(brought, info, now);
  const newer = isWorking(held) ? await isNewerAtTwitch(twitch, info.expiresIn, held) : null;
  return newer === 'unreachable'
    ? newer
    : { account, comparison: { tokens: account.tokens, confirmed: true, newer } };
}

/**
 * Whether a token that lives for so many more seconds was made after the one held. All of an application live
 * equally long, so the one that ends later was made later, whatever any clock here or elsewhere says.
 */
export async function isNewerAtTwitch(
  twitch: Pick<Twitch, 'validate'>,
  expiresIn: Lifetime,
  { tokens }: Pick<Account, 'tokens'>,
): Promise<boolean | 'unreachable'> {
  const reply = await twitch.validate(tokens.access);
  if (reply.kind === 'rejected') return true;
  if (reply.kind !== 'ok') return 'unreachable';
  if (expiresIn === undefined) return false;
  const ends = (seconds: Lifetime): number => seconds ?? Number.POSITIVE_INFINITY;
  return ends(expiresIn) > ends(reply.value.expiresIn) + TOLERANCE_S;
}

function confirmedAs(brought: Account, { login, scopes, expiresIn }: TokenInfo, now: number): Account {
  return {
    ...brought,
    login: login ?? brought.login,
    tokens: {
      ...brought.tokens,
      scopes: scopes ?? brought.tokens.scopes,
      expiresAt: expiryOf(expiresIn, now),
    },
    ...{ state: 'ok', trouble: '', validatedAt: now },
  };
}
