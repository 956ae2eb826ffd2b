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
