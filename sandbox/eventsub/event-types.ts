import {
  cheerMessage,
  clearChat,
  clearMessage,
  clearPerson,
  type IrcNotice,
  userNotice,
} from '../chat/irc-notices.ts';
import type { Account } from '../state.ts';
import * as channel from './channel-events.ts';
import { chatNotification, clearUserMessages, messageDelete } from './chat-events.ts';
import { redemption, rewardEvent, rewardOf } from './reward-events.ts';
import { broadcaster, type Scene } from './scene.ts';

/** A type of event: what it takes to subscribe to it, and what one looks like. */
export interface EventType {
  readonly version: string;
  /** Fields of the condition that are needed, each the ID of a person. */
  readonly condition: readonly string[];
  /** Fields of which exactly one is needed. */
  readonly either?: readonly string[];
  /** Fields that may narrow it; of no person. */
  readonly optional?: readonly string[];
  /** The person of the condition who must have granted one of these scopes, and must be the token's. */
  readonly authorization?: { readonly by: string; readonly scopes: readonly string[] };
  /** Whether that person must also moderate the channel. */
  readonly moderator?: true;
  /** The event, whole, as Twitch documents it; of what is said in chat there is none. */
  sample?(scene: Scene): object;
  /** What conditions about it say, besides the channel. */
  about?(scene: Scene): Readonly<Record<string, string>>;
  /** What chats over IRC hear of it. */
  notice?(scene: Scene, event: object): IrcNotice;
  /** What it leaves behind for Helix to tell. */
  change?(scene: Scene): Partial<Pick<Account, 'title' | 'live'>>;
}

const CHANNEL = { condition: ['broadcaster_user_id'] } as const;

/** Only the broadcaster may, with one of these. */
const byBroadcaster = (...scopes: string[]) => ({
  ...CHANNEL,
  authorization: { by: 'broadcaster_user_id', scopes },
});
/** Whoever reads the chat. */
const BY_READER = {
  condition: ['broadcaster_user_id', 'user_id'],
  authorization: { by: 'user_id', scopes: ['user:read:chat'] },
} as const;

const SUBSCRIPTIONS = byBroadcaster('channel:read:subscriptions');
const POINTS = byBroadcaster('channel:read:redemptions', 'channel:manage:redemptions');
const ONE_REWARD = {
  ...POINTS,
  optional: ['reward_id'],
  about: (scene: Scene) => ({ reward_id: rewardOf(scene).id }),
} as const;
const MODERATION = byBroadcaster('channel:moderate');
const REWARD = 'channel.channel_points_custom_reward';

/** The types of events the sandbox knows (Twitch docs, EventSub, "Subscription Types"). */
export const EVENT_TYPES: Readonly<Record<string, EventType>> = {
  'channel.chat.message': { version: '1', ...BY_READER },
  'channel.chat.notification': { version: '1', ...BY_READER, sample: chatNotification, notice: userNotice },
  'channel.chat.message_delete': { version: '1', ...BY_READER, sample: messageDelete, notice: clearMessage },
  'channel.chat.clear': { version: '1', ...BY_READER, sample: broadcaster, notice: clearChat },
  'channel.chat.clear_user_messages': {
    version: '1',
    ...BY_READER,
    sample: clearUserMessages,
    notice: clearPerson,
  },
  'channel.follow': {
    version: '2',
    condition: ['broadcaster_user_id', 'moderator_user_id'],
    authorization: { by: 'moderator_user_id', scopes: ['moderator:read:followers'] },
    moderator: true,
    sample: channel.follow,
  },
  'channel.subscribe': { version: '1', ...SUBSCRIPTIONS, sample: channel.subscribed },
  'channel.subscription.end': { version: '1', ...SUBSCRIPTIONS, sample: channel.subscribed },
  'channel.subscription.gift': { version: '1', ...SUBSCRIPTIONS, sample: channel.subscriptionGift },
  'channel.subscription.message': { version: '1', ...SUBSCRIPTIONS, sample: channel.resubscribed },
  'channel.cheer': {
    version: '1',
    ...byBroadcaster('bits:read'),
    sample: channel.cheer,
    notice: cheerMessage,
  },
  'channel.raid': {
    version: '1',
    condition: [],
    either: ['from_broadcaster_user_id', 'to_broadcaster_user_id'],
    sample: channel.raid,
    about: (scene) => ({
      from_broadcaster_user_id: scene.user.id,
      to_broadcaster_user_id: scene.channel.id,
    }),
  },
  [`${REWARD}.add`]: { version: '1', ...POINTS, sample: rewardEvent },
  [`${REWARD}.update`]: { version: '1', ...ONE_REWARD, sample: rewardEvent },
  [`${REWARD}.remove`]: { version: '1', ...ONE_REWARD, sample: rewardEvent },
  [`${REWARD}_redemption.add`]: { version: '1', ...ONE_REWARD, sample: redemption('unfulfilled') },
  [`${REWARD}_redemption.update`]: { version: '1', ...ONE_REWARD, sample: redemption('fulfilled') },
  'channel.update': {
    version: '2',
    ...CHANNEL,
    sample: channel.channelUpdate,
    change: ({ channel: account, details }) => ({ title: details.title ?? account.title }),
  },
  'channel.ban': { version: '1', ...MODERATION, sample: channel.ban, notice: clearPerson },
  'channel.unban': { version: '1', ...MODERATION, sample: channel.unban },
  'channel.moderator.add': { version: '1', ...byBroadcaster('moderation:read'), sample: channel.roleChange },
  'channel.moderator.remove': {
    version: '1',
    ...byBroadcaster('moderation:read'),
    sample: channel.roleChange,
  },
  'channel.ad_break.begin': { version: '1', ...byBroadcaster('channel:read:ads'), sample: channel.adBreak },
  'stream.online': { version: '1', ...CHANNEL, sample: channel.online, change: () => ({ live: true }) },
  'stream.offline': { version: '1', ...CHANNEL, sample: broadcaster, change: () => ({ live: false }) },
};

/** A type by its name, or by it without `channel.`. */
export function findEventType(name: string): [name: string, type: EventType] | undefined {
  const full = [name, `channel.${name}`].find((one) => Object.hasOwn(EVENT_TYPES, one));
  const type = full === undefined ? undefined : EVENT_TYPES[full];
  return full !== undefined && type ? [full, type] : undefined;
}
