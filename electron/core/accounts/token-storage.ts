/** Save before serve: nobody sees new tokens until the disk has them, or has refused them. */
import { LIMITS, type TokenChangeReason } from '../../../shared/protocol.ts';
import type { Events } from '../events.ts';
import type { Deps } from '../ports.ts';
import type { Secret } from '../secret.ts';
import { type Account, formerOf } from './account.ts';
import type { AccountStore } from './account-store.ts';
import type { LoginChoice } from './login-choice.ts';
import type { LoginTable } from './login-table.ts';
import { type AdoptedLogin, type ImportedLogin, newAccount } from './new-login.ts';
import type { NewerLogin } from './newer-login.ts';
import { nextUse } from './refresh-token-use.ts';

/** Puts new tokens on the disk and then to use. Whoever calls it does so for one account at a time. */
export interface TokenStorage {
  /** Adds the account, or gives a known one these tokens. What the disk refused is kept in memory, unsaved. */
  storeTokens(login: AdoptedLogin, reason: TokenChangeReason): Promise<Account>;
  /** Takes a login of a file if `choose` says so; `unsaved` when the disk refused. */
  importLogin(
    login: ImportedLogin,
    choose: (held: Account | null) => LoginChoice,
  ): Promise<LoginChoice | 'unsaved'>;
}

/** What the storage works with; `logins` are the logins in use. */
export interface TokenStorageServices {
  deps: Pick<Deps, 'clock'>;
  logins: LoginTable;
  events: Events;
  store: Pick<AccountStore, 'save'>;
  newerLogin: Pick<NewerLogin, 'outrank'>;
  changed(): void;
  /** The disk refused an account: it is to be written once more. */
  retryLater(account: Account): void;
}

/** Holds no state of its own. */
export function createTokenStorage(services: TokenStorageServices): TokenStorage {
  const { deps, logins, events, store, newerLogin, changed, retryLater } = services;

  async function storeTokens(login: AdoptedLogin, reason: TokenChangeReason): Promise<Account> {
    const held = logins.get(login);
    const account = held ?? newAccount(login);
    const former = held ? formerOf(held, deps.clock.now()) : [];
    const version = (await newerLogin.outrank(account)) + 1;
    const tokens = { ...login.tokens, version, use: nextUse(held?.tokens.use) };
    const { login: name, validatedAt } = login;
    const checkedAt = deps.clock.now();
    const good = { state: 'ok', trouble: '', blocked: null, offlineSince: null } as const;
    const fresh = { ...good, login: name, tokens, former, validatedAt, checkedAt };
    const saved = (await store.save({ ...account, ...fresh })) === 'saved';
    publish(account, { ...fresh, saved }, reason);
    return account;
  }

  /** From here on the tokens are in use. */
  function publish(
    account: Account,
    fresh: Partial<Account> & { saved: boolean },
    reason: TokenChangeReason,
  ): void {
    const isNew = logins.get(account) === null;
    const before = account.tokens.access;
    Object.assign(account, fresh);
    logins.add(account);
    if (!fresh.saved) retryLater(account);
    announce(events, account, { isNew, reason, before });
    changed();
  }

  async function importLogin(
    { onlyCopy, ...login }: ImportedLogin,
    choose: (held: Account | null) => LoginChoice,
  ): Promise<LoginChoice | 'unsaved'> {
    const held = logins.get(login);
    const choice = choose(held);
    if (choice !== 'take') return choice;
    const account = held ?? newAccount(login);
    // Above both: bots drop what looks older than what they have.
    const version = Math.max(await newerLogin.outrank(account), login.tokens.version) + 1;
    const former = held ? formerOf(held, deps.clock.now()) : [];
    const fresh = {
      ...login,
      tokens: { ...login.tokens, version },
      former,
      blocked: null,
      offlineSince: null,
      checkedAt: null,
    };
    const saved = (await store.save({ ...account, ...fresh })) === 'saved';
    if (!saved && !onlyCopy) return 'unsaved';
    publish(account, { ...fresh, saved }, 'replaced');
    return saved ? 'take' : 'unsaved';
  }

  return { storeTokens, importLogin };
}

/** How new tokens came. */
interface Arrival {
  isNew: boolean;
  reason: TokenChangeReason;
  /** The access token that was in force until now. */
  before: Secret;
}

function announce(events: Events, account: Account, { isNew, reason, before }: Arrival): void {
  const { userId, login, tokens, former } = account;
  if (isNew) return events.emit({ type: 'account.added', userId, login }, account);
  const { scopes: scope, expiresAt, version } = tokens;
  // While the token before lives on, nobody has to restart this very second.
  const livesOn = former.at(-1)?.access === before;
  const splay = livesOn ? { splayMs: LIMITS.splayMs } : {};
  events.emit({ type: 'token.changed', userId, scope, expiresAt, version, reason, ...splay }, account);
}
