import { randomUUID } from 'node:crypto';
import type { ChatMessage } from '../chat/chat.ts';
import type { Account } from '../state.ts';

/** What it takes to subscribe to a type of event. */
export interface SubscriptionType {
  readonly version: string;
  /** Fields of the condition, each the ID of a person; all are needed. */
  readonly condition: readonly string[];
  /** The person of the condition who must have granted one of these scopes, and must be the token's. */
  readonly authorization?: { readonly by: string; readonly scopes: readonly string[] };
  /** Whether that person must also moderate the channel. */
  readonly moderator?: true;
}

/** The types of events the sandbox knows (Twitch docs, EventSub, "Subscription Types"). */
export const SUBSCRIPTION_TYPES: Readonly<Record<string, SubscriptionType>> = {
  'channel.chat.message': {
    version: '1',
    condition: ['broadcaster_user_id', 'user_id'],
    authorization: { by: 'user_id', scopes: ['user:read:chat'] },
  },
  'channel.follow': {
    version: '2',
    condition: ['broadcaster_user_id', 'moderator_user_id'],
    authorization: { by: 'moderator_user_id', scopes: ['moderator:read:followers'] },
    moderator: true,
  },
  'stream.online': { version: '1', condition: ['broadcaster_user_id'] },
  'stream.offline': { version: '1', condition: ['broadcaster_user_id'] },
};

/** An event of a channel, before it is known who has subscribed to it. */
export interface TwitchEvent {
  readonly type: string;
  /** The channel it happened in; the condition must name it. */
  readonly broadcasterId: string;
  readonly event: object;
}

const userFields = (prefix: string, { id, login, displayName }: Account) => ({
  [`${prefix}_id`]: id,
  [`${prefix}_login`]: login,
  [`${prefix}_name`]: displayName,
});

/** Somebody said something. */
export function chatMessage(message: ChatMessage, channel: Account, sender: Account): TwitchEvent {
  const event = {
    ...userFields('broadcaster_user', channel),
    ...userFields('chatter_user', sender),
    message_id: message.id,
    message: { text: message.text, fragments: [{ type: 'text', text: message.text }] },
    message_type: 'text',
    badges: sender.id === channel.id ? [{ set_id: 'broadcaster', id: '1', info: '' }] : [],
    ...{ cheer: null, color: '', reply: null, channel_points_custom_reward_id: null },
    ...{ source_broadcaster_user_id: null, source_broadcaster_user_login: null },
    ...{ source_broadcaster_user_name: null, source_message_id: null, source_badges: null },
    is_source_only: null,
  };
  return { type: 'channel.chat.message', broadcasterId: channel.id, event };
}

/** Somebody follows a channel. */
export const follow = (channel: Account, fan: Account, at: number): TwitchEvent => ({
  type: 'channel.follow',
  broadcasterId: channel.id,
  event: {
    ...userFields('user', fan),
    ...userFields('broadcaster_user', channel),
    followed_at: new Date(at).toISOString(),
  },
});

/** A stream begins or ends. */
export function streamChange(channel: Account, live: boolean, at: number): TwitchEvent {
  const stream = { id: randomUUID(), type: 'live', started_at: new Date(at).toISOString() };
  return {
    type: live ? 'stream.online' : 'stream.offline',
    broadcasterId: channel.id,
    event: { ...(live && stream), ...userFields('broadcaster_user', channel) },
  };
}
