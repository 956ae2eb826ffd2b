/**
 * The wire protocol between the vault and local programs, version 1: JSON-RPC 2.0, one message a
 * line. docs/protocol.md tells the same in words. Both ends import their types from here.
 */
import type { SubscribeResult, UserState, WireUser } from './protocol-events.ts';

export type {
  AccountState,
  BotState,
  SubscribeResult,
  TokenChangeReason,
  UserState,
  WireEvent,
  WireEventBody,
  WireUser,
} from './protocol-events.ts';

/** The only protocol version there is; `hello` with another one is refused. */
export const PROTOCOL_VERSION = 1;

/** What either side may rely on; beyond a limit the vault answers `busy` or `too-large`. */
export const LIMITS = {
  /** Bytes of one line, its newline included. */
  lineBytes: 64 * 1024,
  connections: 128,
  connectionsPerBot: 16,
  requestsInFlight: 256,
  /** Events kept for a subscriber that reads slowly; then one `overflow`. */
  eventQueue: 256,
  /** Milliseconds for `hello`, and again for `authenticate` or `pair`. */
  handshakeMs: 10_000,
  nonceBytes: { min: 16, max: 64 },
  /** Accounts and intents that one pairing may ask for. */
  wants: 20,
  /** Milliseconds a request waits for people. */
  timeoutMs: { default: 120_000, max: 600_000 },
  /** Seconds a token handed out is good for at least, while Twitch can be reached. */
  minValidity: 60,
  /** Milliseconds between two forced refreshes of one account. */
  forcedRefreshMs: 10_000,
  /** Milliseconds within which the programs that restart for one new token do so, one after the other. */
  splayMs: 20_000,
  /**
   * Lines of a bot, all its connections together: so many at once, then so many a second; what comes
   * faster waits unread. Who for `slowedMs` sends on without waiting for answers is refused for `refusedMs`.
   */
  lines: { burst: 60_000, perSecond: 2_000, slowedMs: 30_000, refusedMs: 60_000 },
  /** Questions of one bot, or of one program that is not paired, that wait for the streamer. */
  questions: 6,
  /** Pairings of one program that she refused or left unanswered within `withinMs`; then she isn't asked. */
  pairings: { refused: 8, withinMs: 600_000 },
  /** The same of all programs that are not paired, together. */
  allPairings: { refused: 24, withinMs: 600_000 },
  /** Windows of one paired bot that came to nothing within `withinMs`; then she isn't asked for it. */
  refusals: { refused: 10, withinMs: 600_000 },
} as const;

/** A user is given by its numeric ID at Twitch, as text: names change hands. */
export const USER_ID_FORM = /^\d{1,20}$/;
/** Twitch's logins; the real ones are shorter and in small letters. */
export const LOGIN_FORM = /^\w{1,50}$/;
/**
 * A token, and whatever else goes into a header or onto a terminal as it is: printable ASCII without a space
 * (Twitch's have letters and digits). A line break would begin a header of its own (CWE-113), an escape command
 * the terminal.
 */
export const TOKEN_FORM = /^[\x21-\x7e]{1,1024}$/;

/** Texts that the proofs of the handshake are computed over, ahead of both nonces. */
export const PROOF_PREFIX = { server: 'castkey1:server:', client: 'castkey1:client:' } as const;

/** Every reason the vault gives for not answering: `error.data.code`, a closed list. */
export const WIRE_ERROR_CODES = [
  'not-paired',
  'bad-proof',
  'denied',
  'approval-timeout',
  'consent-denied',
  'consent-timeout',
  'wrong-account',
  'scope-missing',
  'unknown-user',
  'unknown-intent',
  'needs-sign-in',
  'setup',
  'locked',
  'twitch-unreachable',
  'twitch-rejected',
  'rate-limited',
  'no-app-token',
  'bad-request',
  'too-large',
  'unsupported-protocol',
  'busy',
  'shutting-down',
  'internal',
] as const;
export type WireErrorCode = (typeof WIRE_ERROR_CODES)[number];

/** JSON-RPC's own numbers; everything that is Castkey's goes by -32000 and a code. */
export const RPC_ERROR = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  castkey: -32000,
} as const;

/** What Castkey adds to JSON-RPC's error. */
export interface WireErrorData {
  code: WireErrorCode;
  /** True when the same request may succeed later without anybody doing something. */
  retryable: boolean;
  retryAfterMs?: number;
  /** With `scope-missing`: the scopes the account lacks. */
  missing?: string[];
  /** In a sentence, why nobody was asked by a window although the request allowed one. */
  hint?: string;
}

/** An AND of ORs: of each inner list the account needs one scope (Twurple's scope sets). */
export type ScopeSets = string[][];

/** The first message on a connection. */
export interface HelloParams {
  protocol: number;
  client: { name: string; version?: string };
  /** ID of the pairing key this bot has; absent before its first pairing. */
  keyId?: string;
  /** 16 to 64 random bytes, base64url without padding. */
  nonce: string;
  /**
   * The Twitch application the bot is made for, by its client ID: one that the vault knows, or one the bot brings,
   * which the streamer is asked about. Absent: the one the bot was paired with, else the vault's default.
   */
  twitchClientId?: string;
}
/** The vault's answer, with its own nonce. */
export interface HelloResult {
  protocol: number;
  server: { name: 'castkey'; version: string };
  nonce: string;
  /** Present when `keyId` is known: the vault proves itself first. */
  proof?: string;
  paired: boolean;
  /** Which Twitch the vault works with, so that a stranger doesn't look at another. Absent from older vaults. */
  twitch?: TwitchKind;
}

/** The real Twitch, or a stand-in on this computer such as the sandbox. */
export type TwitchKind = 'real' | 'stand-in';

/** `proof` is over both nonces, with the pairing key. */
export interface AuthenticateParams {
  proof: string;
}
/** What a bot learns once it has proved who it is: nothing beyond its grants. */
export interface AuthenticateResult {
  clientId: string;
  hasClientSecret: boolean;
  users: WireUser[];
  /** `users` are the first of more than fit into a line; `subscribe` gives all. */
  more?: true;
}
/**
 * What a bot would like to use: exactly one of an account, an intent, and the application's own token (`app`). `scopes` are
 * those it needs, `optional` those it can do without.
 */
export interface Want {
  user?: string;
  intent?: string;
  app?: true;
  scopes?: ScopeSets;
  optional?: ScopeSets;
}
export interface PairParams extends InteractionParams {
  reason?: string;
  wants?: Want[];
  /** The key is for another program, as `castkey pair` asks for it: the first one that uses it is taken to be the bot. */
  introduces?: boolean;
}
export interface PairResult extends AuthenticateResult {
  keyId: string;
  /** 32 random bytes, base64url; the bot keeps them in a file of mode 0600. */
  key: string;
}

/**
 * How the streamer may be asked for a request: by a window (`allow`, the default), by a notification that waits for her
 * (`notify`), or not at all (`never`). While she is live `allow` counts as `notify`.
 */
export const INTERACTIVE = ['allow', 'notify', 'never'] as const;
export type Interactive = (typeof INTERACTIVE)[number];

interface InteractionParams {
  interactive?: Interactive;
  /** How long the request waits for people. */
  timeoutMs?: number;
}
interface WaitingParams extends InteractionParams {
  scopeSets?: ScopeSets;
  /** Seconds. */
  minValidity?: number;
}
/** A token of the account with this ID. */
export interface TokenForUserParams extends WaitingParams {
  user: string;
}
/** A token of whoever has this intent. */
export interface TokenForIntentParams extends WaitingParams {
  intent: string;
}
/** Any token will do; that of `user` if possible. */
export interface AnyTokenParams {
  user?: string;
}
/** The token of the Twitch application itself. */
export interface AppTokenParams extends InteractionParams {
  forceNew?: boolean;
}
/** The account by its numeric user ID. */
export interface UserParams {
  user: string;
}
/** For a bot whose token failed. */
export interface RefreshForUserParams extends InteractionParams {
  user: string;
  /** Hex SHA-256 of the access token that failed. */
  rejected?: string;
}
/** The same, by intent. */
export interface RefreshForIntentParams extends InteractionParams {
  intent: string;
  rejected?: string;
}

/** An access token as bots get it: Twurple's AccessToken, plus whose and which it is. */
export interface WireToken {
  accessToken: string;
  /** Always null: refresh tokens stay in the vault. */
  refreshToken: null;
  scope: string[];
  /** Seconds from `obtainmentTimestamp`; null means it never expires. */
  expiresIn: number | null;
  /** Milliseconds since 1970. */
  obtainmentTimestamp: number;
  userId?: string;
  clientId: string;
  /** Rises with each new token of the account. */
  version: number;
}

/** How the vault is set up, in words a bot's author can act on; nothing secret, nothing of an account. */
export interface VaultFacts {
  /** What logins rest on: `os` and `passphrase` last, `weak` and `none` mean in memory only. */
  protection: 'os' | 'passphrase' | 'none' | 'weak';
  /** The keychain's name as the system gives it, such as `gnome_libsecret`. */
  backend: string;
  /** Kind of the Twitch application; null while none is set. */
  app: 'public' | 'confidential' | null;
  twitch: TwitchKind;
  /** URL of the stand-in, such as that of the built-in sandbox; absent with the real Twitch. */
  standIn?: string;
}

/** How the vault and the accounts this bot may see stand. */
export interface StatusResult {
  server: { name: 'castkey'; version: string };
  locked: boolean;
  /** Absent from vaults older than this field. */
  vault?: VaultFacts;
  /** The Twitch application this connection is for; null while there is none. Absent from older vaults. */
  application?: { clientId: string; kind: 'public' | 'confidential' } | null;
  users: UserState[];
  /** More users than fit into a line: ask again with `after`, the ID of the last one. */
  more?: true;
}
/** `after`: only users behind this one, where an answer before said `more`. */
export interface StatusParams {
  after?: string;
}

/** Every method a client may call, with what it takes and gives. */
export interface WireMethods {
  hello: { params: HelloParams; result: HelloResult };
  authenticate: { params: AuthenticateParams; result: AuthenticateResult };
  pair: { params: PairParams; result: PairResult };
  getAccessTokenForUser: { params: TokenForUserParams; result: WireToken | null };
  getAccessTokenForIntent: { params: TokenForIntentParams; result: WireToken | null };
  getAnyAccessToken: { params: AnyTokenParams; result: WireToken };
  getAppAccessToken: { params: AppTokenParams; result: WireToken };
  getCurrentScopesForUser: { params: UserParams; result: string[] };
  refreshAccessTokenForUser: { params: RefreshForUserParams; result: WireToken };
  refreshAccessTokenForIntent: { params: RefreshForIntentParams; result: WireToken };
  subscribe: { params: Record<string, never>; result: SubscribeResult };
  status: { params: StatusParams; result: StatusResult };
}
export type WireMethod = keyof WireMethods;
