import { describe, expect, test } from 'vitest';
import { BOT, LUNA, MAX } from '../../../support/people.ts';
import { startFixture } from '../sandbox-fixture.ts';
import { openWebSocket } from '../websocket-fixture.ts';
import { CHAT, fixtureWithWaits, next, ONLINE, open, subscribe, tokenOf } from './eventsub-fixture.ts';

describe('a connection', () => {
  test.each([
    ['', 10],
    ['?keepalive_timeout_seconds=30', 30],
    ['?keepalive_timeout_seconds=1', 10],
    ['?keepalive_timeout_seconds=9999', 600],
    ['?keepalive_timeout_seconds=x', 10],
  ])('asked for with %j is kept alive each %d seconds of silence', async (query, seconds) => {
    const { fixture, pass } = await fixtureWithWaits();
    const client = await openWebSocket(fixture, `/ws${query}`);
    const { payload } = await next(client, 'session_welcome');
    expect(payload.session).toMatchObject({
      status: 'connected',
      keepalive_timeout_seconds: seconds,
      reconnect_url: null,
    });
    const bot = await tokenOf(fixture, BOT, 'user:read:chat');
    expect((await subscribe(fixture, bot, String(payload.session.id), ONLINE)).status).toBe(202);
    pass(seconds * 1000);
    await next(client, 'session_keepalive');
    fixture.sandbox.control.setLive(LUNA, true);
    await next(client, 'notification');
    await expect.poll(() => client.unread()).toEqual([]);
    pass(seconds * 1000);
    await next(client, 'session_keepalive');
    expect(client.unread()).toEqual([]);
  });

  test('that subscribes to nothing within ten seconds is closed', async () => {
    const { fixture, pass } = await fixtureWithWaits();
    const session = await openWebSocket(fixture, '/ws?keepalive_timeout_seconds=20');
    await next(session, 'session_welcome');
    pass(10_000);
    expect(await session.closed).toBe(4003);
  });

  test('that says something is closed', async () => {
    const session = await open(await startFixture());
    session.say('hello');
    expect(await session.closed).toBe(4001);
  });

  test('moves to another on request, with its subscriptions', async () => {
    const { fixture, pass } = await fixtureWithWaits();
    const bot = await tokenOf(fixture, BOT, 'user:read:chat');
    const session = await open(fixture);
    await subscribe(fixture, bot, session.id, CHAT);
    expect((await fixture.send('/sandbox/connections/reconnect', { kind: 'eventsub' })).body).toEqual({
      asked: 1,
    });
    const asked = await next(session, 'session_reconnect');
    const url = new URL(String(asked.payload.session.reconnect_url));
    fixture.sandbox.control.say(LUNA, MAX, 'before the move');
    await next(session, 'notification');
    const moved = await openWebSocket(fixture, `${url.pathname}${url.search}`);
    expect((await next(moved, 'session_welcome')).payload.session.id).toBe(session.id);
    session.close();
    await session.closed;
    fixture.sandbox.control.say(LUNA, MAX, 'after the move');
    await next(moved, 'notification');
    pass(30_000);
    expect(fixture.sandbox.control.connections().eventsub).toMatchObject([{ id: session.id, userId: BOT }]);
    const again = await openWebSocket(fixture, `${url.pathname}${url.search}`);
    expect(await again.closed).toBe(4007);
  });

  test('that does not move in thirty seconds is closed', async () => {
    const { fixture, pass } = await fixtureWithWaits();
    const session = await open(fixture);
    fixture.sandbox.control.requestReconnect();
    await next(session, 'session_reconnect');
    pass(30_000);
    expect(await session.closed).toBe(4004);
    expect(fixture.sandbox.control.connections().eventsub).toEqual([]);
  });

  test('can be dropped by the control, one person’s or all', async () => {
    const fixture = await startFixture();
    const bot = await tokenOf(fixture, BOT, 'user:read:chat');
    const [mine, other] = [await open(fixture), await open(fixture)];
    await subscribe(fixture, bot, mine.id, CHAT);
    expect(fixture.sandbox.control.drop({ user: 'luna_bot' })).toBe(1);
    expect(await mine.closed).toBe(4006);
    expect(fixture.sandbox.control.drop({ kind: 'chat' })).toBe(0);
    expect(fixture.sandbox.control.drop()).toBe(1);
    await other.closed;
  });
});
