import { moderates } from '../accounts.ts';
import type { Account } from '../state.ts';
import type { IrcLine, Tags } from './irc-line.ts';
import { logIn } from './irc-login.ts';
import { fromPerson, fromServer, names, readSaid, roomTags, userTags } from './irc-replies.ts';
import { type IrcClient, type IrcServerState, notifyMembers, personOf } from './irc-server-state.ts';

type Command = (state: IrcServerState, client: IrcClient, line: IrcLine) => void;

const CAPS = ['twitch.tv/tags', 'twitch.tv/commands', 'twitch.tv/membership'];
const MAX_JOINS = 20;
const MAX_MESSAGES = { anybody: 20, moderator: 100 };
/** Characters; more is cut off. */
const MAX_CHARACTERS = 500;

/** A line that only those get who asked for Twitch's own commands, with tags if they asked for them. */
function tell(client: IrcClient, rest: string, tags: Tags): void {
  if (!client.caps.has('twitch.tv/commands')) return;
  client.connection.send(fromServer(rest, client.caps.has('twitch.tv/tags') ? tags : {}));
}

const refuse = (client: IrcClient, channel: string, id: string, words: string): void =>
  tell(client, `NOTICE #${channel} :${words}`, { 'msg-id': id });

/** The channels of a list such as `#one,#two`; unknown ones as their name. */
function channelsOf(
  { accounts }: IrcServerState,
  list = '',
): { name: string; channel: Account | undefined }[] {
  const written = list.toLowerCase().split(',').filter(Boolean);
  const all = written.map((one) => one.replace(/^#/, ''));
  return all.map((name) => ({ name, channel: accounts.byLogin(name) }));
}

const cap: Command = (_, client, { params: [verb = '', ...rest] }) => {
  if (verb.toUpperCase() === 'LS') client.connection.send(fromServer(`CAP * LS :${CAPS.join(' ')}`));
  if (verb.toUpperCase() !== 'REQ') return;
  const asked = rest.join(' ').split(' ').filter(Boolean);
  const known = asked.every((name) => CAPS.includes(name));
  if (known) for (const name of asked) client.caps.add(name);
  client.connection.send(fromServer(`CAP * ${known ? 'ACK' : 'NAK'} :${asked.join(' ')}`));
};

const join: Command = (state, client, { params: [list] }) => {
  const { login } = client;
  if (login === null) return;
  for (const { name, channel } of channelsOf(state, list)) {
    // Too many at once are dropped without a word, as Twitch does.
    if (!state.limits.joins.allow(client.userId ?? client.id, MAX_JOINS)) continue;
    if (!channel) {
      refuse(client, name, 'msg_channel_suspended', 'This channel does not exist or has been suspended.');
      continue;
    }
    client.channels.add(channel.id);
    client.connection.send(fromPerson(login, `JOIN #${name}`));
    for (const line of names(login, name)) client.connection.send(line);
    const person = personOf(state, client);
    if (person) tell(client, `USERSTATE #${name}`, userTags(person, channel.id));
    tell(client, `ROOMSTATE #${name}`, roomTags(channel.id));
    notifyMembers(state, client, channel.id, `JOIN #${name}`);
  }
};

const part: Command = (state, client, { params: [list] }) => {
  for (const { name, channel } of channelsOf(state, list)) {
    if (!channel || !client.channels.delete(channel.id)) continue;
    client.connection.send(fromPerson(client.login ?? '', `PART #${name}`));
    notifyMembers(state, client, channel.id, `PART #${name}`);
  }
};

const privmsg: Command = (state, client, { params: [target, said = ''], tags }) => {
  const person = personOf(state, client);
  const [{ name, channel } = { name: '', channel: undefined }] = channelsOf(state, target);
  if (!person || !channel || said === '') return;
  if (!client.token?.scopes.includes('chat:edit')) {
    return refuse(client, name, 'no_permission', "You don't have permission to perform that action.");
  }
  const max = moderates(person.id, channel.id) ? MAX_MESSAGES.moderator : MAX_MESSAGES.anybody;
  if (!state.limits.messages.allow(`${person.id} ${channel.id}`, max)) {
    const words = 'Your message was not sent because you are sending messages too quickly.';
    return refuse(client, name, 'msg_ratelimit', words);
  }
  const { text, action } = readSaid(said);
  const replyTo = tags['reply-parent-msg-id'];
  const utterance = {
    broadcasterId: channel.id,
    senderId: person.id,
    text: text.slice(0, MAX_CHARACTERS),
    action,
  };
  const { id } = state.chat.send({ ...utterance, replyTo }, client);
  tell(client, `USERSTATE #${name}`, userTags(person, channel.id, id));
};

/** A PING without words is answered without a sender: tmi.js looks for exactly that. */
const ping: Command = (_, client, { params: [words] }) =>
  client.connection.send(
    words === undefined ? 'PONG :tmi.twitch.tv' : fromServer(`PONG tmi.twitch.tv :${words}`),
  );

/** What common IRC programs ask for, such as WHO and MODE of irssi, and Twitch doesn't have (Twitch docs, IRC). */
export const unknownCommand: Command = (_, client, { command }) => {
  if (client.login !== null)
    client.connection.send(fromServer(`421 ${client.login} ${command} :Unknown command`));
};

/** What a program can say to the chat server. */
export const IRC_COMMANDS: Readonly<Record<string, Command>> = {
  CAP: cap,
  PASS: (_, client, { params: [pass = ''] }) => {
    client.pass = pass;
  },
  NICK: (state, client, { params: [nick = ''] }) => logIn(state, client, nick.toLowerCase()),
  JOIN: join,
  PART: part,
  PRIVMSG: privmsg,
  PING: ping,
  PONG: (_, client) => {
    client.alive = true;
  },
  // Of other networks; here PASS and NICK say it all.
  USER: () => {},
  QUIT: (_, client) => client.connection.close(),
};
