import { describe, expect, test } from 'vitest';
import { BOT, LUNA, setStage } from '../sandbox-fixture.ts';
import { openLines } from '../websocket-fixture.ts';
import { CHAT, MAX, next, ONLINE, open, stageWithWaits, subscribe, tokenOf } from './eventsub-fixture.ts';

describe('a connection', () => {
  test.each([
    ['', 10],
    ['?keepalive_timeout_seconds=30', 30],
    ['?keepalive_timeout_seconds=1', 10],
    ['?keepalive_timeout_seconds=9999', 600],
    ['?keepalive_timeout_seconds=x', 10],
  ])('asked for with %j is kept alive each %d seconds of silence', async (query, seconds) => {
    const { stage, pass } = await stageWithWaits();
    const client = await openLines(stage, `/ws${query}`);
    const { payload } = await next(client, 'session_welcome');
    expect(payload.session).toMatchObject({
      status: 'connected',
      keepalive_timeout_seconds: seconds,
      reconnect_url: null,
    });
    const bot = await tokenOf(stage, BOT, 'user:read:chat');
    expect((await subscribe(stage, bot, String(payload.session.id), ONLINE)).status).toBe(202);
    pass(seconds * 1000);
    await next(client, 'session_keepalive');
    stage.sandbox.control.setLive(LUNA, true);
    await next(client, 'notification');
    await expect.poll(() => client.unread()).toEqual([]);
    pass(seconds * 1000);
    await next(client, 'session_keepalive');
    expect(client.unread()).toEqual([]);
  });

  test('that subscribes to nothing within ten seconds is closed', async () => {
    const { stage, pass } = await stageWithWaits();
    const session = await openLines(stage, '/ws?keepalive_timeout_seconds=20');
    await next(session, 'session_welcome');
    pass(10_000);
    expect(await session.closed).toBe(4003);
  });

  test('that says something is closed', async () => {
    const session = await open(await setStage());
    session.say('hello');
    expect(await session.closed).toBe(4001);
  });

  test('moves to another on request, with its subscriptions', async () => {
    const { stage, pass } = await stageWithWaits();
    const bot = await tokenOf(stage, BOT, 'user:read:chat');
    const session = await open(stage);
    await subscribe(stage, bot, session.id, CHAT);
    expect((await stage.send('/sandbox/connections/reconnect', { kind: 'eventsub' })).body).toEqual({
      asked: 1,
    });
    const asked = await next(session, 'session_reconnect');
    const url = new URL(String(asked.payload.session.reconnect_url));
    stage.sandbox.control.say(LUNA, MAX, 'before the move');
    await next(session, 'notification');
    const moved = await openLines(stage, `${url.pathname}${url.search}`);
    expect((await next(moved, 'session_welcome')).payload.session.id).toBe(session.id);
    session.close();
    await session.closed;
    stage.sandbox.control.say(LUNA, MAX, 'after the move');
    await next(moved, 'notification');
    pass(30_000);
    expect(stage.sandbox.control.connections().eventsub).toMatchObject([{ id: session.id, userId: BOT }]);
    const again = await openLines(stage, `${url.pathname}${url.search}`);
    expect(await again.closed).toBe(4007);
  });

  test('that does not move in thirty seconds is closed', async () => {
    const { stage, pass } = await stageWithWaits();
    const session = await open(stage);
    stage.sandbox.control.requestReconnect();
    await next(session, 'session_reconnect');
    pass(30_000);
    expect(await session.closed).toBe(4004);
    expect(stage.sandbox.control.connections().eventsub).toEqual([]);
  });

  test('can be dropped by the control, one person’s or all', async () => {
    const stage = await setStage();
    const bot = await tokenOf(stage, BOT, 'user:read:chat');
    const [mine, other] = [await open(stage), await open(stage)];
    await subscribe(stage, bot, mine.id, CHAT);
    expect(stage.sandbox.control.drop({ user: 'luna_bot' })).toBe(1);
    expect(await mine.closed).toBe(4006);
    expect(stage.sandbox.control.drop({ kind: 'chat' })).toBe(0);
    expect(stage.sandbox.control.drop()).toBe(1);
    await other.closed;
  });
});
