import { randomUUID } from 'node:crypto';
import type { Account } from '../state.ts';
import type { TokenPredicate } from '../tokens.ts';
import type { ChatMessage } from './chat.ts';
import { IRC_COMMANDS, unknownCommand } from './irc-commands.ts';
import { readIrcLine } from './irc-line.ts';
import { LOGIN_FAILED } from './irc-login.ts';
import type { IrcNotice } from './irc-notices.ts';
import { fromPerson, fromServer, messageTags, wireText } from './irc-replies.ts';
import {
  type IrcClient,
  type IrcConnection,
  type IrcDeps,
  type IrcServerState,
  type LoginRefusal,
  notifyMembers,
  openIrcServerState,
} from './irc-server-state.ts';

/** Milliseconds between two PINGs; who has not answered by the next is cut off (Twitch docs, IRC). */
const PING_MS = 300_000;

/** One that is connected, as the control shows it. */
export interface IrcClientView {
  readonly id: string;
  /** Null for one that only listens or has not logged in. */
  readonly userId: string | null;
  readonly login: string | null;
  /** Logins of the channels it is in. */
  readonly channels: readonly string[];
}

/** Chat over IRC: the programs connected, and what the control can do to them. */
export interface IrcServer {
  /** Takes a program in. Call `receive` with what it sends, and `closed` when its connection has ended. */
  connect(connection: IrcConnection): { receive(text: string): void; closed(): void };
  list(): IrcClientView[];
  /** Tells a channel of something: messages come from the person, the rest is Twitch's own. */
  tell(channelId: string, notice: IrcNotice, person: Account): void;
  /** Cuts the connections of a person, or all; how many it were. */
  drop(userId?: string): number;
  /** Tells them to connect anew, and cuts those off who have not after so many milliseconds. */
  reconnect(userId: string | undefined, graceMs: number): number;
  /** Refuses the next logins, good tokens or not; null is an end of it. */
  refuseLogins(refusal: Partial<LoginRefusal> | null): void;
}

function deliver(state: IrcServerState, message: ChatMessage, origin: unknown): void {
  const sender = state.accounts.byId(message.senderId);
  const channel = state.accounts.byId(message.broadcasterId);
  if (!sender || !channel) return;
  const parent = state.chat.messages().find(({ id }) => id === message.replyTo);
  for (const client of state.clients) {
    if (client === origin || !client.channels.has(channel.id)) continue;
    if (client.token && !client.token.scopes.includes('chat:read')) continue;
    const tags = client.caps.has('twitch.tv/tags') ? messageTags(message, sender, parent) : {};
    client.connection.send(fromPerson(sender.login, `PRIVMSG #${channel.login} :${wireText(message)}`, tags));
  }
}

function tellChannel(
  state: IrcServerState,
  channelId: string,
  { rest, tags }: IrcNotice,
  person: Account,
): void {
  const isMessage = rest.startsWith('PRIVMSG');
  for (const client of state.clients) {
    if (!client.channels.has(channelId)) continue;
    if (client.token && !client.token.scopes.includes('chat:read')) continue;
    if (!isMessage && !client.caps.has('twitch.tv/commands')) continue;
    const shown = client.caps.has('twitch.tv/tags') ? tags : {};
    client.connection.send(isMessage ? fromPerson(person.login, rest, shown) : fromServer(rest, shown));
  }
}

async function keepPinging(state: IrcServerState, client: IrcClient): Promise<void> {
  for (;;) {
    await state.delay(PING_MS);
    if (!state.clients.has(client)) return;
    if (!client.alive) return client.connection.close();
    client.alive = false;
    client.connection.send('PING :tmi.twitch.tv');
  }
}

function connectClient(state: IrcServerState, connection: IrcConnection): ReturnType<IrcServer['connect']> {
  const closed = (): void => {
    if (!state.clients.delete(client)) return;
    for (const id of client.channels) {
      notifyMembers(state, client, id, `PART #${state.accounts.byId(id)?.login ?? ''}`);
    }
  };
  const leave = (): void => {
    connection.close();
    closed();
  };
  const client: IrcClient = {
    ...{
      id: randomUUID(),
      connection: { send: connection.send, close: leave },
      caps: new Set(),
      channels: new Set(),
    },
    ...{ pass: null, login: null, userId: null, token: null, alive: true },
  };
  state.clients.add(client);
  void keepPinging(state, client);
  return {
    receive: (text) => {
      for (const raw of text.split(/\r?\n/)) {
        const line = readIrcLine(raw);
        if (!line || !state.clients.has(client)) continue;
        const command = Object.hasOwn(IRC_COMMANDS, line.command)
          ? IRC_COMMANDS[line.command]
          : unknownCommand;
        command?.(state, client, line);
      }
    },
    closed,
  };
}

/** A chat server without connections, which delivers what is said in `deps.chat`. */
export function openIrcServer(deps: IrcDeps): IrcServer {
  const state = openIrcServerState(deps);
  const clientsOf = (userId: string | undefined): IrcClient[] =>
    [...state.clients].filter((client) => userId === undefined || client.userId === userId);
  deps.chat.onMessage((message, origin) => deliver(state, message, origin));
  // An expired token costs no connection at Twitch; one that was taken back does.
  deps.tokens.onRevoked((isRevoked: TokenPredicate) => {
    const revoked = [...state.clients].filter(({ token }) => token !== null && isRevoked(token));
    for (const { connection } of revoked) connection.close();
  });
  return {
    connect: (connection) => connectClient(state, connection),
    list: () =>
      [...state.clients].map(({ id, userId, login, channels }) => ({
        ...{ id, userId, login },
        channels: [...channels].map((channel) => state.accounts.byId(channel)?.login ?? channel),
      })),
    tell: (channelId, notice, person) => tellChannel(state, channelId, notice, person),
    drop: (userId) => {
      const all = clientsOf(userId);
      for (const { connection } of all) connection.close();
      return all.length;
    },
    reconnect: (userId, graceMs) => {
      const all = clientsOf(userId);
      for (const { connection } of all) connection.send(fromServer('RECONNECT'));
      void deps.delay(graceMs).then(() => {
        for (const { connection } of all) connection.close();
      });
      return all.length;
    },
    refuseLogins: (refusal) => {
      state.refusal = refusal && { times: 1, notice: LOGIN_FAILED, ...refusal };
    },
  };
}
