import {
  type AccountState,
  type AuthenticateResult,
  type BotState,
  type HelloResult,
  LIMITS,
  type StatusResult,
  type SubscribeResult,
  type UserState,
  type VaultFacts,
  type WireMethod,
  type WireMethods,
  type WireToken,
  type WireUser,
} from '../../../shared/protocol.ts';
import {
  base64url,
  count,
  type Decoder,
  flag,
  listOf,
  Malformed,
  oneOf,
  optional,
  orNull,
  plain,
  record,
  text,
  textOrNone,
} from './decode.ts';

const ACCOUNT_STATES: readonly AccountState[] = ['ok', 'offline', 'needs-sign-in', 'setup', 'expired'];

/** The last millisecond a JavaScript Date can hold (ECMA-262, time values). */
const LAST_DATE_MS = 8.64e15;

const plains = listOf(plain);

/** Reads a token; its times are checked so that the sums made of them are real dates. */
export const readToken: Decoder<WireToken> = (value, field) => {
  const given = record(value, field);
  const expiresIn = orNull(count)(given.expiresIn, `${field}.expiresIn`);
  const obtainmentTimestamp = count(given.obtainmentTimestamp, `${field}.obtainmentTimestamp`);
  if (obtainmentTimestamp + (expiresIn ?? 0) * 1000 > LAST_DATE_MS) {
    throw new Malformed(`${field} expires after the end of time`);
  }
  const userId = optional(plain)(given.userId, `${field}.userId`);
  return {
    accessToken: plain(given.accessToken, `${field}.accessToken`),
    refreshToken: null,
    scope: plains(given.scope, `${field}.scope`),
    expiresIn,
    obtainmentTimestamp,
    ...(userId === undefined ? {} : { userId }),
    clientId: plain(given.clientId, `${field}.clientId`),
    version: count(given.version, `${field}.version`),
  };
};

/** Reads a token that must say whose it is. */
const readUserToken: Decoder<WireToken> = (value, field) => {
  const token = readToken(value, field);
  if (token.userId === undefined) throw new Malformed(`${field}.userId should be a text`);
  return token;
};

const readUser: Decoder<WireUser> = (value, field) => {
  const given = record(value, field);
  return {
    userId: plain(given.userId, `${field}.userId`),
    login: plain(given.login, `${field}.login`),
    scope: plains(given.scope, `${field}.scope`),
    intents: listOf(text)(given.intents, `${field}.intents`),
  };
};

/** Reads all there is to know of an account. */
export const readUserState: Decoder<UserState> = (value, field) => {
  const given = record(value, field);
  const version = optional(count)(given.version, `${field}.version`);
  return {
    ...readUser(value, field),
    expiresAt: orNull(count)(given.expiresAt, `${field}.expiresAt`),
    state: oneOf(ACCOUNT_STATES)(given.state, `${field}.state`),
    ...(version === undefined ? {} : { version }),
  };
};

/** Whether there is more than this message holds. */
const readMore = (value: unknown, field: string): { more?: true } =>
  record(value, field).more === true ? { more: true } : {};

/** Reads the whole state, or one of its parts. */
export const readState: Decoder<BotState> = (value, field) => {
  const given = record(value, field);
  return {
    users: listOf(readUserState)(given.users, `${field}.users`),
    locked: flag(given.locked, `${field}.locked`),
    ...readMore(value, field),
  };
};

const readServer: Decoder<{ name: 'castkey'; version: string }> = (value, field) => {
  const given = record(value, field);
  return {
    name: oneOf(['castkey'])(given.name, `${field}.name`),
    version: text(given.version, `${field}.version`),
  };
};

const TWITCH_KINDS = ['real', 'stand-in'] as const;

const readHello: Decoder<HelloResult> = (value, field) => {
  const given = record(value, field);
  const proof = optional(text)(given.proof, `${field}.proof`);
  const twitch = optional(oneOf(TWITCH_KINDS))(given.twitch, `${field}.twitch`);
  return {
    protocol: count(given.protocol, `${field}.protocol`),
    server: readServer(given.server, `${field}.server`),
    nonce: base64url(LIMITS.nonceBytes.min, LIMITS.nonceBytes.max)(given.nonce, `${field}.nonce`),
    ...(proof === undefined ? {} : { proof }),
    paired: flag(given.paired, `${field}.paired`),
    ...(twitch === undefined ? {} : { twitch }),
  };
};

const readAuthenticated: Decoder<AuthenticateResult> = (value, field) => {
  const given = record(value, field);
  return {
    // Empty while the vault isn't set up yet.
    clientId: given.clientId === '' ? '' : plain(given.clientId, `${field}.clientId`),
    hasClientSecret: flag(given.hasClientSecret, `${field}.hasClientSecret`),
    users: listOf(readUser)(given.users, `${field}.users`),
    ...readMore(value, field),
  };
};

const readApplication: Decoder<NonNullable<StatusResult['application']>> = (value, field) => {
  const given = record(value, field);
  return {
    clientId: plain(given.clientId, `${field}.clientId`),
    kind: oneOf(['public', 'confidential'])(given.kind, `${field}.kind`),
  };
};

const readVaultFacts: Decoder<VaultFacts> = (value, field) => {
  const given = record(value, field);
  const standIn = optional(plain)(given.standIn, `${field}.standIn`);
  const protections = ['os', 'passphrase', 'none', 'weak'] as const;
  return {
    protection: oneOf(protections)(given.protection, `${field}.protection`),
    backend: textOrNone(given.backend, `${field}.backend`),
    app: orNull(oneOf(['public', 'confidential']))(given.app, `${field}.app`),
    twitch: oneOf(TWITCH_KINDS)(given.twitch, `${field}.twitch`),
    ...(standIn === undefined ? {} : { standIn }),
  };
};

const readStatus: Decoder<StatusResult> = (value, field) => {
  const given = record(value, field);
  const vault = optional(readVaultFacts)(given.vault, `${field}.vault`);
  return {
    server: readServer(given.server, `${field}.server`),
    ...(vault === undefined ? {} : { vault }),
    ...(given.application === undefined
      ? {}
      : { application: orNull(readApplication)(given.application, `${field}.application`) }),
    ...readState(value, field),
  };
};

/** What an older vault answers has a number alone. */
const readSubscription: Decoder<SubscribeResult> = (value, field) => {
  const given = record(value, field);
  const seq = count(given.seq, `${field}.seq`);
  return given.users === undefined ? { seq } : { seq, ...readState(value, field) };
};

/** How the result of each method is read; a method without a reader doesn't compile. */
export const RESULT_READERS: { [M in WireMethod]: Decoder<WireMethods[M]['result']> } = {
  hello: readHello,
  authenticate: readAuthenticated,
  pair: (value, field) => ({
    ...readAuthenticated(value, field),
    keyId: text(record(value, field).keyId, `${field}.keyId`),
    key: base64url(32, 32)(record(value, field).key, `${field}.key`),
  }),
  getAccessTokenForUser: orNull(readUserToken),
  getAccessTokenForIntent: orNull(readUserToken),
  getAnyAccessToken: readToken,
  getAppAccessToken: readToken,
  getCurrentScopesForUser: plains,
  refreshAccessTokenForUser: readUserToken,
  refreshAccessTokenForIntent: readUserToken,
  subscribe: readSubscription,
  status: readStatus,
};
