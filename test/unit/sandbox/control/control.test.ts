import { describe, expect, test } from 'vitest';
import { BOT, LUNA } from '../../../support/people.ts';
import { sha256 } from '../../../support/sha256.ts';
import {
  bearer,
  CONFIDENTIAL,
  DEVICE_GRANT,
  PUBLIC,
  refresh,
  signIn,
  startFixture,
  text,
  validate,
} from '../sandbox-fixture.ts';

describe('control over HTTP', () => {
  test('creates accounts and applications that work', async () => {
    const fixture = await startFixture();
    const account = await fixture.send('/sandbox/accounts', { login: 'new_face', displayName: 'New Face' });
    const client = await fixture.send('/sandbox/clients', { kind: 'confidential' });
    const fields = { client_id: text(client, 'clientId'), client_secret: text(client, 'clientSecret') };
    const granted = await signIn(fixture, { client: fields, user: 'new_face' });
    expect((await validate(fixture, text(granted, 'access_token'))).body?.user_id).toBe(account.body?.id);
  });

  test('answers a device code in place of a person', async () => {
    const fixture = await startFixture();
    const start = () => fixture.post('/oauth2/device', { ...PUBLIC, scopes: 'chat:read' });
    const [yes, no] = [await start(), await start()];
    expect(
      (await fixture.send('/sandbox/consent', { userCode: text(yes, 'user_code'), user: 'modmax' })).status,
    ).toBe(204);
    expect(
      (await fixture.send('/sandbox/consent', { userCode: text(no, 'user_code'), user: null })).status,
    ).toBe(204);
    const poll = (code: string) =>
      fixture.post('/oauth2/token', { ...PUBLIC, grant_type: DEVICE_GRANT, device_code: code });
    expect((await poll(text(yes, 'device_code'))).status).toBe(200);
    expect((await poll(text(no, 'device_code'))).body?.message).toBe('authorization_declined');
  });

  test('expires one token by its hash, or those of a user', async () => {
    const fixture = await startFixture();
    const [one, two] = [await signIn(fixture), await signIn(fixture)];
    const bot = await signIn(fixture, { user: BOT });
    const alive = async () =>
      Promise.all(
        [one, two, bot].map(async (each) => (await validate(fixture, text(each, 'access_token'))).status),
      );
    const token = sha256(text(one, 'access_token'));
    expect((await fixture.send('/sandbox/expire', { token })).body).toEqual({ expired: 1 });
    expect(await alive()).toEqual([401, 200, 200]);
    expect((await fixture.send('/sandbox/expire', { user: 'luna_streams' })).body).toEqual({ expired: 1 });
    expect(await alive()).toEqual([401, 401, 200]);
    expect((await refresh(fixture, text(one, 'refresh_token'))).status).toBe(200);
    expect((await fixture.send('/sandbox/expire', {})).body).toEqual({ expired: 2 });
    expect(await alive()).toEqual([401, 401, 401]);
  });

  test('disconnects one application of one user', async () => {
    const fixture = await startFixture();
    const gone = await signIn(fixture);
    const stays = [await signIn(fixture, { user: BOT }), await signIn(fixture, { client: CONFIDENTIAL })];
    const done = await fixture.send('/sandbox/disconnect', { clientId: PUBLIC.client_id, user: LUNA });
    expect(done.body).toEqual({ disconnected: 1 });
    expect((await validate(fixture, text(gone, 'access_token'))).status).toBe(401);
    for (const each of stays) expect((await validate(fixture, text(each, 'access_token'))).status).toBe(200);
  });

  test('takes scopes away, from tokens and from what a refresh brings', async () => {
    const fixture = await startFixture();
    const granted = await signIn(fixture, { scopes: 'chat:read chat:edit bits:read' });
    const body = { user: LUNA, scopes: ['chat:read', 'channel:bot'] };
    expect((await fixture.send('/sandbox/scopes', body)).body).toEqual({ touched: 1 });
    expect((await validate(fixture, text(granted, 'access_token'))).body?.scopes).toEqual(['chat:read']);
    expect((await refresh(fixture, text(granted, 'refresh_token'))).body?.scope).toEqual(['chat:read']);
  });

  test('renames a user, whose ID stays', async () => {
    const fixture = await startFixture();
    const token = text(await signIn(fixture), 'access_token');
    await fixture.send('/sandbox/accounts/rename', { user: 'luna_streams', login: 'luna_live' });
    expect((await validate(fixture, token)).body).toMatchObject({ login: 'luna_live', user_id: LUNA });
    expect((await fixture.get('/helix/users', bearer(token))).body).toMatchObject({
      data: [{ login: 'luna_live' }],
    });
  });

  test('sets lifetime, rotation and rate limit', async () => {
    const fixture = await startFixture();
    const settings = { tokenLifetime: 90, refreshKillsOld: true, rateLimit: 5 };
    expect((await fixture.send('/sandbox/settings', settings)).status).toBe(204);
    const granted = await signIn(fixture);
    expect(granted.body?.expires_in).toBe(90);
    const users = await fixture.get('/helix/users', bearer(text(granted, 'access_token')));
    expect(users.headers.get('ratelimit-limit')).toBe('5');
    await refresh(fixture, text(granted, 'refresh_token'));
    expect((await validate(fixture, text(granted, 'access_token'))).status).toBe(401);
  });

  test('adds, lists and clears faults', async () => {
    const fixture = await startFixture();
    const fault = { path: '/oauth2/validate', effect: { kind: 'status', status: 500 } };
    const { body } = await fixture.send('/sandbox/faults', fault);
    expect(JSON.parse((await fixture.get('/sandbox/faults')).text)).toMatchObject([
      { ...body, ...fault, times: 1 },
    ]);
    expect((await fixture.send('/sandbox/faults', {}, {}, 'DELETE')).body).toEqual({ cleared: 1 });
    expect((await validate(fixture, 'x')).status).toBe(401);
  });

  test.each([
    ['/sandbox/faults', { path: 'oauth2/token', effect: { kind: 'reset' } }],
    ['/sandbox/faults', { path: '/oauth2/token', effect: { kind: 'status', status: 418 } }],
    ['/sandbox/faults', { path: '/oauth2/token', effect: { kind: 'explode' } }],
    ['/sandbox/faults', { path: '/oauth2/token', times: 0, effect: { kind: 'reset' } }],
    ['/sandbox/faults', undefined],
    ['/sandbox/accounts', { login: 'luna_bot' }],
    ['/sandbox/accounts', { login: 'No Spaces' }],
    ['/sandbox/accounts', { login: 'fine_login', id: LUNA }],
    ['/sandbox/accounts', { login: 'fine_login', id: 'abc' }],
    ['/sandbox/accounts/rename', { user: 'nobody', login: 'fine_login' }],
    ['/sandbox/clients', { kind: 'public', clientId: 'unknown1' }],
    ['/sandbox/consent', { userCode: 'WRONG', user: LUNA }],
    ['/sandbox/expire', { user: 'nobody' }],
    ['/sandbox/settings', { tokenLifetime: 0 }],
  ])('%s refuses %j', async (path, body) => {
    const fixture = await startFixture();
    const before = fixture.sandbox.control.state();
    const reply = await fixture.send(path, body);
    expect(reply).toMatchObject({ status: 400, body: { message: expect.stringMatching(/./) as unknown } });
    expect(fixture.sandbox.control.state()).toEqual(before);
  });

  test('is out of reach for pages of other sites', async () => {
    const fixture = await startFixture();
    expect((await fixture.get('/sandbox/state', { origin: 'https://evil.example' })).status).toBe(403);
    expect((await fixture.get('/sandbox/state', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    const form = await fixture.post('/sandbox/expire', {});
    expect(form.status).toBe(415);
    const plain = await fixture.send('/sandbox/expire', {}, { 'content-type': 'text/plain' });
    expect(plain.status).toBe(415);
    expect((await fixture.get('/sandbox/nothing')).status).toBe(404);
  });
});

describe('what can be seen', () => {
  test('tokens by their hashes only', async () => {
    const fixture = await startFixture();
    const granted = await signIn(fixture, { client: CONFIDENTIAL });
    const [access, refreshToken] = [text(granted, 'access_token'), text(granted, 'refresh_token')];
    const reply = await fixture.get('/sandbox/state');
    expect(reply.body).toMatchObject({
      accessTokens: [{ hash: sha256(access), userId: LUNA, clientId: CONFIDENTIAL.client_id }],
      authorizations: [{ refreshHash: sha256(refreshToken) }],
    });
    for (const secret of [access, refreshToken, CONFIDENTIAL.client_secret, 'secretHash']) {
      expect(reply.text).not.toContain(secret);
    }
    expect(fixture.sandbox.control.issuedTokens()).toEqual(expect.arrayContaining([access, refreshToken]));
    expect((await fixture.get('/sandbox/state?tokens=clear')).text).toBe(reply.text);
  });

  test('expired tokens are not listed', async () => {
    const fixture = await startFixture();
    await signIn(fixture);
    fixture.advance(14_400);
    expect(fixture.sandbox.control.state().accessTokens).toEqual([]);
  });

  test('requests, with the client, the grant and the status', async () => {
    const fixture = await startFixture();
    const granted = await signIn(fixture);
    fixture.sandbox.control.clearRequests();
    fixture.sandbox.control.addFault({ path: '/oauth2/token', effect: { kind: 'status', status: 502 } });
    await refresh(fixture, text(granted, 'refresh_token'));
    const renewed = await refresh(fixture, text(granted, 'refresh_token'));
    await fixture.get('/mock/users', bearer(text(renewed, 'access_token')));
    const entry = { time: Date.UTC(2026, 0, 1), clientId: PUBLIC.client_id, fault: null };
    const refreshed = { ...entry, method: 'POST', path: '/oauth2/token', grantType: 'refresh_token' };
    expect(fixture.sandbox.control.requests()).toEqual([
      { ...refreshed, status: 502, fault: 'status' },
      { ...refreshed, status: 200 },
      { ...entry, method: 'GET', path: '/helix/users', grantType: null, status: 200 },
    ]);
    expect(fixture.sandbox.control.requestCounts()).toEqual({
      'GET /helix/users 200': 1,
      'POST /oauth2/token 200': 1,
      'POST /oauth2/token 502': 1,
    });
    const filtered = await fixture.get('/sandbox/requests?path=/oauth2/token&status=200');
    expect(filtered.body?.requests).toHaveLength(1);
  });

  test('no secret in the log, wherever a caller put it', async () => {
    const fixture = await startFixture();
    const secret = text(await signIn(fixture), 'refresh_token');
    await fixture.post('/oauth2/token', { client_id: secret, grant_type: secret, refresh_token: secret });
    await fixture.get(`/oauth2/revoke/${secret}?token=${secret}`);
    await fixture.get('/helix/users', { authorization: `Bearer ${secret}`, 'client-id': secret });
    const log = await fixture.get('/sandbox/requests');
    expect(log.body?.requests).toHaveLength(5);
    expect(log.text).not.toContain(secret);
  });
});
