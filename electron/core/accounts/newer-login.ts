/** A newer login of an account on the disk than the one in memory: another Castkey had the profile, or somebody changed the file. */
import type { Events } from '../events.ts';
import type { Deps } from '../ports.ts';
import { type Account, formerOf, timeLeft } from './account.ts';
import type { AccountStore } from './account-store.ts';

/** What taking it over works with. */
export interface NewerLoginServices {
  deps: Pick<Deps, 'clock' | 'log'>;
  events: Events;
  store: Pick<AccountStore, 'newer' | 'setNewerAside'>;
  /** Tells the streamer, once. */
  notice(text: string): void;
  changed(): void;
}

/** Takes a newer login over, whichever that is. Whoever calls it does so for one account at a time. */
export interface NewerLogin {
  /**
   * Looks at the disk. What is newer there is used from now on; where it can't be opened, the account isn't refreshed
   * any more (`blocked`), since its refresh token may be spent, and is tried again at the next look.
   */
  takeOver(account: Account): Promise<void>;
  /** Tokens have just come that are newer than all: what the disk has is kept beside. The highest version so far. */
  outrank(account: Account): Promise<number>;
}

/** Holds no state of its own. */
export function createNewerLogin(services: NewerLoginServices): NewerLogin {
  const { deps, events, store, notice, changed } = services;

  function adopt(account: Account, found: Account): void {
    const { login, tokens, state, trouble, validatedAt } = found;
    const former = formerOf({ tokens: account.tokens, former: found.former }, deps.clock.now());
    const fresh = { login, tokens, former, state, trouble, validatedAt, checkedAt: null };
    Object.assign(account, { ...fresh, blocked: null, saved: true, offlineSince: null });
    deps.log.warn('a newer login was on the disk', { userId: account.userId });
    notice(`A newer login of ${login} was found on the disk and is used now. Does another Castkey run?`);
    const { scopes: scope, expiresAt, version } = tokens;
    events.emit(
      {
        type: 'token.changed',
        userId: account.userId,
        scope,
        expiresAt,
        version,
        reason: 'replaced',
      },
      account,
    );
  }

  function block(account: Account): void {
    account.saved = false;
    if (account.blocked === 'superseded') return;
    Object.assign(account, {
      blocked: 'superseded',
      state: 'needs-sign-in',
      trouble: '',
      offlineSince: null,
    });
    deps.log.error('a newer login is on the disk and can not be opened', { userId: account.userId });
    if (timeLeft(account.tokens, deps.clock.now()) > 0) return; // bots go on with what still holds
    events.emit({ type: 'token.invalidated', userId: account.userId, reason: 'needs-sign-in' }, account);
  }

  async function outrank(account: Account): Promise<number> {
    const { version, moved } = await store.setNewerAside(account);
    if (moved) notice(`The stored login of ${account.login} had been changed; it was set aside.`);
    return version;
  }

  return {
    outrank,
    async takeOver(account) {
      const found = await store.newer(account);
      if (found.kind === 'login') adopt(account, found.account);
      else if (found.kind === 'shut') block(account);
      else {
        if (found.kind === 'foreign') await outrank(account);
        if (account.blocked === 'superseded') Object.assign(account, { blocked: null, state: 'ok' });
      }
      changed();
    },
  };
}
