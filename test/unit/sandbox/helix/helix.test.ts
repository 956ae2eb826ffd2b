import { describe, expect, test } from 'vitest';
import { readPictureFacts } from '../../../../electron/adapters/pictures/picture-format.ts';
import { BOT, LUNA, QUINN } from '../../../support/people.ts';
import {
  bearer,
  CONFIDENTIAL,
  PUBLIC,
  type SandboxFixture,
  signIn,
  startFixture,
  text,
} from '../sandbox-fixture.ts';

async function tokenOf(
  fixture: SandboxFixture,
  user: string,
  scopes: string,
): Promise<Record<string, string>> {
  return bearer(text(await signIn(fixture, { user, scopes }), 'access_token'));
}

async function appToken(fixture: SandboxFixture): Promise<Record<string, string>> {
  const app = await fixture.post('/oauth2/token', { ...CONFIDENTIAL, grant_type: 'client_credentials' });
  return bearer(text(app, 'access_token'), CONFIDENTIAL.client_id);
}

describe('who may call', () => {
  test.each<[string, (good: Record<string, string>) => Record<string, string>, string]>([
    ['no token', () => PUBLIC, 'OAuth token is missing'],
    ['the prefix OAuth', (good) => ({ ...good, authorization: 'OAuth x' }), 'OAuth token is missing'],
    ['a dead token', (good) => ({ ...good, authorization: 'Bearer x' }), 'Invalid OAuth token'],
    ['no client ID', ({ authorization = '' }) => ({ authorization }), 'Client ID is missing'],
    [
      'another client ID',
      (good) => ({ ...good, 'client-id': 'other' }),
      'Client ID and OAuth token do not match',
    ],
  ])('not with %s', async (_, change, message) => {
    const fixture = await startFixture();
    const headers = change(await tokenOf(fixture, LUNA, 'chat:read'));
    const reply = await fixture.get('/helix/users', headers);
    expect(reply.status).toBe(401);
    expect(reply.body).toEqual({ error: 'Unauthorized', status: 401, message });
  });

  test.each([
    ['GET', `/helix/chat/chatters?broadcaster_id=${LUNA}&moderator_id=${LUNA}`, 'moderator:read:chatters'],
    ['GET', `/helix/subscriptions?broadcaster_id=${LUNA}`, 'channel:read:subscriptions'],
    ['PATCH', `/helix/channels?broadcaster_id=${LUNA}`, 'channel:manage:broadcast'],
    ['POST', '/helix/chat/messages', 'user:write:chat'],
  ])('not %s %s without the scope %s', async (method, path, scope) => {
    const fixture = await startFixture();
    const body = { title: 'New', broadcaster_id: LUNA, sender_id: LUNA, message: 'hi' };
    const call = async (scopes: string) => {
      const headers = await tokenOf(fixture, LUNA, scopes);
      return method === 'GET' ? fixture.get(path, headers) : fixture.send(path, body, headers, method);
    };
    const refused = await call('chat:read');
    expect(refused.body).toEqual({ error: 'Unauthorized', status: 401, message: `Missing scope: ${scope}` });
    expect([200, 204]).toContain((await call(scope)).status);
  });

  test('an app token not where a user is needed', async () => {
    const fixture = await startFixture();
    const reply = await fixture.get(`/helix/subscriptions?broadcaster_id=${LUNA}`, await appToken(fixture));
    expect(reply).toMatchObject({ status: 401, body: { message: 'Missing User OAUTH Token' } });
  });
});

describe('rate limit', () => {
  test('counts down, refuses at nothing, and fills up again', async () => {
    const fixture = await startFixture();
    fixture.sandbox.control.setRateLimit(2);
    const headers = await tokenOf(fixture, LUNA, 'chat:read');
    const limits = async () => {
      const reply = await fixture.get('/helix/users', headers);
      return ['limit', 'remaining', 'reset']
        .map((name) => Number(reply.headers.get(`ratelimit-${name}`)))
        .concat(reply.status);
    };
    const start = Date.UTC(2026, 0, 1) / 1000;
    expect(await limits()).toEqual([2, 1, start + 30, 200]);
    expect(await limits()).toEqual([2, 0, start + 60, 200]);
    expect(await limits()).toEqual([2, 0, start + 60, 429]);
    fixture.advance(30);
    expect(await limits()).toEqual([2, 0, start + 90, 200]);
  });

  test('is 800 points, for each user of an application', async () => {
    const fixture = await startFixture();
    const remaining = async (headers: Record<string, string>) =>
      (await fixture.get('/helix/users', headers)).headers.get('ratelimit-remaining');
    const [luna, bot] = [await tokenOf(fixture, LUNA, ''), await tokenOf(fixture, BOT, '')];
    expect([await remaining(luna), await remaining(luna), await remaining(bot)]).toEqual([
      '799',
      '798',
      '799',
    ]);
  });
});

describe('calls', () => {
  test('users: oneself, or those named', async () => {
    const fixture = await startFixture();
    const headers = await tokenOf(fixture, BOT, 'user:read:email');
    const own = await fixture.get('/helix/users', headers);
    expect(own.body).toMatchObject({
      data: [{ id: BOT, login: 'luna_bot', email: 'luna_bot@example.invalid' }],
    });
    const named = await fixture.get(`/mock/users?id=${LUNA}&login=luna_bot&login=ModMax&id=0`, headers);
    expect(named.body).toMatchObject({ data: [{ id: LUNA }, { id: BOT }, { display_name: 'ModMax' }] });
    expect(named.text.match(/"email"/g)).toHaveLength(1);
  });

  test('users: everybody has a name of their own writing and a picture, which needs no token', async () => {
    const fixture = await startFixture();
    const headers = await tokenOf(fixture, BOT, '');
    const { body } = await fixture.get(`/helix/users?id=${LUNA}&login=quiet_quinn`, headers);
    const rows = (body as { data: { display_name: string; profile_image_url: string }[] }).data;
    expect(rows.map((row) => row.display_name)).toEqual(['Luna_Streams', '静かなクイン']);
    const urls = rows.map((row) => row.profile_image_url);
    const pictures = await Promise.all(
      urls.map(async (url) => {
        const reply = await fetch(url);
        expect(reply.headers.get('content-type')).toBe('image/png');
        return Buffer.from(await reply.arrayBuffer());
      }),
    );
    expect(pictures.map(readPictureFacts)).toEqual([
      { format: 'png', width: 300, height: 300 },
      { format: 'png', width: 300, height: 300 },
    ]);
    expect(pictures[0]).not.toEqual(pictures[1]);
    expect((await fetch(`${urls[0]}0`)).status).toBe(404);
  });

  test('users: named ones that do not exist are no error, nor oneself', async () => {
    const fixture = await startFixture();
    const reply = await fixture.get('/helix/users?login=nobody_here', await tokenOf(fixture, BOT, ''));
    expect(reply).toMatchObject({ status: 200, body: { data: [] } });
  });

  test('users: an app token must name somebody', async () => {
    const fixture = await startFixture();
    const reply = await fixture.get('/helix/users', await appToken(fixture));
    expect(reply).toMatchObject({
      status: 400,
      body: { message: 'Must provide an ID, Login or OAuth Token.' },
    });
  });

  test('messages are sent and can be read back by the control', async () => {
    const fixture = await startFixture();
    const headers = await tokenOf(fixture, BOT, 'user:write:chat');
    const message = { broadcaster_id: LUNA, sender_id: BOT, message: 'hello' };
    const sent = await fixture.send('/mock/chat/messages', message, headers);
    expect(sent.body).toMatchObject({ data: [{ is_sent: true, drop_reason: null }] });
    expect(fixture.sandbox.control.chatMessages()).toMatchObject([
      { broadcasterId: LUNA, senderId: BOT, text: 'hello' },
    ]);
  });

  test.each<[Record<string, unknown>, number]>([
    [{ sender_id: LUNA }, 401],
    [{ broadcaster_id: '1' }, 400],
    [{ message: '' }, 400],
    [{ message: 'x'.repeat(501) }, 400],
    [{ message: 5 }, 400],
  ])('a message with %j is refused', async (change, status) => {
    const fixture = await startFixture();
    const headers = await tokenOf(fixture, BOT, 'user:write:chat');
    const message = { broadcaster_id: LUNA, sender_id: BOT, message: 'hello', ...change };
    expect((await fixture.send('/helix/chat/messages', message, headers)).status).toBe(status);
    expect(fixture.sandbox.control.chatMessages()).toEqual([]);
  });

  test('an app token writes for a bot that agreed', async () => {
    const fixture = await startFixture();
    const headers = await appToken(fixture);
    const message = { broadcaster_id: LUNA, sender_id: BOT, message: 'hello' };
    expect((await fixture.send('/helix/chat/messages', message, headers)).status).toBe(401);
    await signIn(fixture, { client: CONFIDENTIAL, user: BOT, scopes: 'user:bot user:write:chat' });
    expect((await fixture.send('/helix/chat/messages', message, headers)).status).toBe(200);
  });

  test.each([
    ['a moderator', BOT, `broadcaster_id=${LUNA}&moderator_id=${BOT}`, 200],
    ['a stranger', QUINN, `broadcaster_id=${LUNA}&moderator_id=${QUINN}`, 403],
    ['somebody else’s name', BOT, `broadcaster_id=${LUNA}&moderator_id=${LUNA}`, 401],
    ['no name', BOT, `broadcaster_id=${LUNA}`, 400],
    ['no channel', BOT, `moderator_id=${BOT}`, 400],
  ])('chatters for %s', async (_, user, query, status) => {
    const fixture = await startFixture();
    const headers = await tokenOf(fixture, user, 'moderator:read:chatters');
    const reply = await fixture.get(`/helix/chat/chatters?${query}`, headers);
    expect(reply.status).toBe(status);
    if (status === 200) expect(reply.body).toMatchObject({ total: 5, pagination: {} });
  });

  test('followers: with the scope by name, without it by number', async () => {
    const fixture = await startFixture();
    const path = `/helix/channels/followers?broadcaster_id=${LUNA}`;
    const named = await fixture.get(path, await tokenOf(fixture, LUNA, 'moderator:read:followers'));
    expect(named.body).toMatchObject({ total: 4, data: [{ user_id: BOT }, {}, {}, {}] });
    const counted = await fixture.get(path, await tokenOf(fixture, LUNA, ''));
    expect(counted.body).toMatchObject({ total: 4, data: [] });
  });

  test('subscriptions: of one’s own channel only', async () => {
    const fixture = await startFixture();
    const headers = await tokenOf(fixture, LUNA, 'channel:read:subscriptions');
    const own = await fixture.get(`/helix/subscriptions?broadcaster_id=${LUNA}`, headers);
    expect(own.body).toMatchObject({ total: 4, data: [{ user_id: BOT, tier: '1000' }, {}, {}, {}] });
    expect((await fixture.get(`/helix/subscriptions?broadcaster_id=${BOT}`, headers)).status).toBe(401);
  });

  test('the title can be changed and read', async () => {
    const fixture = await startFixture();
    const headers = await tokenOf(fixture, LUNA, 'channel:manage:broadcast');
    const path = `/helix/channels?broadcaster_id=${LUNA}`;
    expect((await fixture.send(path, { title: 'Second try' }, headers, 'PATCH')).status).toBe(204);
    expect((await fixture.get(path, headers)).body).toMatchObject({ data: [{ title: 'Second try' }] });
    expect((await fixture.send(path, { title: '' }, headers, 'PATCH')).status).toBe(400);
    const elsewhere = `/helix/channels?broadcaster_id=${BOT}`;
    expect((await fixture.send(elsewhere, { title: 'Mine' }, headers, 'PATCH')).status).toBe(401);
  });

  test('streams: those who are live', async () => {
    const fixture = await startFixture();
    const headers = await tokenOf(fixture, BOT, '');
    expect((await fixture.get('/helix/streams', headers)).body).toMatchObject({ data: [] });
    fixture.sandbox.control.setLive(LUNA, true);
    expect((await fixture.get('/helix/streams', headers)).body).toMatchObject({
      data: [{ user_id: LUNA, type: 'live' }],
    });
    expect((await fixture.get('/helix/streams?user_login=luna_bot', headers)).body).toMatchObject({
      data: [],
    });
  });

  test('an unknown path or method is not found', async () => {
    const fixture = await startFixture();
    expect((await fixture.get('/helix/bits/leaderboard')).status).toBe(404);
    expect((await fixture.send('/helix/users', {})).status).toBe(404);
  });
});
