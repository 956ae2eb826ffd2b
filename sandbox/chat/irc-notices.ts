import type { Scene } from '../eventsub/scene.ts';
import type { Tags } from './irc-line.ts';
import { userTags } from './irc-replies.ts';

/** What a chat hears of an event: a line of the server, without its sender. */
export interface IrcNotice {
  readonly rest: string;
  readonly tags: Tags;
}

type Notice = Scene['details']['notice'];

/** The `msg-id` of each notice and what comes with it (Twitch docs, IRC, "USERNOTICE"). */
const NOTICES: Readonly<Record<Notice, (scene: Scene) => [id: string, params: Tags]>> = {
  sub: ({ details }) => ['sub', { 'cumulative-months': 1, months: 0, ...planOf(details.tier) }],
  resub: ({ details }) => [
    'resub',
    {
      ...{ 'cumulative-months': details.months, months: 0, 'should-share-streak': 0 },
      ...planOf(details.tier),
    },
  ],
  sub_gift: ({ channel, details }) => [
    'subgift',
    {
      ...{ months: 1, 'gift-months': 1, 'recipient-id': channel.id, 'recipient-user-name': channel.login },
      ...{ 'recipient-display-name': channel.displayName, ...planOf(details.tier) },
    },
  ],
  community_sub_gift: ({ details }) => [
    'submysterygift',
    { 'mass-gift-count': details.total, 'sender-count': details.total, 'sub-plan': details.tier },
  ],
  raid: ({ user, details }) => [
    'raid',
    { displayName: user.displayName, login: user.login, viewerCount: details.viewers },
  ],
  announcement: () => ['announcement', { color: 'PRIMARY' }],
};

const planOf = (tier: string): Tags => ({ 'sub-plan': tier, 'sub-plan-name': 'Channel Subscription' });

/** `USERNOTICE`, for the event `channel.chat.notification`, which says the same. */
export function userNotice(scene: Scene, event: object): IrcNotice {
  const { channel, user, details, at } = scene;
  const { system_message, message, message_id } = event as Record<string, string> & {
    message: { text: string };
  };
  const [id, params] = NOTICES[details.notice](scene);
  const words = message.text === '' ? '' : ` :${message.text}`;
  return {
    rest: `USERNOTICE #${channel.login}${words}`,
    tags: {
      ...userTags(user, channel.id, message_id),
      ...{
        login: user.login,
        'user-id': user.id,
        'room-id': channel.id,
        'tmi-sent-ts': at,
        emotes: '',
        flags: '',
      },
      ...{ 'msg-id': id, 'system-msg': system_message ?? '' },
      ...Object.fromEntries(Object.entries(params).map(([name, value]) => [`msg-param-${name}`, value])),
    },
  };
}

const place = ({ channel, at }: Scene): Tags => ({ 'room-id': channel.id, 'tmi-sent-ts': at });

/** `CLEARCHAT` of all. */
export const clearChat = (scene: Scene): IrcNotice => ({
  rest: `CLEARCHAT #${scene.channel.login}`,
  tags: place(scene),
});

/** `CLEARCHAT` of one person: she is banned or timed out, or her messages are gone. */
export const clearPerson = (scene: Scene): IrcNotice => ({
  rest: `CLEARCHAT #${scene.channel.login} :${scene.user.login}`,
  tags: {
    ...(scene.details.seconds !== undefined && { 'ban-duration': scene.details.seconds }),
    ...{ 'target-user-id': scene.user.id, ...place(scene) },
  },
});

/** `CLEARMSG`. */
export const clearMessage = (scene: Scene, event: object): IrcNotice => ({
  rest: `CLEARMSG #${scene.channel.login} :`,
  tags: {
    login: scene.user.login,
    'target-msg-id': (event as { message_id: string }).message_id,
    ...place(scene),
  },
});

/** Somebody cheers: a message as any, with its number of bits. */
export const cheerMessage = (scene: Scene, event: object): IrcNotice => ({
  rest: `PRIVMSG #${scene.channel.login} :${(event as { message: string }).message}`,
  tags: {
    ...userTags(scene.user, scene.channel.id),
    ...{ bits: scene.details.bits, 'user-id': scene.user.id, emotes: '', ...place(scene) },
  },
});
