import type { Accounts } from '../accounts.ts';
import type { AccessToken, Account } from '../state.ts';
import type { Tokens } from '../tokens.ts';
import type { Chat } from './chat.ts';
import { fromPerson } from './irc-replies.ts';
import { openPace, type Pace } from './pace.ts';

/** The way to a chat program. */
export interface Pipe {
  /** One line, without its end. */
  send(line: string): void;
  close(): void;
}

/** A chat program that is connected. */
export interface IrcClient {
  readonly id: string;
  readonly pipe: Pipe;
  readonly caps: Set<string>;
  /** IDs of the channels it is in. */
  readonly channels: Set<string>;
  /** What PASS said; null before it. */
  pass: string | null;
  /** The name it goes by; null before it has logged in. */
  login: string | null;
  /** Null for one that only listens, as `justinfan12345` may without a password. */
  userId: string | null;
  token: AccessToken | null;
  /** Whether it has answered since the last PING. */
  alive: boolean;
}

/** How the next logins go wrong. */
export interface Refusal {
  times: number | 'all';
  readonly notice: string;
}

/** What the chat server is made of. */
export interface IrcParts {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly accounts: Accounts;
  readonly tokens: Tokens;
  readonly chat: Chat;
}

/** Everybody who is connected, and what their commands reach. */
export interface IrcHall extends IrcParts {
  readonly clients: Set<IrcClient>;
  /** Twitch docs, IRC, "Rate limits": 20 logins and 20 joins in 10 s, 20 messages in 30 s (100 for moderators). */
  readonly paces: { readonly logins: Pace; readonly joins: Pace; readonly messages: Pace };
  refusal: Refusal | null;
}

/** An empty one. */
export function openHall(parts: IrcParts): IrcHall {
  const { now } = parts;
  const paces = {
    logins: openPace(now, 10_000),
    joins: openPace(now, 10_000),
    messages: openPace(now, 30_000),
  };
  return { ...parts, clients: new Set(), paces, refusal: null };
}

/** Who a client is; undefined for one that only listens. */
export const personOf = (hall: IrcHall, { userId }: IrcClient): Account | undefined =>
  userId === null ? undefined : hall.accounts.byId(userId);

/** Tells the others in a channel who comes or goes, if they asked to know. */
export function tellMembers(hall: IrcHall, mover: IrcClient, channelId: string, rest: string): void {
  for (const client of hall.clients) {
    if (client === mover || !client.channels.has(channelId) || !client.caps.has('twitch.tv/membership'))
      continue;
    client.pipe.send(fromPerson(mover.login ?? '', rest));
  }
}
