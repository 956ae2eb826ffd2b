import type {
  Interactive,
  StatusResult,
  UserState,
  WireEventBody,
  WireToken,
  WireUser,
} from '../../../shared/protocol.ts';
import type { CastkeyError } from './errors.ts';
import type { UserIdResolvable } from './user-id.ts';

/**
 * What a bot would like to use: an account (by numeric ID), an intent, or the application's own token; and the scope sets it
 * will ask for.
 */
export interface Want {
  user?: UserIdResolvable;
  intent?: string;
  /** The application's own token, as `getAppAccessToken` gives it. */
  app?: true;
  /** An AND of ORs: of each inner list the account needs one scope. */
  scopes?: string[][];
  /** The same of what the bot can do without: asked for in the same go, and no reason to fail. */
  optional?: string[][];
}

/** How a bot gets in touch with the vault. Only `name` is needed. */
export interface ConnectOptions {
  /** What the bot calls itself; the streamer sees it, and the pairing key is kept under it. */
  name: string;
  /** What the first pairing asks for, so that one window settles it all. Without it, what the first call needs. */
  wants?: Want[];
  /** Why, in a sentence for the streamer. */
  reason?: string;
  /** The key is for another program, as `castkey pair` asks for it: the first that uses it is taken to be the bot. */
  introduces?: boolean;
  /** Path of the vault's socket; default `CASTKEY_SOCKET`, else the platform's. */
  socket?: string;
  /** Path of the pairing key; default `CASTKEY_KEY_FILE`, else a file in the user's configuration folder. */
  keyFile?: string;
  /** Milliseconds each call may take, people's clicks included; 120,000 unless told, at most 600,000. */
  timeoutMs?: number;
  /**
   * `allow`, the default: a window asks the streamer. `notify`: no window, but a notification that waits for her, so a
   * call may take all of `timeoutMs`. `never`: what needs her fails. A vault older than `notify` opens its window.
   */
  interactive?: Interactive;
  /** Ends the attempt to connect, and later closes the provider. */
  signal?: AbortSignal;
  /**
   * The Twitch application this bot is made for, by its client ID. Castkey need not know it: the streamer is asked about
   * one that the bot brings. Without it, the application the bot was paired with, else the streamer's own.
   */
  twitchClientId?: string;
  /** Whether the idle connection keeps the process running. Default false. */
  keepAlive?: boolean;
}

/** An access token: Twurple's AccessToken, plus the Twitch application and a version that rises. */
export type CastkeyToken = WireToken;
/** The same, of a known account. */
export type CastkeyUserToken = WireToken & { userId: string };

/** An account this bot may use, and how it stands; older vaults tell that by `status` alone. */
export type CastkeyUser = WireUser & Partial<UserState>;

/** What happened to the token of an account. */
export type TokenChange = Extract<WireEventBody, { type: 'token.changed' | 'token.invalidated' }>;

/** What the vault tells about itself and the accounts this bot may use. */
export type VaultStatus = StatusResult;

/** Whether the vault can be asked: at once, after a reconnect, or never again. */
export type ConnectionState = 'connected' | 'reconnecting' | 'closed';

/** A change of the connection, or of the vault's lock. */
export interface ConnectionStatus {
  readonly connection: ConnectionState;
  readonly locked: boolean;
  /** Why the connection was lost. */
  readonly error?: CastkeyError;
}

/**
 * Twurple's AuthProvider, whole, with its tokens in the vault; any Twurple client takes it as
 * `authProvider`. Tokens are kept until 60 s before they expire, so most calls cost no round trip.
 *
 * Every method that returns a promise rejects with a `CastkeyError`.
 */
export interface CastkeyAuthProvider {
  /**
   * Client ID of the vault's Twitch application: the `Client-Id` header that its tokens need. Empty until a bot
   * without `wants` has got its first token.
   */
  readonly clientId: string;
  readonly hasClientSecret: boolean;
  readonly authorizationType: 'Bearer';
  /** The accounts this bot may use. */
  readonly users: CastkeyUser[];

  /** The scopes of an account's token, as last heard; none for an unknown account. */
  getCurrentScopesForUser(user: UserIdResolvable): string[];
  /**
   * @param scopeSets Of each set the token has one scope; what is missing is asked of the streamer.
   * @returns null for an account the vault doesn't have.
   */
  getAccessTokenForUser(
    user: UserIdResolvable,
    ...scopeSets: (string[] | undefined)[]
  ): Promise<CastkeyUserToken | null>;
  /** The same for the account that has an intent; null if none has. */
  getAccessTokenForIntent(
    intent: string,
    ...scopeSets: (string[] | undefined)[]
  ): Promise<CastkeyUserToken | null>;
  /** The user's token if known, else the app's, else any. Never opens a window. */
  getAnyAccessToken(user?: UserIdResolvable): Promise<CastkeyToken>;
  /** The app's own token; `no-app-token` if the application is a public client. */
  getAppAccessToken(forceNew?: boolean): Promise<CastkeyToken>;
  /** After Twitch refused the token last handed out: a newer one. */
  refreshAccessTokenForUser(user: UserIdResolvable): Promise<CastkeyUserToken>;
  refreshAccessTokenForIntent(intent: string): Promise<CastkeyUserToken>;

  /** @returns How to stop listening. */
  onTokenChange(listener: (change: TokenChange) => void): () => void;
  /** Hears of lost and mended connections, and of the vault being locked and unlocked. */
  onStatus(listener: (status: ConnectionStatus) => void): () => void;
  /** Hears everything the vault tells its bots; no event holds a token. */
  onEvent(listener: (event: WireEventBody) => void): () => void;
  /** Asks the vault how it stands. */
  status(): Promise<VaultStatus>;
  /** Ends the connection; waiting calls fail. */
  close(): void;
}
