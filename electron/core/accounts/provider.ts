/**
 * Answers the calls of Twurple's AuthProvider out of what the vault holds. It knows nothing of bots
 * and grants; whoever calls it has settled that.
 */
import { createHash } from 'node:crypto';
import { LIMITS } from '../../../shared/protocol.ts';
import type { Deps } from '../ports.ts';
import { bareTokenOver, type Result, success, unreachable } from '../result.ts';
import type { Secret } from '../secret.ts';
import { type Account, timeLeft } from './account.ts';
import { mayForce, mustBeChecked, planToken } from './refresh-policy.ts';
import { type Refresher, refusedBy } from './refresher.ts';
import type { Validator } from './validator.ts';

/** What Twurple's AuthProvider asks, for callers that may have the answer. */
export interface Provider {
  /** The account with an access token good for `minValidity` seconds, or for as long as can be had. */
  token(account: Account, minValidity: number): Promise<Result<Account>>;
  /** A new token whatever the old one is worth; at most one in ten seconds, then the one held. */
  forceRefresh(account: Account): Promise<Result<Account>>;
  /** For a bot whose token failed: a newer one if there is one, else Twitch decides whether it is dead. */
  replace(account: Account, rejected: string): Promise<Result<Account>>;
}

/** So long a bot waits for Twitch's word on a token that seems good, in milliseconds. */
const CHECK_MS = 4_000;

/** Answers from what is held, and has it refreshed or validated where that is not enough. */
export function createProvider(
  { clock, timers }: Pick<Deps, 'clock' | 'timers'>,
  refresher: Refresher,
  validator: Validator,
): Provider {
  /** It may have been disconnected since. No answer in time is none: what is held is served. */
  async function checked(account: Account): Promise<void> {
    let cancel = (): void => undefined;
    const inTime = new Promise<void>((resolve) => {
      cancel = timers.after(CHECK_MS, resolve);
    });
    await Promise.race([validator.validate(account), inTime]);
    cancel();
  }

  async function token(account: Account, minValidity: number): Promise<Result<Account>> {
    if (timeLeft(account.tokens, clock.now()) > 0 && mustBeChecked(account, clock.now()))
      await checked(account);
    const now = clock.now();
    // A refresh under way is joined, however the last one ended.
    const notBefore = refresher.pending(account) === null ? refresher.notBefore(account) : 0;
    switch (planToken(account, { minValidity, now, notBefore })) {
      case 'serve':
        return success(account);
      case 'over':
        return bareTokenOver(account.login);
      case 'refused':
        return refusedBy(account);
      case 'wait':
        return unreachable(null, notBefore - now);
      case 'refresh': {
        const refreshed = await refresher.refresh(account);
        const holds = timeLeft(account.tokens, clock.now()) > 0;
        return !refreshed.ok && holds ? success(account) : refreshed;
      }
    }
  }

  return {
    token,
    async forceRefresh(account) {
      const running = refresher.pending(account);
      if (running) return running;
      const now = clock.now();
      if (!mayForce(account, now)) return token(account, 0);
      account.refreshedAt = now;
      return refresher.refresh(account);
    },
    async replace(account, rejected) {
      const isOurs = hashOf(account.tokens.access) === rejected.toLowerCase();
      const isOver = timeLeft(account.tokens, clock.now()) === 0;
      return isOurs && !isOver ? validator.validate(account) : token(account, LIMITS.minValidity);
    },
  };
}

/** Hex SHA-256 of an access token: how a bot says which one failed without sending it back. */
function hashOf(access: Secret): string {
  return createHash('sha256').update(access.reveal()).digest('hex');
}
