import { randomUUID } from 'node:crypto';
import type { ChatMessage } from '../chat/chat.ts';
import type { Account } from '../state.ts';

/** Something that happened: who gets it, and what they get. */
export interface Happening {
  readonly type: string;
  /** The channel it happened in; the condition must name it. */
  readonly broadcasterId: string;
  readonly event: object;
}

const of = (prefix: string, { id, login, displayName }: Account) => ({
  [`${prefix}_id`]: id,
  [`${prefix}_login`]: login,
  [`${prefix}_name`]: displayName,
});

/** Somebody said something. */
export function chatMessage(message: ChatMessage, channel: Account, sender: Account): Happening {
  const event = {
    ...of('broadcaster_user', channel),
    ...of('chatter_user', sender),
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
export const follow = (channel: Account, fan: Account, at: number): Happening => ({
  type: 'channel.follow',
  broadcasterId: channel.id,
  event: {
    ...of('user', fan),
    ...of('broadcaster_user', channel),
    followed_at: new Date(at).toISOString(),
  },
});

/** A stream begins or ends. */
export function streamChange(channel: Account, live: boolean, at: number): Happening {
  const stream = { id: randomUUID(), type: 'live', started_at: new Date(at).toISOString() };
  return {
    type: live ? 'stream.online' : 'stream.offline',
    broadcasterId: channel.id,
    event: { ...(live && stream), ...of('broadcaster_user', channel) },
  };
}
