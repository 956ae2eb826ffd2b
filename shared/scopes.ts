/**
 * The scopes Twitch knows (dev.twitch.tv/docs/authentication/scopes, mid-2026), each in words that
 * end the sentence "With it, a bot can …". The list is for labels and for warning colours only:
 * Twitch adds scopes every year, so an unknown one is shown as it is and never refused.
 */
import { quoted } from './quoted.ts';

/**
 * How much harm a scope can do: `look` reads what viewers can mostly see, `act` speaks or changes
 * something, `careful` touches secrets, money, people's rights or things that can't be undone.
 */
export type ScopeRisk = 'look' | 'act' | 'careful';
export interface ScopeInfo {
  scope: string;
  words: string;
  risk: ScopeRisk;
  /** True for names Twitch no longer gives out to new programs. */
  old: boolean;
}

type Row = readonly [scope: string, risk: ScopeRisk, words: string];

const CURRENT: readonly Row[] = [
  ['analytics:read:extensions', 'look', 'see the reports of your extensions'],
  ['analytics:read:games', 'look', 'see the reports of your games'],
  ['bits:read', 'look', 'see cheers, the Bits leaderboard and Power-up redemptions'],
  ['channel:bot', 'act', 'join your chat as a bot'],
  ['channel:edit:commercial', 'act', 'start an ad break'],
  ['channel:manage:ads', 'act', 'snooze your ads'],
  ['channel:manage:broadcast', 'act', 'change your title, category and tags, and set markers'],
  ['channel:manage:clips', 'act', 'make clips from your past streams and download your clips'],
  ['channel:manage:extensions', 'act', 'switch your extensions on and off and set them up'],
  ['channel:manage:guest_star', 'act', 'run Guest Star: settings, invites and slots'],
  ['channel:manage:moderators', 'careful', 'make people moderators and take that away'],
  ['channel:manage:polls', 'act', 'start, end and read polls'],
  ['channel:manage:predictions', 'act', 'start, lock, pay out and read predictions'],
  ['channel:manage:raids', 'careful', 'start a raid or call it off'],
  ['channel:manage:redemptions', 'act', 'create channel-point rewards and settle redemptions'],
  ['channel:manage:schedule', 'act', 'change your stream schedule'],
  ['channel:manage:videos', 'careful', 'delete your past streams and videos'],
  ['channel:manage:vips', 'careful', 'make people VIPs and take that away'],
  ['channel:moderate', 'careful', 'moderate your chat, and see bans and unbans'],
  ['channel:read:ads', 'look', 'see when ads run'],
  ['channel:read:charity', 'look', 'see charity campaigns and donations'],
  ['channel:read:editors', 'look', 'see who your editors are'],
  ['channel:read:goals', 'look', 'see your goals and how far they are'],
  ['channel:read:guest_star', 'look', 'see Guest Star settings, guests and invites'],
  ['channel:read:hype_train', 'look', 'follow Hype Trains'],
  ['channel:read:polls', 'look', 'see polls and their results'],
  ['channel:read:predictions', 'look', 'see predictions and their results'],
  ['channel:read:redemptions', 'look', 'see channel-point rewards and who redeems them'],
  ['channel:read:stream_key', 'careful', 'read your secret stream key and so stream as you'],
  ['channel:read:subscriptions', 'look', 'see who subscribes to you'],
  ['channel:read:vips', 'look', 'see who your VIPs are'],
  ['chat:edit', 'act', 'write in chat as you'],
  ['chat:read', 'look', 'read chat'],
  ['clips:edit', 'act', 'make clips of a live stream'],
  ['editor:manage:clips', 'act', 'make and download clips of channels you edit'],
  ['moderation:read', 'look', 'see moderators, bans and time-outs'],
  ['moderator:manage:announcements', 'act', 'post announcements where you moderate'],
  ['moderator:manage:automod', 'act', 'let through or refuse messages that AutoMod holds'],
  ['moderator:manage:automod_settings', 'careful', 'change AutoMod settings'],
  ['moderator:manage:banned_users', 'careful', 'ban, time out and unban people'],
  ['moderator:manage:blocked_terms', 'careful', 'see and change the list of blocked words'],
  ['moderator:manage:chat_messages', 'careful', 'delete and pin chat messages'],
  ['moderator:manage:chat_settings', 'act', 'change chat settings such as slow mode'],
  ['moderator:manage:guest_star', 'act', 'invite and place guests where you moderate Guest Star'],
  ['moderator:manage:shield_mode', 'careful', 'switch Shield Mode on and off'],
  ['moderator:manage:shoutouts', 'act', 'give shoutouts'],
  ['moderator:manage:suspicious_users', 'careful', 'mark people as suspicious or clear them'],
  ['moderator:manage:unban_requests', 'careful', 'answer unban requests'],
  ['moderator:manage:warnings', 'careful', 'warn people in chat'],
  ['moderator:read:automod_settings', 'look', 'see AutoMod settings'],
  ['moderator:read:banned_users', 'look', 'see bans and unbans where you moderate'],
  ['moderator:read:blocked_terms', 'look', 'see the list of blocked words'],
  ['moderator:read:chat_messages', 'look', 'see deleted messages and the pinned one'],
  ['moderator:read:chat_settings', 'look', 'see chat settings'],
  ['moderator:read:chatters', 'look', 'see who is in chat'],
  ['moderator:read:followers', 'look', 'see who follows, and new follows'],
  ['moderator:read:guest_star', 'look', 'see Guest Star where you moderate it'],
  ['moderator:read:moderators', 'look', 'see who moderates where you do'],
  ['moderator:read:shield_mode', 'look', 'see whether Shield Mode is on'],
  ['moderator:read:shoutouts', 'look', 'see shoutouts given and received'],
  ['moderator:read:suspicious_users', 'look', 'see who is marked as suspicious and what they write'],
  ['moderator:read:unban_requests', 'look', 'see unban requests'],
  ['moderator:read:vips', 'look', 'see VIPs where you moderate'],
  ['moderator:read:warnings', 'look', 'see warnings given to people'],
  ['openid', 'look', 'learn which account you are'],
  ['user:bot', 'act', 'appear in chats as a bot with this account'],
  ['user:edit', 'act', 'change your profile description'],
  ['user:edit:broadcast', 'act', 'change your stream’s settings and extensions (an older scope)'],
  ['user:manage:blocked_users', 'careful', 'block and unblock people for you'],
  ['user:manage:chat_color', 'act', 'change the colour of your name'],
  ['user:manage:whispers', 'careful', 'read and send your private whispers'],
  ['user:read:blocked_users', 'look', 'see whom you block'],
  ['user:read:broadcast', 'look', 'see stream markers and extension settings'],
  ['user:read:chat', 'look', 'read chat as you'],
  ['user:read:email', 'careful', 'read your e-mail address'],
  ['user:read:emotes', 'look', 'see which emotes you can use'],
  ['user:read:follows', 'look', 'see whom you follow'],
  ['user:read:moderated_channels', 'look', 'see where you moderate'],
  ['user:read:subscriptions', 'look', 'check whether you subscribe to a channel'],
  ['user:read:whispers', 'careful', 'read your private whispers'],
  ['user:write:chat', 'act', 'write in chat as you'],
  ['whispers:read', 'careful', 'read your private whispers (an older scope)'],
];

const OLD: readonly Row[] = [
  ['whispers:edit', 'careful', 'send private whispers as you (no longer in use)'],
  ['user:edit:follows', 'act', 'follow and unfollow channels (no longer in use)'],
  ['channel_subscriptions', 'look', 'see who subscribes to you (old name)'],
  ['channel_commercial', 'act', 'start an ad break (old name)'],
  ['channel_editor', 'act', 'change your title and category (old name)'],
  ['channel_read', 'careful', 'read private channel settings and your stream key (old name)'],
  ['user_blocks_read', 'look', 'see whom you block (old name)'],
  ['user_blocks_edit', 'careful', 'block and unblock people for you (old name)'],
  ['user_follows_edit', 'act', 'follow and unfollow channels (old name)'],
  ['user_read', 'careful', 'read private details such as your e-mail address (old name)'],
  ['user_subscriptions', 'look', 'check whether you subscribe to a channel (old name)'],
  ['chat_login', 'act', 'read and write chat as you (old name)'],
  ['channel_check_subscription', 'look', 'check who subscribes to your channel (old name)'],
  ['channel_stream', 'careful', 'replace your stream key (old name)'],
  ['channel_feed_read', 'look', 'read the channel feed (no longer in use)'],
  ['channel_feed_edit', 'act', 'write the channel feed (no longer in use)'],
  ['collections_edit', 'act', 'change video collections (old name)'],
  ['communities_edit', 'act', 'manage communities (no longer in use)'],
  ['communities_moderate', 'act', 'moderate communities (no longer in use)'],
  ['viewing_activity_read', 'look', 'follow what you watch (no longer in use)'],
];

const info =
  (old: boolean) =>
  ([scope, risk, words]: Row): ScopeInfo => ({ scope, words, risk, old });

/** Every scope Castkey can explain, current ones first. */
export const SCOPES: readonly ScopeInfo[] = [...CURRENT.map(info(false)), ...OLD.map(info(true))];

const BY_NAME = new Map(SCOPES.map((entry) => [entry.scope, entry]));

/** What is known of a scope; one that Twitch added since is told by its name and treated with care. */
export function scopeInfo(scope: string): ScopeInfo {
  return BY_NAME.get(scope) ?? { scope, words: `use ${quoted(scope)}`, risk: 'careful', old: false };
}

/** What a scope lets a bot do, to end the sentence "With it, a bot can …". */
export function scopeMeaning(scope: string): string {
  return scopeInfo(scope).words;
}
