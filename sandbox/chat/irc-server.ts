import { randomUUID } from 'node:crypto';
import type { Delay } from '../clock.ts';
import type { Covers } from '../tokens.ts';
import type { ChatMessage } from './chat.ts';
import { IRC_COMMANDS } from './irc-commands.ts';
import { readIrcLine } from './irc-line.ts';
import { LOGIN_FAILED } from './irc-login.ts';
import { fromPerson, fromServer, messageTags, wireText } from './irc-replies.ts';
import {
  type IrcClient,
  type IrcHall,
  type IrcParts,
  openHall,
  type Pipe,
  type Refusal,
  tellMembers,
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

/** Chat over IRC. */
export interface IrcServer {
  /** A program connects; feed it what it says, and tell when it is gone. */
  connect(pipe: Pipe): { hear(text: string): void; gone(): void };
  list(): IrcClientView[];
  /** Cuts the connections of a person, or all; how many it were. */
  drop(userId?: string): number;
  /** Tells them to connect anew, and cuts those off who have not after so many milliseconds. */
  reconnect(userId: string | undefined, graceMs: number): number;
  /** Refuses the next logins, good tokens or not; null is an end of it. */
  refuseLogins(refusal: Partial<Refusal> | null): void;
}

function deliver(hall: IrcHall, message: ChatMessage, origin: unknown): void {
  const sender = hall.accounts.byId(message.senderId);
  const channel = hall.accounts.byId(message.broadcasterId);
  if (!sender || !channel) return;
  const parent = hall.chat.messages().find(({ id }) => id === message.replyTo);
  for (const client of hall.clients) {
    if (client === origin || !client.channels.has(channel.id)) continue;
    if (client.token && !client.token.scopes.includes('chat:read')) continue;
    const tags = client.caps.has('twitch.tv/tags') ? messageTags(message, sender, parent) : {};
    client.pipe.send(fromPerson(sender.login, `PRIVMSG #${channel.login} :${wireText(message)}`, tags));
  }
}

async function pingForEver(hall: IrcHall, client: IrcClient, delay: Delay): Promise<void> {
  for (;;) {
    await delay(PING_MS);
    if (!hall.clients.has(client)) return;
    if (!client.alive) return client.pipe.close();
    client.alive = false;
    client.pipe.send('PING :tmi.twitch.tv');
  }
}

function admit(hall: IrcHall, pipe: Pipe, delay: Delay): ReturnType<IrcServer['connect']> {
  const gone = (): void => {
    if (!hall.clients.delete(client)) return;
    for (const id of client.channels) {
      tellMembers(hall, client, id, `PART #${hall.accounts.byId(id)?.login ?? ''}`);
    }
  };
  const leave = (): void => {
    pipe.close();
    gone();
  };
  const client: IrcClient = {
    ...{ id: randomUUID(), pipe: { send: pipe.send, close: leave }, caps: new Set(), channels: new Set() },
    ...{ pass: null, login: null, userId: null, token: null, alive: true },
  };
  hall.clients.add(client);
  void pingForEver(hall, client, delay);
  return {
    hear: (text) => {
      for (const raw of text.split(/\r?\n/)) {
        const line = readIrcLine(raw);
        if (line && hall.clients.has(client)) IRC_COMMANDS[line.command]?.(hall, client, line);
      }
    },
    gone,
  };
}

/** @param delay Waits for PING and for what follows RECONNECT. */
export function openIrcServer(parts: IrcParts, delay: Delay): IrcServer {
  const hall = openHall(parts);
  const those = (userId: string | undefined): IrcClient[] =>
    [...hall.clients].filter((client) => userId === undefined || client.userId === userId);
  parts.chat.onMessage((message, origin) => deliver(hall, message, origin));
  // An expired token costs no connection at Twitch; one that was taken back does.
  parts.tokens.onWithdrawn((covers: Covers) => {
    const lost = [...hall.clients].filter(({ token }) => token !== null && covers(token));
    for (const { pipe } of lost) pipe.close();
  });
  return {
    connect: (pipe) => admit(hall, pipe, delay),
    list: () =>
      [...hall.clients].map(({ id, userId, login, channels }) => ({
        ...{ id, userId, login },
        channels: [...channels].map((channel) => hall.accounts.byId(channel)?.login ?? channel),
      })),
    drop: (userId) => {
      const all = those(userId);
      for (const { pipe } of all) pipe.close();
      return all.length;
    },
    reconnect: (userId, graceMs) => {
      const all = those(userId);
      for (const { pipe } of all) pipe.send(fromServer('RECONNECT'));
      void delay(graceMs).then(() => {
        for (const { pipe } of all) pipe.close();
      });
      return all.length;
    },
    refuseLogins: (refusal) => {
      hall.refusal = refusal && { times: 1, notice: LOGIN_FAILED, ...refusal };
    },
  };
}
