/** Ends the tokens that bots hold, after a new one has been made. */
import type { Events } from '../events.ts';
import type { Clock } from '../ports.ts';
import { bareTokenNotRotated, type Result, rotationUnsaved, success } from '../result.ts';
import type { Secret } from '../secret.ts';
import type { Twitch } from '../twitch/endpoints.ts';
import { isEnded } from '../twitch/reply.ts';
import { type Account, formerOf } from './account.ts';
import type { Refresher } from './refresher.ts';
import type { Validator } from './validator.ts';

/** What came of a rotation. */
export interface Rotated {
  /** How many old tokens Twitch could not be told to end. */
  kept: number;
}

/** Exchanges an account's token for a new one and has Twitch end the old ones. */
export interface Rotation {
  /** The new pair is durable first; a refusal or a full disk leaves the old one as it was. */
  rotate(account: Account): Promise<Result<Rotated>>;
  /** Of a login that is gone from here: best effort, whether or not Twitch hears of it. */
  endAll(account: Account): void;
}

/** Bots hear of the new token as of any other, and once more when the old one is over. */
export function createRotation(
  { clock, events }: { clock: Clock; events: Events },
  twitch: Twitch,
  refresher: Refresher,
  validator: Validator,
): Rotation {
  const end = async (account: Account, token: Secret): Promise<boolean> =>
    isEnded(await twitch.revoke(account.clientId, token));

  /** Who had time until now to go over to the new token has none any more. */
  function announceEnd(account: Account): void {
    const { userId, tokens } = account;
    const { scopes: scope, expiresAt, version } = tokens;
    events.emit({ type: 'token.changed', userId, scope, expiresAt, version, reason: 'replaced' }, account);
  }

  async function endFormer(account: Account): Promise<Rotated> {
    const old = account.former;
    const ended = await Promise.all(old.map(({ access }) => end(account, access)));
    account.former = account.former.filter((token) => !old.includes(token) || !ended[old.indexOf(token)]);
    if (ended.includes(true)) announceEnd(account);
    return { kept: ended.filter((one) => !one).length };
  }

  return {
    endAll(account) {
      for (const { access } of formerOf(account, clock.now())) void end(account, access);
    },
    async rotate(account) {
      if (account.tokens.refresh === null) return bareTokenNotRotated();
      // Not held back by the limit on forced refreshes: a new token is the whole point.
      const refreshed = await refresher.refresh(account);
      if (!refreshed.ok) return refreshed;
      if (!account.saved) return rotationUnsaved();
      const rotated = await endFormer(account);
      // Whether ending an access token ends its login is not documented by Twitch, so it is asked.
      const checked = await validator.validate(account);
      const lost = !checked.ok && checked.error.code === 'needs-sign-in';
      return lost ? checked : success(rotated);
    },
  };
}
