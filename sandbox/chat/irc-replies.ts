import { moderates } from '../accounts.ts';
import type { Account } from '../state.ts';
import type { ChatMessage } from './chat.ts';
import { type Tags, withTags } from './irc-line.ts';

const SERVER = 'tmi.twitch.tv';

/** A line of the server itself. */
export const fromServer = (rest: string, tags: Tags = {}): string => withTags(tags, `:${SERVER} ${rest}`);

/** A line that a person caused. */
export const fromPerson = (login: string, rest: string, tags: Tags = {}): string =>
  withTags(tags, `:${login}!${login}@${login}.${SERVER} ${rest}`);

/** What comes after a login (Twitch docs, IRC, "Authenticating"): the jokes are theirs. */
export function welcome(login: string): string[] {
  return [
    `001 ${login} :Welcome, GLHF!`,
    `002 ${login} :Your host is ${SERVER}`,
    `003 ${login} :This server is rather new`,
    `004 ${login} :-`,
    `375 ${login} :-`,
    `372 ${login} :You are in a maze of twisty passages, all alike.`,
    `376 ${login} :>`,
  ].map((rest) => fromServer(rest));
}

/** Who is in the channel, as far as Twitch tells: the one who asks. */
export function names(login: string, channel: string): string[] {
  return [`353 ${login} = #${channel} :${login}`, `366 ${login} #${channel} :End of /NAMES list`].map(
    (rest) => `:${login}.${SERVER} ${rest}`,
  );
}

interface ChatRole {
  readonly badges: string;
  readonly mod: 0 | 1;
  readonly userType: string;
}

function roleOf(person: Account, broadcasterId: string): ChatRole {
  if (person.id === broadcasterId) return { badges: 'broadcaster/1', mod: 0, userType: '' };
  const mod = moderates(person.id, broadcasterId);
  return mod ? { badges: 'moderator/1', mod: 1, userType: 'mod' } : { badges: '', mod: 0, userType: '' };
}

/** Tags of GLOBALUSERSTATE: a person outside of any channel. */
export const globalTags = (person: Account): Tags => ({
  'badge-info': '',
  badges: '',
  color: '',
  'display-name': person.displayName,
  'emote-sets': '0',
  'user-id': person.id,
  'user-type': '',
});

/** Tags of USERSTATE: a person in a channel; `id` is that of the message it answers to. */
export function userTags(person: Account, broadcasterId: string, id?: string): Tags {
  const { badges, mod, userType } = roleOf(person, broadcasterId);
  return {
    ...{ 'badge-info': '', badges, color: '', 'display-name': person.displayName, 'emote-sets': '0' },
    ...(id === undefined ? {} : { id }),
    ...{ mod, subscriber: 0, 'user-type': userType },
  };
}

/** Tags of ROOMSTATE: no limit is on in any channel. */
export const roomTags = (broadcasterId: string): Tags => ({
  ...{ 'emote-only': 0, 'followers-only': -1, r9k: 0, 'room-id': broadcasterId, slow: 0, 'subs-only': 0 },
});

/** Tags of PRIVMSG; `parent` is the message it answers. */
export function messageTags(message: ChatMessage, sender: Account, parent?: ChatMessage): Tags {
  const { badges, mod, userType } = roleOf(sender, message.broadcasterId);
  return {
    ...{
      'badge-info': '',
      badges,
      color: '',
      'display-name': sender.displayName,
      emotes: '',
      'first-msg': 0,
    },
    ...{ flags: '', id: message.id, mod },
    ...(parent && { 'reply-parent-msg-id': parent.id, 'reply-parent-user-id': parent.senderId }),
    ...{ 'returning-chatter': 0, 'room-id': message.broadcasterId, subscriber: 0 },
    ...{ 'tmi-sent-ts': message.at, turbo: 0, 'user-id': sender.id, 'user-type': userType },
  };
}

/** `/me` travels as CTCP ACTION, between two of these. */
const CTCP = '\u0001';

/** The text of PRIVMSG as it is sent, `/me` wrapped as an action. */
export const wireText = ({ text, action }: ChatMessage): string =>
  action ? `${CTCP}ACTION ${text}${CTCP}` : text;

/** What somebody says with the text of a PRIVMSG. */
export function readSaid(said: string): { text: string; action: boolean } {
  const start = [`${CTCP}ACTION `, '/me '].find((one) => said.startsWith(one));
  if (start === undefined) return { text: said, action: false };
  return { text: said.slice(start.length).replaceAll(CTCP, ''), action: true };
}
