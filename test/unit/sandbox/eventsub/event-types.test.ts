import { describe, expect, test } from 'vitest';
import { EVENT_TYPES } from '../../../../sandbox/eventsub/event-types.ts';
import { BOT, LUNA, MAX, PIA, QUINN } from '../../../support/people.ts';
import { startFixture } from '../sandbox-fixture.ts';
import { next, open, subscribe, tokenOf } from './eventsub-fixture.ts';

const names = (prefix: string) => [`${prefix}_id`, `${prefix}_login`, `${prefix}_name`];
const CHANNEL = names('broadcaster_user');
const USER = names('user');
const SOURCE = [...names('source_broadcaster_user'), 'source_message_id', 'source_badges', 'is_source_only'];
const REWARD = [
  ...['id', 'is_enabled', 'is_paused', 'is_in_stock', 'title', 'cost', 'prompt', 'is_user_input_required'],
  ...['should_redemptions_skip_request_queue', 'cooldown_expires_at', 'redemptions_redeemed_current_stream'],
  ...['max_per_stream', 'max_per_user_per_stream', 'global_cooldown', 'background_color', 'image'],
  'default_image',
];
const REDEMPTION = ['id', 'user_input', 'status', 'reward', 'redeemed_at'];
const NOTICES = ['sub', 'resub', 'sub_gift', 'community_sub_gift', 'raid', 'announcement'];
const SHARED = [...NOTICES, 'gift_paid_upgrade', 'prime_paid_upgrade', 'pay_it_forward'];

interface Row {
  readonly version?: string;
  /** Besides the broadcaster. */
  readonly condition?: Record<string, string>;
  readonly scope?: string;
  /** Every field Twitch documents, the channel's own three apart. */
  readonly fields: readonly string[];
}

const SUBS = { scope: 'channel:read:subscriptions' };
const POINTS = { scope: 'channel:read:redemptions' };
const READER = { scope: 'user:read:chat', condition: { user_id: LUNA } };

/** By hand from Twitch's reference ("EventSub Reference"), not from what the sandbox sends. */
const ROWS: Record<string, Row> = {
  'channel.chat.message': {
    ...READER,
    fields: [
      ...[
        ...names('chatter_user'),
        'message_id',
        'message',
        'message_type',
        'badges',
        'cheer',
        'color',
        'reply',
      ],
      ...['channel_points_custom_reward_id', 'channel_points_animation_id', ...SOURCE],
    ],
  },
  'channel.chat.notification': {
    ...READER,
    fields: [
      ...[
        ...names('chatter_user'),
        'chatter_is_anonymous',
        'color',
        'badges',
        'system_message',
        'message_id',
      ],
      ...[
        'message',
        'notice_type',
        ...SHARED,
        'unraid',
        'bits_badge_tier',
        'charity_donation',
        'watch_streak',
        ...SOURCE,
      ],
      ...SHARED.map((notice) => `shared_chat_${notice}`),
    ],
  },
  'channel.chat.message_delete': { ...READER, fields: [...names('target_user'), 'message_id'] },
  'channel.chat.clear': { ...READER, fields: [] },
  'channel.chat.clear_user_messages': { ...READER, fields: names('target_user') },
  'channel.follow': {
    ...{ version: '2', scope: 'moderator:read:followers', condition: { moderator_user_id: LUNA } },
    fields: [...USER, 'followed_at'],
  },
  'channel.subscribe': { ...SUBS, fields: [...USER, 'tier', 'is_gift'] },
  'channel.subscription.end': { ...SUBS, fields: [...USER, 'tier', 'is_gift'] },
  'channel.subscription.gift': {
    ...SUBS,
    fields: [...USER, 'total', 'tier', 'cumulative_total', 'is_anonymous'],
  },
  'channel.subscription.message': {
    ...SUBS,
    fields: [...USER, 'tier', 'message', 'cumulative_months', 'streak_months', 'duration_months'],
  },
  'channel.cheer': { scope: 'bits:read', fields: [...USER, 'is_anonymous', 'message', 'bits'] },
  'channel.channel_points_custom_reward.add': { ...POINTS, fields: REWARD },
  'channel.channel_points_custom_reward.update': { ...POINTS, fields: REWARD },
  'channel.channel_points_custom_reward.remove': { ...POINTS, fields: REWARD },
  'channel.channel_points_custom_reward_redemption.add': { ...POINTS, fields: [...USER, ...REDEMPTION] },
  'channel.channel_points_custom_reward_redemption.update': { ...POINTS, fields: [...USER, ...REDEMPTION] },
  'channel.update': {
    version: '2',
    fields: ['title', 'language', 'category_id', 'category_name', 'content_classification_labels'],
  },
  'channel.ban': {
    scope: 'channel:moderate',
    fields: [...USER, ...names('moderator_user'), 'reason', 'banned_at', 'ends_at', 'is_permanent'],
  },
  'channel.unban': { scope: 'channel:moderate', fields: [...USER, ...names('moderator_user')] },
  'channel.moderator.add': { scope: 'moderation:read', fields: USER },
  'channel.moderator.remove': { scope: 'moderation:read', fields: USER },
  'channel.ad_break.begin': {
    scope: 'channel:read:ads',
    fields: [...names('requester_user'), 'duration_seconds', 'started_at', 'is_automatic'],
  },
  'stream.online': { fields: ['id', 'type', 'started_at'] },
  'stream.offline': { fields: [] },
};

const wantedOf = (type: string, { version = '1', condition = {} }: Row) => ({
  ...{ type, version },
  condition: { broadcaster_user_id: LUNA, ...condition },
});

describe.each(Object.entries(ROWS))('%s', (type, row) => {
  test('is had with its scope and not without, and brings every field', async () => {
    const fixture = await startFixture();
    const session = await open(fixture);
    const wanted = wantedOf(type, row);
    if (row.scope !== undefined) {
      const poor = await tokenOf(fixture, LUNA, 'chat:read');
      expect((await subscribe(fixture, poor, session.id, wanted)).body).toMatchObject({
        ...{ status: 403, message: 'subscription missing proper authorization' },
      });
      const stranger = await tokenOf(fixture, QUINN, row.scope);
      expect((await subscribe(fixture, stranger, session.id, wanted)).status).toBe(403);
    }
    const luna = await tokenOf(fixture, LUNA, row.scope ?? 'chat:read');
    for (const other of ['0', '9'])
      expect((await subscribe(fixture, luna, session.id, { ...wanted, version: other })).status).toBe(400);
    expect((await subscribe(fixture, luna, session.id, wanted)).status).toBe(202);
    const fired = await fixture.send('/sandbox/events', { type, user: 'pixelpia' });
    expect(fired.body).toEqual({ type, heard: 1 });
    const { metadata, payload } = await next(session, 'notification');
    expect(metadata).toMatchObject({ subscription_type: type, subscription_version: row.version ?? '1' });
    expect(Object.keys(payload.event).sort()).toEqual([...CHANNEL, ...row.fields].sort());
    expect(payload.event).toMatchObject({ broadcaster_user_id: LUNA });
    for (const prefix of ['user', 'chatter_user', 'target_user'].filter((one) =>
      row.fields.includes(`${one}_id`),
    ))
      expect(payload.event).toMatchObject({ [`${prefix}_id`]: PIA, [`${prefix}_name`]: 'PixelPia' });
    expect((await fixture.send('/sandbox/events', { type, channel: 'modmax' })).body).toEqual({
      type,
      heard: 0,
    });
  });
});

test('the table above is of all types but the raid, which has a condition of its own', () => {
  expect(Object.keys(EVENT_TYPES).sort()).toEqual([...Object.keys(ROWS), 'channel.raid'].sort());
});

describe('channel.raid', () => {
  const raid = (condition: object) => ({ type: 'channel.raid', version: '1', condition });
  const [to, from] = [{ to_broadcaster_user_id: LUNA }, { from_broadcaster_user_id: PIA }];

  test('is heard at both ends, by whoever wants', async () => {
    const fixture = await startFixture();
    const session = await open(fixture);
    const bot = await tokenOf(fixture, BOT, 'chat:read');
    for (const condition of [to, from, { from_broadcaster_user_id: MAX }])
      expect((await subscribe(fixture, bot, session.id, raid(condition))).status).toBe(202);
    expect(fixture.sandbox.control.event({ type: 'raid', user: PIA, details: { viewers: '7' } })).toBe(2);
    expect((await next(session, 'notification')).payload.event).toEqual({
      ...{ from_broadcaster_user_id: PIA, from_broadcaster_user_login: 'pixelpia' },
      ...{ from_broadcaster_user_name: 'PixelPia', to_broadcaster_user_id: LUNA },
      ...{ to_broadcaster_user_login: 'luna_streams', to_broadcaster_user_name: 'Luna_Streams', viewers: 7 },
    });
  });

  test.each([[{}], [{ ...to, ...from }], [{ broadcaster_user_id: LUNA }], [{ to_broadcaster_user_id: '1' }]])(
    'takes one end, not %j',
    async (condition) => {
      const fixture = await startFixture();
      const session = await open(fixture);
      const bot = await tokenOf(fixture, BOT, 'chat:read');
      expect((await subscribe(fixture, bot, session.id, raid(condition))).body?.message).toMatch(
        /^invalid condition: /,
      );
    },
  );
});
