import { describe, expect, test } from 'vitest';
import { BOT, LUNA, MAX, PIA, QUINN } from '../../../support/people.ts';
import { bearer, CONFIDENTIAL, PUBLIC, signIn, startFixture, text } from '../sandbox-fixture.ts';
import {
  CHAT,
  FOLLOW,
  type Headers,
  next,
  ONLINE,
  open,
  PATH,
  subscribe,
  tokenOf,
} from './eventsub-fixture.ts';

describe('subscribing', () => {
  test('brings what happens from then on', async () => {
    const fixture = await startFixture();
    const bot = await tokenOf(fixture, BOT, 'user:read:chat moderator:read:followers');
    const session = await open(fixture);
    for (const wanted of [ONLINE, CHAT, FOLLOW]) {
      const reply = await subscribe(fixture, bot, session.id, wanted);
      expect(reply.status).toBe(202);
      expect(reply.body).toMatchObject({ data: [{ ...wanted, status: 'enabled' }], max_total_cost: 10 });
    }
    expect((await fixture.send('/sandbox/live', { user: LUNA, live: true })).body).toEqual({ heard: 1 });
    const online = await next(session, 'notification');
    expect(online.metadata).toMatchObject({ subscription_type: 'stream.online', subscription_version: '1' });
    expect(online.payload.event).toMatchObject({ broadcaster_user_login: 'luna_streams', type: 'live' });
    expect((await fixture.send('/sandbox/follow', { channel: LUNA, user: QUINN })).body).toEqual({
      heard: 1,
    });
    expect((await next(session, 'notification')).payload.event).toMatchObject({ user_id: QUINN });
    await fixture.send('/sandbox/chat', { channel: 'luna_streams', user: 'modmax', text: 'hi' });
    expect((await next(session, 'notification')).payload.event).toMatchObject({
      chatter_user_id: MAX,
      message: { text: 'hi' },
    });
    fixture.sandbox.control.say(PIA, MAX, 'in another channel');
    expect(fixture.sandbox.control.setLive(PIA, true)).toBe(0);
    expect(session.unread()).toEqual([]);
  });

  test.each<[string, object, number, string]>([
    ['an unknown type', { ...ONLINE, type: 'stream.dreams' }, 400, 'invalid subscription type and version'],
    ['another version', { ...FOLLOW, version: '1' }, 400, 'invalid subscription type and version'],
    [
      'nobody',
      { ...ONLINE, condition: { broadcaster_user_id: '1' } },
      400,
      'invalid condition: broadcaster_user_id',
    ],
    [
      'half a condition',
      { ...CHAT, condition: { user_id: BOT } },
      400,
      'invalid condition: broadcaster_user_id',
    ],
    ['a missing scope', FOLLOW, 403, 'subscription missing proper authorization'],
    [
      'another person’s ears',
      { ...CHAT, condition: { broadcaster_user_id: LUNA, user_id: MAX } },
      403,
      'subscription missing proper authorization',
    ],
  ])('to %s is refused', async (_, wanted, status, message) => {
    const fixture = await startFixture();
    const session = await open(fixture);
    const reply = await subscribe(fixture, await tokenOf(fixture, BOT, 'user:read:chat'), session.id, wanted);
    expect(reply.body).toMatchObject({ status, message });
  });

  test('to follows takes a moderator', async () => {
    const fixture = await startFixture();
    const session = await open(fixture);
    const condition = { broadcaster_user_id: LUNA, moderator_user_id: QUINN };
    const quinn = await tokenOf(fixture, QUINN, 'moderator:read:followers');
    expect((await subscribe(fixture, quinn, session.id, { ...FOLLOW, condition })).status).toBe(403);
  });

  test('takes a live session, a user’s token, and one user a connection', async () => {
    const fixture = await startFixture();
    const [bot, luna] = [
      await tokenOf(fixture, BOT, 'user:read:chat'),
      await tokenOf(fixture, LUNA, 'chat:read'),
    ];
    const grant = { ...CONFIDENTIAL, grant_type: 'client_credentials' };
    const app = text(await fixture.post('/oauth2/token', grant), 'access_token');
    const session = await open(fixture);
    const refused = async (headers: Headers, id: string) =>
      (await subscribe(fixture, headers, id, ONLINE)).body?.message;
    expect(await refused(bearer(app, CONFIDENTIAL.client_id), session.id)).toBe(
      'invalid transport and auth combination',
    );
    expect(await refused(bot, 'gone')).toBe(
      'websocket transport session does not exist or has already disconnected',
    );
    expect((await subscribe(fixture, bot, session.id, ONLINE)).status).toBe(202);
    expect(await refused(luna, session.id)).toBe(
      'websocket transport cannot have subscriptions created by different users',
    );
    expect(await refused(bot, session.id)).toBe('subscription already exists');
    expect(await refused(bearer('dead'), session.id)).toBe('Invalid OAuth token');
  });

  test('is limited by connections, by likeness and by cost', async () => {
    const fixture = await startFixture();
    const bot = await tokenOf(fixture, BOT, 'user:read:chat');
    const sessions = [await open(fixture), await open(fixture), await open(fixture), await open(fixture)];
    const ids = sessions.map(({ id }) => id);
    const answers: unknown[] = [];
    for (const id of ids) answers.push((await subscribe(fixture, bot, id, ONLINE)).body?.message);
    expect(answers).toEqual([
      undefined,
      undefined,
      undefined,
      'number of websocket transports limit exceeded',
    ]);
    const made = Array.from({ length: 8 }, (_, number) =>
      fixture.sandbox.control.createAccount({ login: `live_${number}` }),
    );
    const costs: unknown[] = [];
    for (const { id } of made) {
      const wanted = { ...ONLINE, condition: { broadcaster_user_id: id } };
      costs.push((await subscribe(fixture, bot, ids[0] ?? '', wanted)).body?.total_cost ?? 'refused');
    }
    expect(costs).toEqual([4, 5, 6, 7, 8, 9, 10, 'refused']);
    await signIn(fixture, { user: PIA });
    const free = { ...ONLINE, condition: { broadcaster_user_id: PIA } };
    expect((await subscribe(fixture, bot, ids[0] ?? '', free)).body).toMatchObject({
      data: [{ cost: 0 }],
      total_cost: 10,
    });
  });
});

describe('one’s subscriptions', () => {
  test('are listed, found by filter, and ended', async () => {
    const fixture = await startFixture();
    const [bot, luna] = [
      await tokenOf(fixture, BOT, 'user:read:chat'),
      await tokenOf(fixture, LUNA, 'user:read:chat'),
    ];
    const session = await open(fixture);
    await subscribe(fixture, bot, session.id, ONLINE);
    const made = await subscribe(fixture, bot, session.id, CHAT);
    const id = /"id":"([\w-]+)"/.exec(made.text)?.[1];
    expect((await fixture.get(`${PATH}?type=stream.online`, bot)).body).toMatchObject({
      total: 2,
      data: [ONLINE],
    });
    expect((await fixture.get(PATH, luna)).body).toMatchObject({ total: 0, data: [] });
    const remove = (headers: Headers, query: string) =>
      fixture.send(`${PATH}${query}`, {}, headers, 'DELETE');
    expect((await remove(bot, '')).status).toBe(400);
    expect((await remove(luna, `?id=${id}`)).status).toBe(404);
    expect((await remove(bot, `?id=${id}`)).status).toBe(204);
    fixture.sandbox.control.say(LUNA, MAX, 'unheard');
    session.close();
    await expect
      .poll(async () => (await fixture.get(`${PATH}?status=websocket_disconnected`, bot)).body)
      .toMatchObject({ total: 1, total_cost: 0 });
    expect(session.unread()).toEqual([]);
  });

  test('end when the person takes the application back, and not when the token expires', async () => {
    const fixture = await startFixture();
    const bot = await tokenOf(fixture, BOT, 'user:read:chat');
    const session = await open(fixture);
    await subscribe(fixture, bot, session.id, CHAT);
    fixture.sandbox.control.expireTokens();
    fixture.sandbox.control.say(LUNA, MAX, 'still heard');
    await next(session, 'notification');
    fixture.sandbox.control.disconnect({ user: BOT });
    const { payload } = await next(session, 'revocation');
    expect(payload.subscription).toMatchObject({ type: CHAT.type, status: 'authorization_revoked' });
    fixture.sandbox.control.say(LUNA, MAX, 'unheard');
    expect(session.unread()).toEqual([]);
  });

  test('end with the token that made them', async () => {
    const fixture = await startFixture();
    const token = text(await signIn(fixture, { user: BOT, scopes: 'user:read:chat' }), 'access_token');
    const session = await open(fixture);
    await subscribe(fixture, bearer(token), session.id, CHAT);
    await fixture.post('/oauth2/revoke', { ...PUBLIC, token });
    expect((await next(session, 'revocation')).metadata.subscription_type).toBe(CHAT.type);
  });
});
