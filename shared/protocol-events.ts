/** What bots are told of accounts: as a whole, and by event. Part of the wire protocol (protocol.ts). */

/** Who an account is and what it has. */
export interface WireUser {
  userId: string;
  login: string;
  scope: string[];
  intents: string[];
}

/** How an account stands, in one word. */
export type AccountState =
  | 'ok'
  /** Valid token, Twitch can't be reached at the moment. */
  | 'offline'
  /** Twitch refuses the login; the streamer must sign in again. */
  | 'needs-sign-in'
  /** The Twitch application's settings are wrong (client ID, type or secret). */
  | 'setup'
  /** A bare access token whose time is over. */
  | 'expired';

/** All that a bot may know of an account, its token aside. */
export interface UserState extends WireUser {
  /** Milliseconds since 1970; null when the token never expires. */
  expiresAt: number | null;
  state: AccountState;
  /** Of its newest token; absent from older vaults. */
  version?: number;
}

/**
 * The whole state a bot may see; whoever isn't in it any more has been withdrawn. One that is longer than a line comes in
 * parts: each but the last says `more`, and the next part is the next message but for answers, an event `state`.
 */
export interface BotState {
  users: UserState[];
  locked: boolean;
  more?: true;
}

/** What subscribers start from; older vaults give `seq` alone. */
export interface SubscribeResult extends Partial<BotState> {
  seq: number;
}

/** `refreshed` ahead of time or on request, `consent` at Twitch, `replaced` by other means. */
export type TokenChangeReason = 'refreshed' | 'consent' | 'replaced';
/**
 * What subscribers hear. No event carries a token. `user`: the account as it stands after the event, as far as the bot may
 * still see it; older vaults leave it out.
 */
export type WireEventBody =
  | {
      type: 'token.changed';
      userId: string;
      scope: string[];
      expiresAt: number | null;
      version: number;
      reason: TokenChangeReason;
      user?: UserState;
      /**
       * Milliseconds after which a program that restarts for it does so, another number for each connection, so that bots
       * don't restart all at once. Absent: at once, for the token before is over.
       */
      splayMs?: number;
    }
  | { type: 'token.invalidated'; userId: string; reason: string; user?: UserState }
  | { type: 'account.added'; userId: string; login: string; user?: UserState }
  | { type: 'account.removed'; userId: string }
  | { type: 'intents.changed'; userId: string; intents: string[]; user?: UserState }
  /** `ended`: its time was over; nobody took it back. `app`: the one on the application's own token. */
  | { type: 'grant.revoked'; userId?: string; intent?: string; app?: true; ended?: true; user?: UserState }
  | { type: 'vault.locked' }
  | { type: 'vault.unlocked' }
  /** Events were lost. What follows is the event `state`, by itself; older vaults send none. */
  | { type: 'overflow' }
  | ({ type: 'state' } & BotState);
export type WireEvent = { seq: number } & WireEventBody;
