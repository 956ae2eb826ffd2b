import type { Accounts } from '../accounts.ts';
import type { Clock } from '../clock.ts';
import { openSlidingWindow, type SlidingWindow } from '../rate-limits.ts';
import type { AccessToken, Account } from '../state.ts';
import type { Tokens } from '../tokens.ts';
import type { Chat } from './chat.ts';
import { fromPerson } from './irc-replies.ts';

/** Sends to a chat program. */
export interface IrcConnection {
  /** One line, without its end. */
  send(line: string): void;
  close(): void;
}

/** A chat program that is connected. */
export interface IrcClient {
  readonly id: string;
  readonly connection: IrcConnection;
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

/** How the next logins are refused. */
export interface LoginRefusal {
  times: number | 'all';
  readonly notice: string;
}

/** What the chat server needs. */
export interface IrcDeps extends Clock {
  readonly accounts: Accounts;
  readonly tokens: Tokens;
  readonly chat: Chat;
}

/** What the commands of the connected programs read and change. */
export interface IrcServerState extends IrcDeps {
  readonly clients: Set<IrcClient>;
  /** Twitch docs, IRC, "Rate limits": 20 logins and 20 joins in 10 s, 20 messages in 30 s (100 for moderators). */
  readonly limits: {
    readonly logins: SlidingWindow;
    readonly joins: SlidingWindow;
    readonly messages: SlidingWindow;
  };
  refusal: LoginRefusal | null;
}

/** Nobody is connected yet. */
export function openIrcServerState(deps: IrcDeps): IrcServerState {
  const { now } = deps;
  const limits = {
    logins: openSlidingWindow(now, 10_000),
    joins: openSlidingWindow(now, 10_000),
    messages: openSlidingWindow(now, 30_000),
  };
  return { ...deps, clients: new Set(), limits, refusal: null };
}

/** Who a client is; undefined for one that only listens. */
export const personOf = (state: IrcServerState, { userId }: IrcClient): Account | undefined =>
  userId === null ? undefined : state.accounts.byId(userId);

/** Tells the others in a channel who comes or goes, if they asked to know. */
export function notifyMembers(
  state: IrcServerState,
  mover: IrcClient,
  channelId: string,
  rest: string,
): void {
  for (const client of state.clients) {
    if (client === mover || !client.channels.has(channelId) || !client.caps.has('twitch.tv/membership'))
      continue;
    client.connection.send(fromPerson(mover.login ?? '', rest));
  }
}
