import { broadcaster, causer, maybeCauser, newId, type Scene, timeOf, userFields } from './scene.ts';

/** Somebody follows. */
export const follow = (scene: Scene): object => ({
  ...causer(scene),
  ...broadcaster(scene),
  followed_at: timeOf(scene.at),
});

/** A subscription begins or ends. */
export const subscribed = (scene: Scene): object => ({
  ...causer(scene),
  ...broadcaster(scene),
  tier: scene.details.tier,
  is_gift: scene.details.gift,
});

/** Somebody gives subscriptions away. */
export const subscriptionGift = (scene: Scene): object => {
  const { total, tier, anonymous } = scene.details;
  const totals = { total, tier, cumulative_total: anonymous ? null : total };
  return { ...maybeCauser(scene), ...broadcaster(scene), ...totals, is_anonymous: anonymous };
};

/** A subscriber says for how long. */
export const resubscribed = (scene: Scene): object => {
  const { tier, text, months } = scene.details;
  return {
    ...causer(scene),
    ...broadcaster(scene),
    ...{ tier, message: { text, emotes: null } },
    ...{ cumulative_months: months, streak_months: null, duration_months: 1 },
  };
};

/** Somebody cheers. */
export const cheer = (scene: Scene): object => {
  const { anonymous, bits, text } = scene.details;
  const message = `${anonymous ? 'Anon' : ''}Cheer${bits} ${text}`;
  return { is_anonymous: anonymous, ...maybeCauser(scene), ...broadcaster(scene), message, bits };
};

/** Another channel sends its viewers over. */
export const raid = ({ user, channel, details }: Scene): object => ({
  ...userFields('from_broadcaster_user', user),
  ...userFields('to_broadcaster_user', channel),
  viewers: details.viewers,
});

/** Title, language or category changed. */
export const channelUpdate = (scene: Scene): object => ({
  ...broadcaster(scene),
  title: scene.details.title ?? scene.channel.title,
  ...{ language: 'en', category_id: '509658', category_name: 'Just Chatting' },
  content_classification_labels: [],
});

/** Somebody is banned or, with `seconds`, timed out. */
export const ban = (scene: Scene): object => {
  const { reason, seconds } = scene.details;
  return {
    ...causer(scene),
    ...broadcaster(scene),
    ...userFields('moderator_user', scene.moderator),
    ...{ reason, banned_at: timeOf(scene.at), is_permanent: seconds === undefined },
    ends_at: seconds === undefined ? null : timeOf(scene.at + seconds * 1000),
  };
};

/** Somebody may come back. */
export const unban = (scene: Scene): object => ({
  ...causer(scene),
  ...broadcaster(scene),
  ...userFields('moderator_user', scene.moderator),
});

/** Somebody becomes a moderator or a VIP, or is none any more. */
export const roleChange = (scene: Scene): object => ({ ...causer(scene), ...broadcaster(scene) });

/** Ads begin. */
export const adBreak = (scene: Scene): object => ({
  ...{ duration_seconds: scene.details.seconds ?? 60, started_at: timeOf(scene.at), is_automatic: false },
  ...broadcaster(scene),
  ...userFields('requester_user', scene.channel),
});

/** A stream begins. */
export const online = (scene: Scene): object => ({
  ...{ id: newId(), type: 'live', started_at: timeOf(scene.at) },
  ...broadcaster(scene),
});
