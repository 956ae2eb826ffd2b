import { expect, it, onTestFinished } from 'vitest';
import {
  SANDBOX_BOT_CLIENT,
  SANDBOX_CONFIDENTIAL_CLIENT,
  SANDBOX_PUBLIC_CLIENT,
} from '../../../sandbox/server.ts';
import { LUNA } from '../../support/people.ts';
import { openSandboxVaultFixture, type SandboxVaultFixture } from '../../support/sandbox-vault-fixture.ts';
import { until } from '../../support/until.ts';

const APPLICATIONS = [SANDBOX_PUBLIC_CLIENT, SANDBOX_BOT_CLIENT, SANDBOX_CONFIDENTIAL_CLIENT];
const [FIRST, REUSED, SECRET] = APPLICATIONS.map(({ clientId }) => clientId) as [string, string, string];

const loginsOf = ({ vault }: SandboxVaultFixture) => vault.view().accounts[0]?.logins ?? [];
const statesOf = (fixture: SandboxVaultFixture) =>
  Object.fromEntries(loginsOf(fixture).map(({ clientId, state }) => [clientId, state]));
const refresh = (fixture: SandboxVaultFixture, clientId: string) =>
  fixture.vault.actions['account.refresh'].run({ userId: LUNA, clientId });

/** One person with a login for each of two public applications and a confidential one. */
async function openThree(): Promise<SandboxVaultFixture> {
  const fixture = await openSandboxVaultFixture();
  onTestFinished(() => fixture.close());
  const { actions } = fixture.vault;
  await actions['app.configure'].run({ ...SANDBOX_BOT_CLIENT, kind: 'public' });
  await actions['app.configure'].run({ ...SANDBOX_CONFIDENTIAL_CLIENT, kind: 'confidential' });
  await fixture.signIn(LUNA, ['chat:read']);
  for (const clientId of [REUSED, SECRET]) {
    await actions['account.signIn'].run({ clientId, userId: LUNA, scopes: ['chat:read'] });
    await until(() => loginsOf(fixture).some((login) => login.clientId === clientId));
  }
  return fixture;
}

/** The refresh token that the application's own sign-in gives a program on another computer, sent to Twitch twice. */
async function reuseElsewhere({ twitch }: SandboxVaultFixture, clientId: string): Promise<void> {
  const post = async (path: string, fields: Record<string, string>): Promise<Record<string, string>> => {
    const body = new URLSearchParams({ client_id: clientId, ...fields });
    return (await fetch(`${twitch.url}/oauth2/${path}`, { method: 'POST', body })).json();
  };
  const { device_code = '', user_code = '' } = await post('device', { scopes: 'chat:read' });
  twitch.control.approveDevice(user_code, LUNA);
  const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
  const { refresh_token = '' } = await post('token', { grant_type, device_code, scopes: 'chat:read' });
  for (const outcome of ['renewed', 'refused']) {
    const { access_token } = await post('token', { grant_type: 'refresh_token', refresh_token });
    expect(access_token === undefined).toBe(outcome === 'refused');
  }
}

it('a refresh token sent twice ends the person’s tokens of that application, and of no other', async () => {
  const fixture = await openThree();
  await reuseElsewhere(fixture, REUSED);
  fixture.pass(60_000);
  for (const clientId of [FIRST, REUSED, SECRET]) await refresh(fixture, clientId);
  const ended = { [FIRST]: 'ok', [REUSED]: 'needs-sign-in', [SECRET]: 'ok' };
  expect(statesOf(fixture)).toEqual(ended);
  await fixture.kill();
  await fixture.start();
  expect(statesOf(fixture)).toEqual(ended);
  for (const clientId of [FIRST, SECRET])
    expect(await refresh(fixture, clientId)).toMatchObject({ ok: true });
  expect(statesOf(fixture)).toEqual(ended);
});

it('an application removed between two starts leaves the person’s other logins as they were', async () => {
  const fixture = await openThree();
  expect(await fixture.vault.actions['app.remove'].run({ clientId: REUSED })).toMatchObject({ ok: true });
  await fixture.kill();
  await fixture.start();
  expect(statesOf(fixture)).toEqual({ [FIRST]: 'ok', [SECRET]: 'ok' });
  for (const clientId of [FIRST, SECRET])
    expect(await refresh(fixture, clientId)).toMatchObject({ ok: true });
});
