import { expect, test } from 'vitest';
import { BOT, LUNA, QUINN } from '../../../support/people.ts';
import { startFixture } from '../sandbox-fixture.ts';
import { next, open, subscribe, tokenOf } from './eventsub-fixture.ts';

const ALL_SCOPES = 'user:read:chat bits:read channel:read:subscriptions channel:moderate';

test('a condition may name one reward', async () => {
  const fixture = await startFixture();
  const session = await open(fixture);
  const luna = await tokenOf(fixture, LUNA, 'channel:manage:redemptions');
  const type = 'channel.channel_points_custom_reward_redemption.add';
  const song = { reward: 'Pick the next song', text: 'Blue' };
  const wanted = { type, version: '1', condition: { broadcaster_user_id: LUNA } };
  expect((await subscribe(fixture, luna, session.id, wanted)).status).toBe(202);
  expect(fixture.sandbox.control.event({ type, details: song })).toBe(1);
  const { reward, user_input, status } = (await next(session, 'notification')).payload.event;
  expect({ reward, user_input, status }).toEqual({
    ...{ user_input: 'Blue', status: 'unfulfilled' },
    reward: { id: expect.any(String), title: 'Pick the next song', cost: 1500, prompt: 'Which one?' },
  });
  const condition = { broadcaster_user_id: LUNA, reward_id: (reward as { id: string }).id };
  expect((await subscribe(fixture, luna, session.id, { ...wanted, condition })).status).toBe(202);
  expect(fixture.sandbox.control.event({ type })).toBe(1);
  expect(fixture.sandbox.control.event({ type, details: song })).toBe(2);
});

test.each<[string, object, object]>([
  [
    'channel.cheer',
    { anonymous: 'true', bits: '250', text: 'hi' },
    { user_id: null, user_name: null, is_anonymous: true, bits: 250, message: 'AnonCheer250 hi' },
  ],
  [
    'channel.subscription.gift',
    { total: 20, anonymous: true },
    { total: 20, user_id: null, cumulative_total: null },
  ],
  ['channel.subscribe', { tier: '3000', gift: true }, { tier: '3000', is_gift: true, user_id: QUINN }],
  [
    'channel.subscription.message',
    { months: 12, text: 'a year!' },
    { cumulative_months: 12, message: { text: 'a year!', emotes: null } },
  ],
  [
    'channel.ban',
    { seconds: 60, reason: 'spam' },
    { is_permanent: false, reason: 'spam', ends_at: '2026-01-01T00:01:00.000Z' },
  ],
  ['channel.ban', {}, { is_permanent: true, ends_at: null }],
  [
    'channel.chat.notification',
    { notice: 'community_sub_gift', total: 10 },
    {
      ...{ notice_type: 'community_sub_gift', sub: null, resub: null },
      community_sub_gift: { id: expect.any(String), total: 10, sub_tier: '1000', cumulative_total: 10 },
    },
  ],
  [
    'channel.chat.message',
    { text: 'hey' },
    {
      message: {
        text: 'hey',
        fragments: [{ type: 'text', text: 'hey', cheermote: null, emote: null, mention: null }],
      },
    },
  ],
])('%s with %j', async (type, details, expected) => {
  const fixture = await startFixture();
  const session = await open(fixture);
  const luna = await tokenOf(fixture, LUNA, ALL_SCOPES);
  const condition = { broadcaster_user_id: LUNA, ...(type.includes('.chat.') && { user_id: LUNA }) };
  await subscribe(fixture, luna, session.id, { type, version: '1', condition });
  expect((await fixture.send('/sandbox/events', { type, details })).body).toEqual({ type, heard: 1 });
  expect((await next(session, 'notification')).payload.event).toMatchObject(expected);
});

test('events change what Helix tells', async () => {
  const fixture = await startFixture();
  const luna = await tokenOf(fixture, LUNA, 'chat:read');
  const { control } = fixture.sandbox;
  const isLive = { data: [{ user_id: LUNA }] };
  control.event({ type: 'stream.online' });
  expect((await fixture.get(`/helix/streams?user_id=${LUNA}`, luna)).body).toMatchObject(isLive);
  control.event({ type: 'stream.offline' });
  control.event({ type: 'update', details: { title: 'New' } });
  expect((await fixture.get(`/helix/streams?user_id=${LUNA}`, luna)).body).toMatchObject({ data: [] });
  expect((await fixture.get(`/helix/channels?broadcaster_id=${LUNA}`, luna)).body).toMatchObject({
    data: [{ title: 'New' }],
  });
});

test('a reply tells of what it answers', async () => {
  const fixture = await startFixture();
  const session = await open(fixture);
  const bot = await tokenOf(fixture, BOT, 'user:read:chat user:write:chat');
  await subscribe(fixture, bot, session.id, {
    ...{ type: 'channel.chat.message', version: '1' },
    condition: { broadcaster_user_id: LUNA, user_id: BOT },
  });
  const { id } = fixture.sandbox.control.say(LUNA, QUINN, 'who are you?');
  await fixture.send(
    '/helix/chat/messages',
    { broadcaster_id: LUNA, sender_id: BOT, message: 'a bot', reply_parent_message_id: id },
    bot,
  );
  await next(session, 'notification');
  expect((await next(session, 'notification')).payload.event).toMatchObject({
    badges: [{ set_id: 'moderator', id: '1', info: '' }],
    reply: {
      ...{ parent_message_id: id, parent_message_body: 'who are you?', parent_user_id: QUINN },
      ...{ thread_message_id: id, thread_user_login: 'quiet_quinn' },
    },
  });
});

test.each([
  [{ type: 'channel.dreams' }, 'no such type'],
  [{ type: 'constructor' }, 'no such type'],
  [{ type: 'raid', user: 'nobody_at_all' }, 'no such account'],
  [{ type: 'cheer', details: { bits: 'many' } }, 'bits'],
  [{ type: 'cheer', details: { bits: 0 } }, 'bits'],
  [{ type: 'subscribe', details: { tier: '4000' } }, 'tier'],
  [{ type: 'raid', details: { viewer: 3 } }, 'viewer'],
  [{}, 'type'],
])('%j is refused with what is wrong', async (happening, named) => {
  const fixture = await startFixture();
  expect((await fixture.send('/sandbox/events', happening)).body).toMatchObject({
    status: 400,
    message: expect.stringContaining(named),
  });
});
