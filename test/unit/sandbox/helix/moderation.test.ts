import { expect, test } from 'vitest';
import { BOT, LUNA, MAX, PIA, QUINN } from '../../../support/people.ts';
import { next, open, subscribe, tokenOf } from '../eventsub/eventsub-fixture.ts';
import { startFixture } from '../sandbox-fixture.ts';

const SCOPES =
  'moderator:manage:banned_users moderator:manage:chat_messages moderator:manage:announcements user:read:chat';
const AT = `broadcaster_id=${LUNA}&moderator_id=${BOT}`;

/** Luna listens to her channel; what she hears of one type. */
async function listening(type: string) {
  const fixture = await startFixture();
  const session = await open(fixture);
  const luna = await tokenOf(fixture, LUNA, 'channel:moderate user:read:chat');
  const condition = { broadcaster_user_id: LUNA, ...(type.includes('.chat.') && { user_id: LUNA }) };
  expect((await subscribe(fixture, luna, session.id, { type, version: '1', condition })).status).toBe(202);
  const heard = async () => (await next(session, 'notification')).payload.event;
  return { fixture, heard, bot: await tokenOf(fixture, BOT, SCOPES) };
}

test('a ban and a timeout are answered and told, with who did it', async () => {
  const { fixture, heard, bot } = await listening('channel.ban');
  const path = `/helix/moderation/bans?${AT}`;
  const out = await fixture.send(path, { data: { user_id: QUINN, duration: 60, reason: 'spam' } }, bot);
  expect(out.body).toEqual({
    data: [
      {
        ...{ broadcaster_id: LUNA, moderator_id: BOT, user_id: QUINN },
        ...{ created_at: '2026-01-01T00:00:00.000Z', end_time: '2026-01-01T00:01:00.000Z' },
      },
    ],
  });
  expect(await heard()).toMatchObject({
    user_id: QUINN,
    moderator_user_id: BOT,
    is_permanent: false,
    reason: 'spam',
  });
  expect((await fixture.send(path, { data: { user_id: LUNA } }, bot)).status).toBe(400);
  expect((await fixture.send(path, { data: { user_id: '1' } }, bot)).status).toBe(400);
  expect((await fixture.send(`${path}&user_id=${QUINN}`, {}, bot, 'DELETE')).status).toBe(204);
});

test('a message is deleted, or all of them', async () => {
  const { fixture, heard, bot } = await listening('channel.chat.message_delete');
  const { id } = fixture.sandbox.control.say(LUNA, PIA, 'spoiler');
  const path = `/helix/moderation/chat?${AT}`;
  expect((await fixture.send(`${path}&message_id=${id}`, {}, bot, 'DELETE')).status).toBe(204);
  expect(await heard()).toMatchObject({ message_id: id, target_user_id: PIA });
  expect((await fixture.send(`${path}&message_id=nothing`, {}, bot, 'DELETE')).status).toBe(404);
  expect((await fixture.send(path, {}, bot, 'DELETE')).status).toBe(204);
});

test('an announcement is told in chat', async () => {
  const { fixture, heard, bot } = await listening('channel.chat.notification');
  const path = `/helix/chat/announcements?${AT}`;
  expect((await fixture.send(path, { message: 'in five minutes' }, bot)).status).toBe(204);
  expect(await heard()).toMatchObject({
    ...{ notice_type: 'announcement', chatter_user_id: BOT, message: { text: 'in five minutes' } },
  });
  expect((await fixture.send(path, {}, bot)).status).toBe(400);
});

test.each([
  ['somebody else', `broadcaster_id=${LUNA}&moderator_id=${MAX}`, 401],
  ['no moderator of that channel', `broadcaster_id=${PIA}&moderator_id=${BOT}`, 403],
  ['nobody', `broadcaster_id=${LUNA}`, 400],
  ['nowhere', `moderator_id=${BOT}`, 400],
])('is not for %s', async (_, query, status) => {
  const fixture = await startFixture();
  const bot = await tokenOf(fixture, BOT, SCOPES);
  const reply = await fixture.send(`/helix/moderation/bans?${query}`, { data: { user_id: QUINN } }, bot);
  expect(reply.status).toBe(status);
});

test('what programs ask for at their start is there', async () => {
  const fixture = await startFixture();
  const luna = await tokenOf(fixture, LUNA, 'channel:read:redemptions moderation:read');
  const get = async (path: string) => (await fixture.get(`/helix/${path}`, luna)).body;
  expect(await get('chat/badges/global')).toEqual({ data: [] });
  expect(await get(`chat/emotes?broadcaster_id=${LUNA}`)).toMatchObject({
    data: [],
    template: expect.any(String),
  });
  expect(await get(`chat/settings?broadcaster_id=${LUNA}`)).toMatchObject({ data: [{ slow_mode: false }] });
  expect(await get(`moderation/moderators?broadcaster_id=${LUNA}`)).toMatchObject({
    data: [{ user_login: 'luna_bot' }, { user_id: MAX }],
  });
  const rewards = (await get(`channel_points/custom_rewards?broadcaster_id=${LUNA}`)) as {
    data: { id: string }[];
  };
  expect(rewards.data).toMatchObject([
    {
      broadcaster_login: 'luna_streams',
      title: 'Drink water',
      cost: 300,
      max_per_stream_setting: { is_enabled: false },
    },
    { title: 'Pick the next song', is_user_input_required: true },
  ]);
  const one = await get(`channel_points/custom_rewards?broadcaster_id=${LUNA}&id=${rewards.data[1]?.id}`);
  expect(one).toMatchObject({ data: [{ title: 'Pick the next song' }] });
  expect(await get(`channel_points/custom_rewards?broadcaster_id=${PIA}`)).toMatchObject({ status: 401 });
});
