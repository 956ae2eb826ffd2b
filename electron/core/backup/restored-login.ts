/** A login that was just restored: asked about before anything else is done with it, and made this computer's own. */
import type { Account } from '../accounts/account.ts';
import { bad, good, type ReportLine } from '../report.ts';
import type { Services } from '../services.ts';

/**
 * The sentence on it. Where Twitch says that it holds, it is renewed at once, so that what the other computer has is
 * used up rather than this; where it doesn't, its refresh token is left alone.
 */
export async function settleRestored(
  { validator }: Pick<Services, 'validator'>,
  account: Account,
): Promise<ReportLine> {
  const checked = await validator.validate(account);
  const { login, tokens } = account;
  if (tokens.use.parked !== null) return bad(`${login} was taken over, ${PARKED[tokens.use.parked]}`);
  if (checked.ok) return good(`${login} was taken over. Twitch has confirmed it.`);
  return checked.error.code === 'twitch-unreachable'
    ? good(`${login} was taken over. Castkey asks Twitch about it as soon as it can.`)
    : bad(`${login} was taken over, but Twitch refuses it now. Sign in again.`);
}

const USED =
  'but it has been renewed on the other computer since, or was disconnected at Twitch. Sign in again here.';
const UNTOLD =
  'but it has run out, and nobody can tell whether the other computer has renewed it since. Sign in again, or choose “Try anyway” in its account if Castkey there has not run since this backup was made.';
const PARKED = { used: USED, lost: USED, untold: UNTOLD, refused: UNTOLD } as const;
