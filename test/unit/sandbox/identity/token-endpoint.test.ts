import { describe, expect, test } from 'vitest';
import {
  CONFIDENTIAL,
  DEVICE_GRANT,
  PUBLIC,
  refresh,
  signIn,
  startFixture,
  text,
  validate,
} from '../sandbox-fixture.ts';

const DAY = 86_400;

describe('refresh', () => {
  test('rotates the token of a public application, which works once', async () => {
    const fixture = await startFixture();
    const first = await signIn(fixture);
    const second = await refresh(fixture, text(first, 'refresh_token'));
    expect(second).toMatchObject({
      status: 200,
      body: { scope: ['chat:read', 'chat:edit'], expires_in: 14_400 },
    });
    expect(text(second, 'refresh_token')).not.toBe(text(first, 'refresh_token'));
    expect((await validate(fixture, text(first, 'access_token'))).status).toBe(401);
    expect((await refresh(fixture, text(second, 'refresh_token'))).status).toBe(200);
  });

  const USED = { status: 400, body: { status: 400, message: 'Invalid refresh token' } };

  test('ends all that a person has with a public application when one comes twice', async () => {
    const fixture = await startFixture();
    const [here, there] = [await signIn(fixture), await signIn(fixture)];
    const others = [
      await signIn(fixture, { user: '700100002' }),
      await signIn(fixture, { client: { client_id: 'another000000000000000000000000' } }),
    ];
    await refresh(fixture, text(here, 'refresh_token'));
    expect(await refresh(fixture, text(here, 'refresh_token'))).toMatchObject(USED);
    expect((await validate(fixture, text(there, 'access_token'))).status).toBe(401);
    expect((await refresh(fixture, text(there, 'refresh_token'))).status).toBe(401);
    for (const other of others)
      expect((await validate(fixture, text(other, 'access_token'))).status).toBe(200);
    // Whoever keeps sending it ends the next login as well.
    const again = await signIn(fixture);
    expect(await refresh(fixture, text(here, 'refresh_token'))).toMatchObject(USED);
    expect((await validate(fixture, text(again, 'access_token'))).status).toBe(401);
  });

  test('ends nothing for a token sent twice where that is switched off', async () => {
    const fixture = await startFixture();
    expect((await fixture.send('/sandbox/settings', { reuseEndsAll: false })).status).toBe(204);
    const first = await signIn(fixture);
    const second = await refresh(fixture, text(first, 'refresh_token'));
    expect(await refresh(fixture, text(first, 'refresh_token'))).toMatchObject(USED);
    expect((await validate(fixture, text(first, 'access_token'))).status).toBe(200);
    expect((await refresh(fixture, text(second, 'refresh_token'))).status).toBe(200);
  });

  test('ends nothing for a token that was never given out, or is sent for another application', async () => {
    const fixture = await startFixture();
    const first = await signIn(fixture);
    await refresh(fixture, 'neverseenbefore');
    await refresh(fixture, text(first, 'refresh_token'), { client_id: 'another000000000000000000000000' });
    expect((await validate(fixture, text(first, 'access_token'))).status).toBe(200);
  });

  test('a public refresh token dies after 30 days', async () => {
    const fixture = await startFixture();
    const first = await signIn(fixture);
    fixture.advance(30 * DAY - 1);
    const second = await refresh(fixture, text(first, 'refresh_token'));
    expect(second.status).toBe(200);
    fixture.advance(30 * DAY);
    expect((await refresh(fixture, text(second, 'refresh_token'))).body?.message).toBe(
      'Invalid refresh token',
    );
  });

  test('a confidential application keeps its token, for years', async () => {
    const fixture = await startFixture();
    const first = await signIn(fixture, { client: CONFIDENTIAL });
    fixture.advance(400 * DAY);
    const second = await refresh(fixture, text(first, 'refresh_token'), CONFIDENTIAL);
    expect(text(second, 'refresh_token')).toBe(text(first, 'refresh_token'));
    expect((await validate(fixture, text(second, 'access_token'))).status).toBe(200);
  });

  test('never changes the scopes', async () => {
    const fixture = await startFixture();
    const first = await signIn(fixture);
    const fields = { ...PUBLIC, grant_type: 'refresh_token', refresh_token: text(first, 'refresh_token') };
    const second = await fixture.post('/oauth2/token', { ...fields, scope: 'bits:read' });
    expect(second.body?.scope).toEqual(['chat:read', 'chat:edit']);
  });

  test('leaves older access tokens alive, up to 50 in all', async () => {
    const fixture = await startFixture();
    const first = await signIn(fixture, { client: CONFIDENTIAL });
    const refreshToken = text(first, 'refresh_token');
    for (let more = 0; more < 49; more += 1) await refresh(fixture, refreshToken, CONFIDENTIAL);
    expect((await validate(fixture, text(first, 'access_token'))).status).toBe(200);
    const last = await refresh(fixture, refreshToken, CONFIDENTIAL);
    expect((await validate(fixture, text(first, 'access_token'))).status).toBe(401);
    expect((await validate(fixture, text(last, 'access_token'))).status).toBe(200);
    expect(fixture.sandbox.control.state().accessTokens).toHaveLength(50);
  });

  test('kills older access tokens when told to', async () => {
    const fixture = await startFixture();
    fixture.sandbox.control.setRefreshKillsOld(true);
    const first = await signIn(fixture, { client: CONFIDENTIAL });
    await refresh(fixture, text(first, 'refresh_token'), CONFIDENTIAL);
    expect((await validate(fixture, text(first, 'access_token'))).status).toBe(401);
  });

  test('answers 401 once the user has disconnected the application', async () => {
    const fixture = await startFixture();
    const first = await signIn(fixture);
    expect(fixture.sandbox.control.disconnect({ user: 'luna_streams' })).toBe(1);
    expect(await refresh(fixture, text(first, 'refresh_token'))).toMatchObject({
      status: 401,
      body: { status: 401 },
    });
    expect((await validate(fixture, text(first, 'access_token'))).status).toBe(401);
  });

  test('a token is of no use to another application', async () => {
    const fixture = await startFixture();
    const first = await signIn(fixture);
    const stolen = await refresh(fixture, text(first, 'refresh_token'), { client_id: 'another' });
    expect(stolen.body?.message).toBe('Invalid refresh token');
    expect((await refresh(fixture, text(first, 'refresh_token'))).status).toBe(200);
  });
});

describe('what the token endpoint refuses', () => {
  const { client_id: confidential } = CONFIDENTIAL;
  const refreshing = { grant_type: 'refresh_token', refresh_token: 'x' };
  test.each<[Record<string, string>, number, string]>([
    [{}, 400, 'missing grant type'],
    [{ ...PUBLIC, grant_type: 'password' }, 400, 'invalid grant type'],
    [{ grant_type: '__proto__' }, 400, 'invalid grant type'],
    [refreshing, 400, 'missing client id'],
    [{ ...PUBLIC, grant_type: 'refresh_token' }, 400, 'missing refresh token'],
    [{ ...PUBLIC, ...refreshing }, 400, 'Invalid refresh token'],
    [{ client_id: 'unknown-app', ...refreshing }, 400, 'invalid client'],
    [{ client_id: confidential, ...refreshing }, 400, 'missing client secret'],
    [{ client_id: confidential, client_secret: 'wrong', ...refreshing }, 403, 'invalid client secret'],
    [{ ...CONFIDENTIAL, ...refreshing }, 400, 'Invalid refresh token'],
    [{ ...PUBLIC, grant_type: DEVICE_GRANT, device_code: 'x' }, 400, 'invalid device code'],
    [{ ...PUBLIC, grant_type: DEVICE_GRANT }, 400, 'invalid device code'],
    [{ ...PUBLIC, grant_type: 'authorization_code', code: 'x' }, 400, 'Invalid client credentials'],
    [{ ...CONFIDENTIAL, grant_type: 'authorization_code' }, 400, 'missing code'],
    [{ ...CONFIDENTIAL, grant_type: 'authorization_code', code: 'x' }, 400, 'Invalid authorization code'],
    [{ client_id: confidential, grant_type: 'client_credentials' }, 400, 'missing client secret'],
    [{ ...PUBLIC, grant_type: 'client_credentials' }, 400, 'Invalid client credentials'],
  ])('%j', async (fields, status, message) => {
    const fixture = await startFixture();
    const reply = await fixture.post('/oauth2/token', fields);
    expect(reply.body).toEqual({ status, message });
    expect(reply.status).toBe(status);
  });

  test('HTTP Basic: Twitch does not read it', async () => {
    const fixture = await startFixture();
    const basic = Buffer.from(`${confidential}:${CONFIDENTIAL.client_secret}`).toString('base64');
    const fields = { client_id: confidential, grant_type: 'client_credentials' };
    const reply = await fixture.post('/oauth2/token', fields, { authorization: `Basic ${basic}` });
    expect(reply.body?.message).toBe('missing client secret');
  });

  test('GET', async () => {
    const fixture = await startFixture();
    expect((await fixture.get('/oauth2/token?grant_type=refresh_token')).status).toBe(404);
  });
});

describe('an application never seen before', () => {
  const own = { client_id: 'my0own0bot' };
  const refreshing = { ...own, grant_type: 'refresh_token', refresh_token: 'x' };

  test('is public when its first token request has no secret', async () => {
    const fixture = await startFixture();
    await fixture.post('/oauth2/token', refreshing);
    const reply = await fixture.post('/oauth2/token', {
      ...own,
      grant_type: 'client_credentials',
      client_secret: 's',
    });
    expect(reply.body?.message).toBe('Invalid client credentials');
  });

  test('is confidential when it has one, and is held to it', async () => {
    const fixture = await startFixture();
    const granted = await signIn(fixture, { client: { ...own, client_secret: 'mine' } });
    expect((await fixture.post('/oauth2/token', refreshing)).body?.message).toBe('missing client secret');
    const wrong = await refresh(fixture, text(granted, 'refresh_token'), { ...own, client_secret: 'other' });
    expect(wrong.status).toBe(403);
    const right = await refresh(fixture, text(granted, 'refresh_token'), { ...own, client_secret: 'mine' });
    expect(right.status).toBe(200);
  });
});
