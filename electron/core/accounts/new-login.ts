/** A login before it is one of the vault's accounts. */
import { expiryOf } from '../twitch/answers.ts';
import type { TokenPair } from '../twitch/endpoints.ts';
import type { Account, HeldTokens, KeptState } from './account.ts';
import { UNUSED } from './refresh-token-use.ts';

/** Tokens nobody has sent to Twitch yet. */
export type NewTokens = Omit<HeldTokens, 'version' | 'use'>;

/** A login as it comes from Twitch, checked and ready to be kept. */
export interface AdoptedLogin {
  clientId: string;
  userId: string;
  login: string;
  tokens: NewTokens;
  /** When Twitch last confirmed the account's tokens. */
  validatedAt: number | null;
}

/** A login from a file, as it stood there. */
export interface ImportedLogin extends AdoptedLogin {
  tokens: HeldTokens;
  state: KeptState;
  trouble: string;
  validatedAt: number | null;
  /** True when nobody has these tokens but we, the file included. */
  onlyCopy: boolean;
}

/** An account that has no tokens in use yet. */
export function newAccount({ clientId, userId, login, tokens }: AdoptedLogin): Account {
  return {
    clientId,
    userId,
    login,
    tokens: { ...tokens, version: 0, use: UNUSED },
    former: [],
    state: 'ok',
    trouble: '',
    blocked: null,
    validatedAt: null,
    checkedAt: null,
    offlineSince: null,
    refreshedAt: null,
    refreshing: false,
    saved: false,
  };
}

/** A fresh pair as held tokens; scopes that the answer leaves out stay as they were. */
export function tokensFrom(pair: TokenPair, now: number, before: Pick<HeldTokens, 'scopes'>): NewTokens {
  return {
    access: pair.access,
    refresh: pair.refresh,
    scopes: pair.scopes ?? before.scopes,
    obtainedAt: now,
    expiresAt: expiryOf(pair.expiresIn, now),
  };
}
