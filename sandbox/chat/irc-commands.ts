import { moderates } from '../accounts.ts';
import type { Account } from '../state.ts';
import type { IrcLine, Tags } from './irc-line.ts';
import { logIn } from './irc-login.ts';
import { fromPerson, fromServer, names, readSaid, roomTags, userTags } from './irc-replies.ts';
import { type IrcClient, type IrcHall, personOf, tellMembers } from './irc-server-state.ts';

type Command = (hall: IrcHall, client: IrcClient, line: IrcLine) => void;

const CAPS = ['twitch.tv/tags', 'twitch.tv/commands', 'twitch.tv/membership'];
const JOINS_AT_ONCE = 20;
const MESSAGES_AT_ONCE = { anybody: 20, moderator: 100 };
/** Characters; more is cut off. */
const LONGEST = 500;

/** A line that only those get who asked for Twitch's own commands, with tags if they asked for them. */
function tell(client: IrcClient, rest: string, tags: Tags): void {
  if (!client.caps.has('twitch.tv/commands')) return;
  client.pipe.send(fromServer(rest, client.caps.has('twitch.tv/tags') ? tags : {}));
}

const refuse = (client: IrcClient, channel: string, id: string, words: string): void =>
  tell(client, `NOTICE #${channel} :${words}`, { 'msg-id': id });

/** The channels of a list such as `#one,#two`; unknown ones as their name. */
function channelsOf({ accounts }: IrcHall, list = ''): { name: string; channel: Account | undefined }[] {
  const written = list.toLowerCase().split(',').filter(Boolean);
  const all = written.map((one) => one.replace(/^#/, ''));
  return all.map((name) => ({ name, channel: accounts.byLogin(name) }));
}

const cap: Command = (_, client, { params: [verb = '', ...rest] }) => {
  if (verb.toUpperCase() === 'LS') client.pipe.send(fromServer(`CAP * LS :${CAPS.join(' ')}`));
  if (verb.toUpperCase() !== 'REQ') return;
  const asked = rest.join(' ').split(' ').filter(Boolean);
  const known = asked.every((name) => CAPS.includes(name));
  if (known) for (const name of asked) client.caps.add(name);
  client.pipe.send(fromServer(`CAP * ${known ? 'ACK' : 'NAK'} :${asked.join(' ')}`));
};

const join: Command = (hall, client, { params: [list] }) => {
  const { login } = client;
  if (login === null) return;
  for (const { name, channel } of channelsOf(hall, list)) {
    // Too many at once are dropped without a word, as Twitch does.
    if (!hall.paces.joins.allow(client.userId ?? client.id, JOINS_AT_ONCE)) continue;
    if (!channel) {
      refuse(client, name, 'msg_channel_suspended', 'This channel does not exist or has been suspended.');
      continue;
    }
    client.channels.add(channel.id);
    client.pipe.send(fromPerson(login, `JOIN #${name}`));
    for (const line of names(login, name)) client.pipe.send(line);
    const person = personOf(hall, client);
    if (person) tell(client, `USERSTATE #${name}`, userTags(person, channel.id));
    tell(client, `ROOMSTATE #${name}`, roomTags(channel.id));
    tellMembers(hall, client, channel.id, `JOIN #${name}`);
  }
};

const part: Command = (hall, client, { params: [list] }) => {
  for (const { name, channel } of channelsOf(hall, list)) {
    if (!channel || !client.channels.delete(channel.id)) continue;
    client.pipe.send(fromPerson(client.login ?? '', `PART #${name}`));
    tellMembers(hall, client, channel.id, `PART #${name}`);
  }
};

const privmsg: Command = (hall, client, { params: [target, said = ''], tags }) => {
  const person = personOf(hall, client);
  const [{ name, channel } = { name: '', channel: undefined }] = channelsOf(hall, target);
  if (!person || !channel || said === '') return;
  if (!client.token?.scopes.includes('chat:edit')) {
    return refuse(client, name, 'no_permission', "You don't have permission to perform that action.");
  }
  const most = moderates(person.id, channel.id) ? MESSAGES_AT_ONCE.moderator : MESSAGES_AT_ONCE.anybody;
  if (!hall.paces.messages.allow(`${person.id} ${channel.id}`, most)) {
    const words = 'Your message was not sent because you are sending messages too quickly.';
    return refuse(client, name, 'msg_ratelimit', words);
  }
  const { text, action } = readSaid(said);
  const replyTo = tags['reply-parent-msg-id'];
  const utterance = { broadcasterId: channel.id, senderId: person.id, text: text.slice(0, LONGEST), action };
  const { id } = hall.chat.send({ ...utterance, replyTo }, client);
  tell(client, `USERSTATE #${name}`, userTags(person, channel.id, id));
};

/** A PING without words is answered without a sender: tmi.js looks for exactly that. */
const ping: Command = (_, client, { params: [words] }) =>
  client.pipe.send(words === undefined ? 'PONG :tmi.twitch.tv' : fromServer(`PONG tmi.twitch.tv :${words}`));

/** What a program can say to the chat server; anything else is ignored, as Twitch does. */
export const IRC_COMMANDS: Readonly<Record<string, Command>> = {
  CAP: cap,
  PASS: (_, client, { params: [pass = ''] }) => {
    client.pass = pass;
  },
  NICK: (hall, client, { params: [nick = ''] }) => logIn(hall, client, nick.toLowerCase()),
  JOIN: join,
  PART: part,
  PRIVMSG: privmsg,
  PING: ping,
  PONG: (_, client) => {
    client.alive = true;
  },
  QUIT: (_, client) => client.pipe.close(),
};
