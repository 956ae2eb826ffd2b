import { moderates } from '../accounts.ts';
import type { ChatMessage } from '../chat/chat.ts';
import type { Account } from '../state.ts';
import { broadcaster, idOf, newId, nobody, type Scene, userFields } from './scene.ts';

/** Only of a channel that shares its chat with others, which none here does. */
const NOT_SHARED = {
  ...nobody('source_broadcaster_user'),
  source_message_id: null,
  source_badges: null,
  is_source_only: null,
};

/** Plain text, in one piece: emotes, cheermotes and mentions aren't looked for. */
const textMessage = (text: string) => ({
  text,
  fragments: text === '' ? [] : [{ type: 'text', text, cheermote: null, emote: null, mention: null }],
});

function badgesOf(person: Account, channel: Account): object[] {
  if (person.id === channel.id) return [{ set_id: 'broadcaster', id: '1', info: '' }];
  return moderates(person.id, channel.id) ? [{ set_id: 'moderator', id: '1', info: '' }] : [];
}

/** A message that another one answers, with who wrote it. */
export interface Parent {
  readonly message: ChatMessage;
  readonly author: Account;
}

const replyTo = ({ message, author }: Parent) => ({
  parent_message_id: message.id,
  parent_message_body: message.text,
  ...userFields('parent_user', author),
  thread_message_id: message.id,
  ...userFields('thread_user', author),
});

/** `channel.chat.message`: somebody said something. */
export function chatMessage(
  message: ChatMessage,
  channel: Account,
  sender: Account,
  parent?: Parent,
): object {
  return {
    ...userFields('broadcaster_user', channel),
    ...userFields('chatter_user', sender),
    message_id: message.id,
    message: textMessage(message.text),
    message_type: 'text',
    badges: badgesOf(sender, channel),
    ...{ cheer: null, color: '', reply: parent ? replyTo(parent) : null },
    ...{ channel_points_custom_reward_id: null, channel_points_animation_id: null },
    ...NOT_SHARED,
  };
}

type Notice = Scene['details']['notice'];

/** What each notice brings besides what all have, and the words Twitch writes into the chat. */
const NOTICES: Readonly<Record<Notice, (scene: Scene) => { words: string; payload: object }>> = {
  sub: ({ user, details: { tier } }) => ({
    words: `${user.displayName} subscribed at Tier ${tier[0]}.`,
    payload: { sub_tier: tier, is_prime: false, duration_months: 1 },
  }),
  resub: ({ user, details: { tier, months } }) => ({
    words: `${user.displayName} subscribed at Tier ${tier[0]}. They've subscribed for ${months} months!`,
    payload: {
      ...{ cumulative_months: months, duration_months: 1, streak_months: null },
      ...{ sub_tier: tier, is_prime: false, is_gift: false, gifter_is_anonymous: null },
      ...nobody('gifter_user'),
    },
  }),
  sub_gift: ({ user, channel, details: { tier } }) => ({
    words: `${user.displayName} gifted a Tier ${tier[0]} sub to ${channel.displayName}!`,
    payload: {
      ...{ duration_months: 1, cumulative_total: 1, sub_tier: tier, community_gift_id: null },
      ...userFields('recipient_user', channel),
    },
  }),
  community_sub_gift: ({ user, details: { tier, total } }) => ({
    words: `${user.displayName} is gifting ${total} Tier ${tier[0]} Subs to the community!`,
    payload: { id: newId(), total, sub_tier: tier, cumulative_total: total },
  }),
  raid: ({ user, details: { viewers } }) => ({
    words: `${viewers} raiders from ${user.displayName} have joined!`,
    payload: { ...userFields('user', user), viewer_count: viewers, profile_image_url: '' },
  }),
  announcement: () => ({ words: '', payload: { color: 'PRIMARY' } }),
};

const NOTICE_FIELDS = [
  ...['sub', 'resub', 'sub_gift', 'community_sub_gift', 'gift_paid_upgrade', 'prime_paid_upgrade'],
  ...[
    'pay_it_forward',
    'raid',
    'unraid',
    'announcement',
    'bits_badge_tier',
    'charity_donation',
    'watch_streak',
  ],
  ...['shared_chat_sub', 'shared_chat_resub', 'shared_chat_sub_gift', 'shared_chat_community_sub_gift'],
  ...['shared_chat_gift_paid_upgrade', 'shared_chat_prime_paid_upgrade', 'shared_chat_raid'],
  ...['shared_chat_pay_it_forward', 'shared_chat_announcement'],
];

/** `channel.chat.notification`: Twitch writes into the chat that somebody subscribed, raids, announces. */
export function chatNotification(scene: Scene): object {
  const { channel, user, details } = scene;
  const { words, payload } = NOTICES[details.notice](scene);
  const spoken = details.notice === 'resub' || details.notice === 'announcement' ? details.text : '';
  return {
    ...broadcaster(scene),
    ...userFields('chatter_user', user),
    chatter_is_anonymous: details.anonymous,
    ...{ color: '', badges: badgesOf(user, channel), system_message: words, message_id: newId() },
    message: textMessage(spoken),
    notice_type: details.notice,
    ...Object.fromEntries(NOTICE_FIELDS.map((field) => [field, null])),
    [details.notice]: payload,
    ...NOT_SHARED,
  };
}

/** `channel.chat.message_delete`. */
export const messageDelete = (scene: Scene): object => ({
  ...broadcaster(scene),
  ...userFields('target_user', scene.user),
  message_id: scene.details.message ?? idOf('a message'),
});

/** `channel.chat.clear_user_messages`. */
export const clearUserMessages = (scene: Scene): object => ({
  ...broadcaster(scene),
  ...userFields('target_user', scene.user),
});
