import { describe, expect, test } from 'vitest';
import { LUNA } from '../../../support/people.ts';
import { CONFIDENTIAL, DEVICE_GRANT, PUBLIC, signIn, startFixture, text } from '../sandbox-fixture.ts';

describe('device code flow', () => {
  test('starts with a code in the link, for half an hour', async () => {
    const fixture = await startFixture();
    const started = await fixture.post('/oauth2/device', { ...PUBLIC, scopes: 'chat:read' });
    expect(started.status).toBe(200);
    expect(started.body).toMatchObject({ expires_in: 1800, interval: 1 });
    expect(text(started, 'device_code')).toMatch(/^\w{40}$/);
    expect(text(started, 'user_code')).toMatch(/^[A-Z]{8}$/);
    expect(text(started, 'verification_uri')).toBe(
      `${fixture.sandbox.url}/activate?public=true&device-code=${text(started, 'user_code')}`,
    );
  });

  test('keeps its links to the name it was called by', async () => {
    const fixture = await startFixture();
    const url = `http://localhost:${fixture.sandbox.port}/auth/device`;
    const response = await fetch(url, {
      method: 'POST',
      body: new URLSearchParams({ ...PUBLIC, scopes: '' }),
    });
    const { verification_uri } = (await response.json()) as { verification_uri: string };
    expect(new URL(verification_uri).hostname).toBe('localhost');
  });

  test('polls are pending, then give a token once', async () => {
    const fixture = await startFixture();
    const started = await fixture.post('/oauth2/device', { ...PUBLIC, scopes: 'chat:read chat:edit' });
    const poll = () =>
      fixture.post('/oauth2/token', {
        ...PUBLIC,
        grant_type: DEVICE_GRANT,
        device_code: text(started, 'device_code'),
      });
    expect(await poll()).toMatchObject({
      status: 400,
      body: { status: 400, message: 'authorization_pending' },
    });
    fixture.sandbox.control.approveDevice(text(started, 'user_code'), 'luna_bot');
    const granted = await poll();
    expect(granted).toMatchObject({
      status: 200,
      body: { expires_in: 14_400, scope: ['chat:read', 'chat:edit'], token_type: 'bearer' },
    });
    expect(text(granted, 'access_token')).toMatch(/^[a-z0-9]{30}$/);
    expect(text(granted, 'refresh_token')).toMatch(/^[a-z0-9]{50}$/);
    expect(await poll()).toMatchObject({ status: 400, body: { message: 'invalid device code' } });
  });

  test('a denial is told to the poll', async () => {
    const fixture = await startFixture();
    const started = await fixture.post('/oauth2/device', { ...PUBLIC, scopes: 'chat:read' });
    fixture.sandbox.control.declineDevice(text(started, 'user_code'));
    const fields = { ...PUBLIC, grant_type: DEVICE_GRANT, device_code: text(started, 'device_code') };
    expect((await fixture.post('/oauth2/token', fields)).body).toEqual({
      status: 400,
      message: 'authorization_declined',
    });
  });

  test('a code dies after half an hour', async () => {
    const fixture = await startFixture();
    const started = await fixture.post('/oauth2/device', { ...PUBLIC, scopes: 'chat:read' });
    const fields = { ...PUBLIC, grant_type: DEVICE_GRANT, device_code: text(started, 'device_code') };
    fixture.advance(1799);
    expect((await fixture.post('/oauth2/token', fields)).body?.message).toBe('authorization_pending');
    fixture.advance(1);
    expect((await fixture.post('/oauth2/token', fields)).body?.message).toBe('invalid device code');
  });

  test('another application can not use the code', async () => {
    const fixture = await startFixture();
    const started = await fixture.post('/oauth2/device', { ...PUBLIC, scopes: 'chat:read' });
    fixture.sandbox.control.approveDevice(text(started, 'user_code'), LUNA);
    const fields = {
      client_id: 'another',
      grant_type: DEVICE_GRANT,
      device_code: text(started, 'device_code'),
    };
    expect((await fixture.post('/oauth2/token', fields)).body?.message).toBe('invalid device code');
  });

  test('RFC 8628 `scope` is not read, and the token then has none', async () => {
    const fixture = await startFixture();
    const started = await fixture.post('/oauth2/device', { ...PUBLIC, scope: 'chat:read' });
    fixture.sandbox.control.approveDevice(text(started, 'user_code'), LUNA);
    const fields = { ...PUBLIC, grant_type: DEVICE_GRANT, device_code: text(started, 'device_code') };
    const granted = await fixture.post('/oauth2/token', fields);
    expect(granted.status).toBe(200);
    expect(granted.body).not.toHaveProperty('scope');
  });

  test('query parameters do as well as a form', async () => {
    const fixture = await startFixture();
    const started = await fixture.post(
      `/auth/device?client_id=${PUBLIC.client_id}&scopes=chat%3Aread+chat%3Aedit`,
      {},
    );
    fixture.sandbox.control.approveDevice(text(started, 'user_code'), LUNA);
    const query = new URLSearchParams({
      ...PUBLIC,
      grant_type: DEVICE_GRANT,
      device_code: text(started, 'device_code'),
    });
    expect((await fixture.post(`/auth/token?${query}`, {})).body?.scope).toEqual(['chat:read', 'chat:edit']);
  });

  test('a new authorization has exactly the scopes asked for', async () => {
    const fixture = await startFixture();
    await signIn(fixture, { scopes: 'chat:read chat:edit' });
    expect((await signIn(fixture, { scopes: 'bits:read' })).body?.scope).toEqual(['bits:read']);
  });

  test('a confidential application gets a token without its secret, but none with a wrong one', async () => {
    const fixture = await startFixture();
    const { client_id } = CONFIDENTIAL;
    expect((await signIn(fixture, { client: { client_id } })).status).toBe(200);
    const wrong = { client_id, client_secret: 'wrong', grant_type: DEVICE_GRANT, device_code: 'x' };
    expect(await fixture.post('/oauth2/token', wrong)).toMatchObject({
      status: 403,
      body: { status: 403, message: 'invalid client secret' },
    });
  });

  test.each([
    [{}, 'missing client id'],
    [{ client_id: 'unknown1' }, 'invalid client'],
    [{ client_id: 'not a client id' }, 'invalid client'],
    [{ client_id: 'x'.repeat(41) }, 'invalid client'],
    [{ ...PUBLIC, scopes: 'chat:read chat:raed' }, "invalid scope requested: 'chat:raed'"],
    [{ ...PUBLIC, scopes: '<script>' }, "invalid scope requested: '<script>'"],
  ])('refuses to start with %j', async (fields, message) => {
    const fixture = await startFixture();
    expect(await fixture.post('/oauth2/device', fields as Record<string, string>)).toMatchObject({
      status: 400,
      body: { status: 400, message },
    });
  });
});
