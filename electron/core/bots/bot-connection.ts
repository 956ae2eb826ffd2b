/** A connection of a bot that has proved itself, and what it carries from one request to the next. */
import type { Interactive } from '../../../shared/protocol.ts';
import type { Peer, Pipe } from '../ports.ts';
import type { Bot } from './bot.ts';
import type { OnceGrant } from './grants.ts';
import type { SeenProgram } from './programs.ts';

/** Made when the bot's key is proved; gone with the connection. */
export interface BotConnection {
  readonly bot: Bot;
  /** Client ID of the Twitch application it named in `hello`; null when it named none. */
  readonly namedClientId: string | null;
  /** As it was when it connected; of one that came late, what could be told afterwards. */
  peer: Peer;
  /** Who is at the other end now. */
  readonly lookAgain: Pipe['lookAgain'];
  /** Aborted when the connection ends. */
  readonly gone: AbortSignal;
  /** What is at the other end; null where that can't be told. */
  seen: SeenProgram | null;
  /** Settles when the program has been looked at; null from then on. No token is issued before. */
  looking: Promise<void> | null;
  /** Answers it may have though its program changed, after `Allow once`. */
  onceAllowed: number;
  /** Answers it may still have after `Allow once`; shared by the connections that one yes let in. */
  readonly once: OnceGrant[];
  /** IDs of accounts whose token it holds: their events are its business. */
  issued: Set<string>;
}

/** Whether and how long (in milliseconds) a request may wait for people. */
export interface Interaction {
  interactive: Interactive;
  timeoutMs: number;
}

/** The connections there are, as features other than the protocol need them. */
export interface OpenConnections {
  countOf(keyId: string): number;
  /** Ends every connection of a bot. */
  drop(keyId: string): void;
}
