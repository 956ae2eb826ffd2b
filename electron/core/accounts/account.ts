/** One Twitch login as the vault holds it, and what can be read off it. Pure. */
import { z } from 'zod';
import { parseJson } from '../../../shared/parse-json.ts';
import { type AccountState, LOGIN_FORM, TOKEN_FORM, USER_ID_FORM } from '../../../shared/protocol.ts';
import { Secret } from '../secret.ts';
import { assumedUse, type RefreshTokenUse, refreshTokenUse } from './refresh-token-use.ts';

/** A pair of tokens in force. */
export interface HeldTokens {
  access: Secret;
  /** Null for a bare access token, which can't be refreshed. */
  refresh: Secret | null;
  scopes: string[];
  /** Milliseconds since 1970. */
  obtainedAt: number;
  /** Milliseconds since 1970; null when it never expires. */
  expiresAt: number | null;
  /** Rises with each new pair of the account. */
  version: number;
  /** What is known of the refresh token; of no meaning where there is none. */
  use: RefreshTokenUse;
}

/** An access token that was replaced and may still be good: Twitch ends none when it makes the next. */
export interface FormerToken {
  access: Secret;
  /** Milliseconds since 1970; null when it never expires. */
  expiresAt: number | null;
}

/** `offline` is not kept: it is what `ok` looks like while Twitch can't be reached. */
export type KeptState = Exclude<AccountState, 'offline'>;

/** A login in memory. Its fields change as Twitch answers; its identity is (client ID, user ID). */
export interface Account {
  readonly clientId: string;
  readonly userId: string;
  login: string;
  tokens: HeldTokens;
  /** Newest last. Bots may still hold them, so rotation and removal end them, too. */
  former: FormerToken[];
  state: KeptState;
  /** Why Twitch refuses it, in Twitch's words; empty while it doesn't. */
  trouble: string;
  /**
   * Why it isn't refreshed although it could be; not kept. `superseded`: the disk has a newer login of it that can't
   * be opened, so the refresh token here may be spent. `foreign`: Twitch says that its token is another person's.
   */
  blocked: 'superseded' | 'foreign' | null;
  validatedAt: number | null;
  /** When Twitch was last asked about these tokens, or gave them out, in this run; null: not yet. Not kept. */
  checkedAt: number | null;
  /** Since when Twitch can't be reached for it; null while it can. */
  offlineSince: number | null;
  /** What keeps Castkey from Twitch, in sentences, where that is known; only meant while it is out of reach. */
  offlineBlame?: string | undefined;
  /** When a refresh was last forced or last succeeded: bots that force in a loop get what is held. */
  refreshedAt: number | null;
  refreshing: boolean;
  /** False while the newest tokens are not on disk yet. */
  saved: boolean;
}

/** What makes a login: one person has one with each application. */
export type LoginId = Pick<Account, 'clientId' | 'userId'>;

/** Tells one login from another. */
export function loginKey({ clientId, userId }: LoginId): string {
  return `${clientId}-${userId}`;
}

/** Twitch's user IDs: digits, as text. */
export const USER_ID = z.string().regex(USER_ID_FORM);
const LOGIN = z.string().regex(LOGIN_FORM);

/** What is sealed: the only form in which tokens reach the disk. */
const sealedTokens = z.object({
  access: z.string().min(1),
  refresh: z.string().min(1).nullable(),
  /** Older records have none. */
  former: z.array(z.object({ access: z.string().min(1), expiresAt: z.number().nullable() })).default([]),
  /** Whose they are, so that a copy under another account's name isn't taken for its login. 0.1 knew no such thing. */
  of: z.object({ clientId: z.string(), userId: z.string(), tokenVersion: z.number() }).optional(),
});
const knownRecord = z.object({
  /** 1 is Castkey 0.1’s, which holds logins of one application only and leaves those of newer versions alone. */
  version: z.union([z.literal(1), z.literal(2)]),
  clientId: z.string(),
  userId: USER_ID,
  login: LOGIN,
  scopes: z.array(z.string()),
  obtainedAt: z.number(),
  expiresAt: z.number().nullable(),
  tokenVersion: z.number().int().nonnegative(),
  state: z.enum(['ok', 'needs-sign-in', 'setup', 'expired']),
  trouble: z.string(),
  validatedAt: z.number().nullable(),
  /** Older records have none. */
  use: refreshTokenUse.optional(),
  sealed: z.string().min(1),
});
/** An account on disk: readable facts, and its tokens sealed. */
export type AccountRecord = z.infer<typeof knownRecord>;

/** Null for anything that isn't a record of a version this program knows. */
export function parseRecord(value: unknown): AccountRecord | null {
  const parsed = knownRecord.safeParse(value);
  return parsed.success ? parsed.data : null;
}

/** True for a record of a version that only a newer Castkey knows. */
export function isNewerRecord(value: unknown): boolean {
  return z.object({ version: z.number().int().min(3) }).safeParse(value).success;
}

/** Whether what is on disk is a newer login than these tokens, or of a version that only a newer Castkey reads. */
export function supersedes(found: unknown, { version, obtainedAt }: HeldTokens): boolean {
  const record = parseRecord(found);
  if (record === null) return isNewerRecord(found);
  if (record.tokenVersion !== version) return record.tokenVersion > version;
  return record.obtainedAt > obtainedAt; // two have counted on from the same login
}

/** The plain text that the secret box seals. */
export function tokensToSeal(account: Pick<Account, 'clientId' | 'userId' | 'tokens' | 'former'>): string {
  const { clientId, userId, tokens, former } = account;
  return JSON.stringify({
    access: tokens.access.reveal(),
    refresh: tokens.refresh?.reveal() ?? null,
    former: former.map(({ access, expiresAt }) => ({ access: access.reveal(), expiresAt })),
    of: { clientId, userId, tokenVersion: tokens.version },
  });
}

/** What is written for an account; `sealed` holds its tokens. */
export function toRecord(account: Account, sealed: string): AccountRecord {
  const { clientId, userId, login, tokens, state, trouble, validatedAt } = account;
  return {
    version: 2,
    clientId,
    userId,
    login,
    scopes: tokens.scopes,
    obtainedAt: tokens.obtainedAt,
    expiresAt: tokens.expiresAt,
    tokenVersion: tokens.version,
    state,
    trouble,
    validatedAt,
    use: tokens.use,
    sealed,
  };
}

/** Null when what was sealed isn't a pair of tokens, or not this account's. */
export function fromRecord(record: AccountRecord, plain: string): Account | null {
  const parsed = sealedTokens.safeParse(parseJson(plain));
  if (!parsed.success) return null;
  const { access, refresh, former, of } = parsed.data;
  if (of !== undefined && !isOf(record, of)) return null;
  return {
    clientId: record.clientId,
    userId: record.userId,
    login: record.login,
    tokens: {
      access: new Secret(access),
      refresh: refresh === null ? null : new Secret(refresh),
      scopes: record.scopes,
      // Castkey 0.1 took times of imported files as they were.
      obtainedAt: isTokenTime(record.obtainedAt)
        ? record.obtainedAt
        : (record.validatedAt ?? record.obtainedAt),
      expiresAt: record.expiresAt,
      version: record.tokenVersion,
      use: record.use ?? assumedUse(record.state),
    },
    former: former.map((token) => ({ ...token, access: new Secret(token.access) })),
    state: record.state,
    trouble: record.trouble,
    blocked: null,
    validatedAt: record.validatedAt,
    checkedAt: null,
    offlineSince: null,
    refreshedAt: null,
    refreshing: false,
    saved: true,
  };
}

type Owner = Pick<AccountRecord, 'clientId' | 'userId' | 'tokenVersion'>;

function isOf(record: Owner, of: Owner): boolean {
  return (
    record.clientId === of.clientId && record.userId === of.userId && record.tokenVersion === of.tokenVersion
  );
}

/** When Twitch began, in milliseconds since 1970. */
const TWITCH_BEGAN = Date.UTC(2011, 5);

/** Whether a token can have been given out then: files of other programs have 0, seconds, or nothing of sense. */
export function isTokenTime(ms: number): boolean {
  return ms >= TWITCH_BEGAN && ms <= 8.64e15;
}

/** Milliseconds the access token is good for; Infinity when it never expires, 0 when it is over. */
export function timeLeft(tokens: HeldTokens, now: number): number {
  return tokens.expiresAt === null ? Number.POSITIVE_INFINITY : Math.max(0, tokens.expiresAt - now);
}

/** Twitch keeps no more live tokens than these of one person and application. */
const MAX_FORMER = 50;

/** What may still be good of an account's tokens once the ones in force are replaced. */
export function formerOf({ tokens, former }: Pick<Account, 'tokens' | 'former'>, now: number): FormerToken[] {
  const { access, expiresAt } = tokens;
  const live = [...former, { access, expiresAt }].filter((token) => (token.expiresAt ?? now + 1) > now);
  return live.slice(-MAX_FORMER);
}

/** The name of a person with these logins; she may have renamed herself: the login Twitch confirmed last knows. Null for none. */
export function currentName(logins: readonly Account[]): string | null {
  const known = ({ validatedAt, tokens }: Account): number => validatedAt ?? tokens.obtainedAt;
  const [first, ...others] = logins;
  if (first === undefined) return null;
  return others.reduce((newest, one) => (known(one) > known(newest) ? one : newest), first).login;
}

/** How it stands now, `offline` included. */
export function stateOf(account: Account): AccountState {
  return account.state === 'ok' && account.offlineSince !== null ? 'offline' : account.state;
}

/** Whether nothing in a login would do harm in a header or on a terminal: for logins from files of anybody. */
export function isPresentable({ tokens, former }: Pick<Account, 'tokens' | 'former'>): boolean {
  const secrets = [
    tokens.access,
    ...(tokens.refresh ? [tokens.refresh] : []),
    ...former.map((one) => one.access),
  ];
  return [...tokens.scopes, ...secrets.map((one) => one.reveal())].every((text) => TOKEN_FORM.test(text));
}
