import type { Accounts } from './accounts.ts';
import type { Chat } from './chat/chat.ts';
import type { IrcServer } from './chat/irc-server.ts';
import type { Clients } from './clients.ts';
import type { EventSub } from './eventsub/eventsub.ts';
import type { Answer } from './http/answer.ts';
import type { SandboxRequest } from './http/request.ts';
import type { AuthorizationCodes } from './identity/authorization-codes.ts';
import type { Consents } from './identity/consents.ts';
import type { DeviceCodes } from './identity/device-codes.ts';
import type { TokenBuckets } from './rate-limits.ts';
import type { Tokens } from './tokens.ts';

/** All an endpoint can reach: the stand-in Twitch without its HTTP. */
export interface Twitch {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly accounts: Accounts;
  readonly clients: Clients;
  readonly tokens: Tokens;
  readonly deviceCodes: DeviceCodes;
  readonly authorizationCodes: AuthorizationCodes;
  readonly consents: Consents;
  readonly rateLimits: TokenBuckets;
  readonly chat: Chat;
  readonly irc: IrcServer;
  readonly eventsub: EventSub;
}

/** Answers one request. Nothing in here waits: waiting is for faults and for the disk. */
export type Endpoint = (twitch: Twitch, request: SandboxRequest) => Answer;
