import { describe, expect, test } from 'vitest';
import { BOT, bearer, CONFIDENTIAL, LUNA, PUBLIC, setStage, signIn, text } from '../sandbox-fixture.ts';
import {
  CHAT,
  FOLLOW,
  type Headers,
  MAX,
  next,
  ONLINE,
  open,
  PATH,
  PIA,
  QUINN,
  subscribe,
  tokenOf,
} from './eventsub-fixture.ts';

describe('subscribing', () => {
  test('brings what happens from then on', async () => {
    const stage = await setStage();
    const bot = await tokenOf(stage, BOT, 'user:read:chat moderator:read:followers');
    const session = await open(stage);
    for (const wanted of [ONLINE, CHAT, FOLLOW]) {
      const reply = await subscribe(stage, bot, session.id, wanted);
      expect(reply.status).toBe(202);
      expect(reply.body).toMatchObject({ data: [{ ...wanted, status: 'enabled' }], max_total_cost: 10 });
    }
    expect((await stage.send('/sandbox/live', { user: LUNA, live: true })).body).toEqual({ heard: 1 });
    const online = await next(session, 'notification');
    expect(online.metadata).toMatchObject({ subscription_type: 'stream.online', subscription_version: '1' });
    expect(online.payload.event).toMatchObject({ broadcaster_user_login: 'luna_streams', type: 'live' });
    expect((await stage.send('/sandbox/follow', { channel: LUNA, user: QUINN })).body).toEqual({ heard: 1 });
    expect((await next(session, 'notification')).payload.event).toMatchObject({ user_id: QUINN });
    await stage.send('/sandbox/chat', { channel: 'luna_streams', user: 'modmax', text: 'hi' });
    expect((await next(session, 'notification')).payload.event).toMatchObject({
      chatter_user_id: MAX,
      message: { text: 'hi' },
    });
    stage.sandbox.control.say(PIA, MAX, 'in another channel');
    expect(stage.sandbox.control.setLive(PIA, true)).toBe(0);
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
    const stage = await setStage();
    const session = await open(stage);
    const reply = await subscribe(stage, await tokenOf(stage, BOT, 'user:read:chat'), session.id, wanted);
    expect(reply.body).toMatchObject({ status, message });
  });

  test('to follows takes a moderator', async () => {
    const stage = await setStage();
    const session = await open(stage);
    const condition = { broadcaster_user_id: LUNA, moderator_user_id: QUINN };
    const quinn = await tokenOf(stage, QUINN, 'moderator:read:followers');
    expect((await subscribe(stage, quinn, session.id, { ...FOLLOW, condition })).status).toBe(403);
  });

  test('takes a live session, a user’s token, and one user a connection', async () => {
    const stage = await setStage();
    const [bot, luna] = [
      await tokenOf(stage, BOT, 'user:read:chat'),
      await tokenOf(stage, LUNA, 'chat:read'),
    ];
    const grant = { ...CONFIDENTIAL, grant_type: 'client_credentials' };
    const app = text(await stage.post('/oauth2/token', grant), 'access_token');
    const session = await open(stage);
    const refused = async (headers: Headers, id: string) =>
      (await subscribe(stage, headers, id, ONLINE)).body?.message;
    expect(await refused(bearer(app, CONFIDENTIAL.client_id), session.id)).toBe(
      'invalid transport and auth combination',
    );
    expect(await refused(bot, 'gone')).toBe(
      'websocket transport session does not exist or has already disconnected',
    );
    expect((await subscribe(stage, bot, session.id, ONLINE)).status).toBe(202);
    expect(await refused(luna, session.id)).toBe(
      'websocket transport cannot have subscriptions created by different users',
    );
    expect(await refused(bot, session.id)).toBe('subscription already exists');
    expect(await refused(bearer('dead'), session.id)).toBe('Invalid OAuth token');
  });

  test('is limited by connections, by likeness and by cost', async () => {
    const stage = await setStage();
    const bot = await tokenOf(stage, BOT, 'user:read:chat');
    const sessions = [await open(stage), await open(stage), await open(stage), await open(stage)];
    const ids = sessions.map(({ id }) => id);
    const answers: unknown[] = [];
    for (const id of ids) answers.push((await subscribe(stage, bot, id, ONLINE)).body?.message);
    expect(answers).toEqual([
      undefined,
      undefined,
      undefined,
      'number of websocket transports limit exceeded',
    ]);
    const made = Array.from({ length: 8 }, (_, number) =>
      stage.sandbox.control.createAccount({ login: `live_${number}` }),
    );
    const costs: unknown[] = [];
    for (const { id } of made) {
      const wanted = { ...ONLINE, condition: { broadcaster_user_id: id } };
      costs.push((await subscribe(stage, bot, ids[0] ?? '', wanted)).body?.total_cost ?? 'refused');
    }
    expect(costs).toEqual([4, 5, 6, 7, 8, 9, 10, 'refused']);
    await signIn(stage, { user: PIA });
    const free = { ...ONLINE, condition: { broadcaster_user_id: PIA } };
    expect((await subscribe(stage, bot, ids[0] ?? '', free)).body).toMatchObject({
      data: [{ cost: 0 }],
      total_cost: 10,
    });
  });
});

describe('one’s subscriptions', () => {
  test('are listed, found by filter, and ended', async () => {
    const stage = await setStage();
    const [bot, luna] = [
      await tokenOf(stage, BOT, 'user:read:chat'),
      await tokenOf(stage, LUNA, 'user:read:chat'),
    ];
    const session = await open(stage);
    await subscribe(stage, bot, session.id, ONLINE);
    const made = await subscribe(stage, bot, session.id, CHAT);
    const id = /"id":"([\w-]+)"/.exec(made.text)?.[1];
    expect((await stage.get(`${PATH}?type=stream.online`, bot)).body).toMatchObject({
      total: 2,
      data: [ONLINE],
    });
    expect((await stage.get(PATH, luna)).body).toMatchObject({ total: 0, data: [] });
    const remove = (headers: Headers, query: string) => stage.send(`${PATH}${query}`, {}, headers, 'DELETE');
    expect((await remove(bot, '')).status).toBe(400);
    expect((await remove(luna, `?id=${id}`)).status).toBe(404);
    expect((await remove(bot, `?id=${id}`)).status).toBe(204);
    stage.sandbox.control.say(LUNA, MAX, 'unheard');
    session.close();
    await expect
      .poll(async () => (await stage.get(`${PATH}?status=websocket_disconnected`, bot)).body)
      .toMatchObject({ total: 1, total_cost: 0 });
    expect(session.unread()).toEqual([]);
  });

  test('end when the person takes the application back, and not when the token expires', async () => {
    const stage = await setStage();
    const bot = await tokenOf(stage, BOT, 'user:read:chat');
    const session = await open(stage);
    await subscribe(stage, bot, session.id, CHAT);
    stage.sandbox.control.expireTokens();
    stage.sandbox.control.say(LUNA, MAX, 'still heard');
    await next(session, 'notification');
    stage.sandbox.control.disconnect({ user: BOT });
    const { payload } = await next(session, 'revocation');
    expect(payload.subscription).toMatchObject({ type: CHAT.type, status: 'authorization_revoked' });
    stage.sandbox.control.say(LUNA, MAX, 'unheard');
    expect(session.unread()).toEqual([]);
  });

  test('end with the token that made them', async () => {
    const stage = await setStage();
    const token = text(await signIn(stage, { user: BOT, scopes: 'user:read:chat' }), 'access_token');
    const session = await open(stage);
    await subscribe(stage, bearer(token), session.id, CHAT);
    await stage.post('/oauth2/revoke', { ...PUBLIC, token });
    expect((await next(session, 'revocation')).metadata.subscription_type).toBe(CHAT.type);
  });
});
