import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { SANDBOX_BOT_CLIENT } from '../../../../sandbox/server.ts';
import { copyFormerProfile } from '../../../support/former-vault.ts';
import { LUNA } from '../../../support/people.ts';
import {
  CONFIDENTIAL,
  DEVICE_GRANT,
  PUBLIC,
  type SandboxFixture,
  startFixture,
  text,
} from '../sandbox-fixture.ts';

const SONG_BOT = { client_id: SANDBOX_BOT_CLIENT.clientId };
const WITHOUT_SECRET = { client_id: CONFIDENTIAL.client_id };

/** A device code for this application, its consent page, and the tokens luna_streams gives it there. */
async function signInFor(fixture: SandboxFixture, client: { client_id: string }) {
  const device = await fixture.post('/oauth2/device', { ...client, scopes: 'chat:read' });
  const userCode = text(device, 'user_code');
  const page = await fixture.get(`/activate?device-code=${userCode}`);
  fixture.sandbox.control.approveDevice(userCode, LUNA);
  const device_code = text(device, 'device_code');
  const pair = await fixture.post('/oauth2/token', { ...client, grant_type: DEVICE_GRANT, device_code });
  return { page: page.text, access: text(pair, 'access_token'), refresh: text(pair, 'refresh_token') };
}
const refresh = (fixture: SandboxFixture, client: object, refresh_token: string) =>
  fixture.post('/oauth2/token', { ...client, grant_type: 'refresh_token', refresh_token });
const validate = (fixture: SandboxFixture, access: string) =>
  fixture.get('/oauth2/validate', { authorization: `OAuth ${access}` });

test('several applications have logins of one person side by side, each asked for by its name', async () => {
  const fixture = await startFixture();
  const usual = await signInFor(fixture, PUBLIC);
  const songs = await signInFor(fixture, SONG_BOT);
  expect(usual.page).toContain('Sandbox app (public) asks for access');
  expect(songs.page).toContain('Song Request Bot asks for access');
  for (const [client, { access }] of [
    [PUBLIC, usual],
    [SONG_BOT, songs],
  ] as const)
    expect(await validate(fixture, access)).toMatchObject({
      status: 200,
      body: { ...client, user_id: LUNA },
    });
  // A refresh token that comes twice ends one application's logins alone.
  await refresh(fixture, PUBLIC, usual.refresh);
  expect((await refresh(fixture, PUBLIC, usual.refresh)).status).toBe(400);
  expect((await validate(fixture, songs.access)).status).toBe(200);
  expect((await refresh(fixture, SONG_BOT, usual.refresh)).status).toBe(400);
  expect((await refresh(fixture, SONG_BOT, songs.refresh)).status).toBe(200);
});

test('an application of the sandbox has its name though a state file of an earlier one lacks it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ck-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { stateFile } = copyFormerProfile(folder);
  expect(readFileSync(stateFile, 'utf8')).not.toContain(SONG_BOT.client_id);
  const fixture = await startFixture({ stateFile });
  expect((await signInFor(fixture, SONG_BOT)).page).toContain('Song Request Bot asks for access');
});

test('a confidential application that is used as a public one is found out when it refreshes', async () => {
  const fixture = await startFixture();
  const { refresh: token, access } = await signInFor(fixture, WITHOUT_SECRET);
  expect((await validate(fixture, access)).status).toBe(200);
  const missing = { status: 400, body: { message: 'missing client secret' } };
  expect(await refresh(fixture, WITHOUT_SECRET, token)).toMatchObject(missing);
  expect(await refresh(fixture, WITHOUT_SECRET, 'nobodys')).toMatchObject(missing);
  expect((await refresh(fixture, CONFIDENTIAL, token)).status).toBe(200);
  expect(await refresh(fixture, PUBLIC, 'nobodys')).toMatchObject({
    body: { message: 'Invalid refresh token' },
  });
});
