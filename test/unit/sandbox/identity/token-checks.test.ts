import { describe, expect, test } from 'vitest';
import { BOT } from '../../../support/people.ts';
import { CONFIDENTIAL, PUBLIC, refresh, signIn, startFixture, text, validate } from '../sandbox-fixture.ts';

describe('validate', () => {
  test('tells whose token it is and how long it lives', async () => {
    const fixture = await startFixture();
    const granted = await signIn(fixture, { user: BOT });
    fixture.advance(100.5);
    const reply = await validate(fixture, text(granted, 'access_token'));
    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      ...PUBLIC,
      login: 'luna_bot',
      scopes: ['chat:read', 'chat:edit'],
      user_id: BOT,
      expires_in: 14_300,
    });
  });

  test('scopes are null when there are none', async () => {
    const fixture = await startFixture();
    const granted = await signIn(fixture, { scopes: '' });
    expect((await validate(fixture, text(granted, 'access_token'))).body?.scopes).toBeNull();
  });

  test('an app token has no user', async () => {
    const fixture = await startFixture();
    const app = await fixture.post('/oauth2/token', { ...CONFIDENTIAL, grant_type: 'client_credentials' });
    expect(app.body).toEqual({
      access_token: expect.stringMatching(/^[a-z0-9]{30}$/) as unknown,
      expires_in: 5_011_271,
      token_type: 'bearer',
    });
    const reply = await validate(fixture, text(app, 'access_token'));
    expect(reply.body).toEqual({ client_id: CONFIDENTIAL.client_id, scopes: null, expires_in: 5_011_271 });
  });

  test.each(['OAuth', 'Bearer', 'oauth'])('takes %s', async (word) => {
    const fixture = await startFixture();
    const token = text(await signIn(fixture), 'access_token');
    expect((await fixture.get('/auth/validate', { authorization: `${word} ${token}` })).status).toBe(200);
  });

  test.each([
    [{}, 'missing authorization token'],
    [{ authorization: '' }, 'missing authorization token'],
    [{ authorization: 'Basic abc' }, 'missing authorization token'],
    [{ authorization: 'OAuth' }, 'missing authorization token'],
    [{ authorization: 'OAuth nonsense' }, 'invalid access token'],
  ])('refuses %j', async (headers, message) => {
    const fixture = await startFixture();
    expect(await fixture.get('/oauth2/validate', headers as Record<string, string>)).toMatchObject({
      status: 401,
      body: { status: 401, message },
    });
  });

  test('a token dies to the second, never with an expires_in of 0', async () => {
    const fixture = await startFixture({ tokenLifetime: 60 });
    const token = text(await signIn(fixture), 'access_token');
    fixture.advance(59.9);
    expect((await validate(fixture, token)).body?.expires_in).toBe(1);
    fixture.advance(0.1);
    expect((await validate(fixture, token)).status).toBe(401);
  });

  test('a refresh token is no access token', async () => {
    const fixture = await startFixture();
    expect((await validate(fixture, text(await signIn(fixture), 'refresh_token'))).status).toBe(401);
  });
});

describe('revoke', () => {
  test('kills the access token and nothing else', async () => {
    const fixture = await startFixture();
    const granted = await signIn(fixture);
    const token = text(granted, 'access_token');
    const revoked = await fixture.post('/oauth2/revoke', { ...PUBLIC, token });
    expect(revoked).toMatchObject({ status: 200, text: '' });
    expect((await validate(fixture, token)).status).toBe(401);
    expect((await refresh(fixture, text(granted, 'refresh_token'))).status).toBe(200);
    expect((await fixture.post('/oauth2/revoke', { ...PUBLIC, token })).body?.message).toBe('Invalid token');
  });

  test.each<[Record<string, string>, number, string]>([
    [{ token: 'x' }, 400, 'missing client id'],
    [PUBLIC, 400, 'missing oauth token'],
    [{ client_id: 'neverseen', token: 'x' }, 404, 'client does not exist'],
    [{ ...PUBLIC, token: 'x' }, 400, 'Invalid token'],
  ])('refuses %j', async (fields, status, message) => {
    const fixture = await startFixture();
    expect(await fixture.post('/oauth2/revoke', fields)).toMatchObject({ status, body: { status, message } });
  });

  test('does not kill the token of another application', async () => {
    const fixture = await startFixture();
    const token = text(await signIn(fixture), 'access_token');
    const reply = await fixture.post('/oauth2/revoke', { client_id: CONFIDENTIAL.client_id, token });
    expect(reply.body?.message).toBe('Invalid token');
    expect((await validate(fixture, token)).status).toBe(200);
  });
});
