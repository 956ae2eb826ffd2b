import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { SANDBOX_PUBLIC_CLIENT } from '../../sandbox/server.ts';
import { BOT, LOGINS, LUNA, MAX } from '../support/people.ts';
import { type CastkeyFixture, openCastkeyFixture, pairedBot } from './castkey-fixture.ts';
import { type Castkey, freshHome, launchCastkey, removeHome, TITLES } from './castkey-process.ts';
import { choose, openDialog } from './chosen-files.ts';
import { findSecrets, secretsOf } from './secret-search.ts';
import { cardOf, goTo } from './window-actions.ts';

const PASSPHRASE = 'a few random words';
const REPORT = { name: 'What was done' };

async function exportTo(castkey: Castkey, path: string): Promise<void> {
  await choose(castkey, path);
  await goTo(await castkey.main(), 'Settings');
  const dialog = await openDialog(castkey, 'Export a backup');
  await dialog.getByLabel('Passphrase for the file', { exact: true }).fill(PASSPHRASE);
  await dialog.getByLabel('Once more', { exact: true }).fill(PASSPHRASE);
  await dialog.getByRole('button', { name: 'Choose where to save' }).click();
  await dialog.getByRole('list', REPORT).getByText(LOGINS[LUNA]).waitFor();
  await dialog.getByRole('button', { name: 'Got it' }).click();
}

async function restoreFrom(castkey: Castkey, path: string): Promise<void> {
  await choose(castkey, path);
  const dialog = await openDialog(castkey, 'Restore a backup');
  const field = dialog.getByLabel('Passphrase of the file', { exact: true });
  await field.fill('not this passphrase');
  await dialog.getByRole('button', { name: 'Choose the file' }).click();
  await dialog.getByRole('alert').getByText('That is not the passphrase of this backup').waitFor();
  await field.fill(PASSPHRASE);
  await dialog.getByRole('button', { name: 'Choose the file' }).click();
  await dialog.getByRole('list', REPORT).getByText(`${LOGINS[LUNA]} was taken over`).waitFor();
  await dialog.getByRole('button', { name: 'Got it' }).click();
}

async function importFrom(castkey: Castkey, path: string, login: string): Promise<void> {
  await choose(castkey, path);
  await goTo(await castkey.main(), 'Settings');
  const dialog = await openDialog(castkey, 'Import logins');
  await dialog.getByRole('button', { name: 'Choose the file' }).click();
  await dialog.getByRole('list', REPORT).getByText(`${login} was taken over`).waitFor();
  await dialog.getByRole('button', { name: 'Got it' }).click();
}

/** A pair that another program gets from Twitch by a device code. */
async function foreignPair({ twitch }: CastkeyFixture, login: string) {
  const ask = async (path: string, fields: Record<string, string>): Promise<Record<string, string>> => {
    const body = new URLSearchParams({ client_id: SANDBOX_PUBLIC_CLIENT.clientId, ...fields });
    const reply = await fetch(`${twitch.url}/oauth2/${path}`, { method: 'POST', body });
    return (await reply.json()) as Record<string, string>;
  };
  const { device_code = '', user_code = '' } = await ask('device', { scopes: 'chat:read' });
  twitch.control.approveDevice(user_code, login);
  const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
  const { access_token, refresh_token } = await ask('token', {
    grant_type,
    device_code,
    scopes: 'chat:read',
  });
  return { access_token, refresh_token };
}

test('a backup moves everything to another profile; logins of two other programs join', async () => {
  const fixture = await openCastkeyFixture({ accounts: [LOGINS[LUNA]] });
  const bot = await pairedBot(fixture, 'mover');
  const before = await bot.getAccessTokenForUser(LUNA);
  const secrets = secretsOf(fixture);
  const files = freshHome(); // what other programs wrote holds tokens, and is none of Castkey's
  onTestFinished(() => removeHome(files));
  const backup = join(files, 'mine.castkey');

  await exportTo(fixture.castkey, backup);
  expect(findSecrets('the backup', readFileSync(backup), secrets)).toEqual([]);
  if (process.platform !== 'win32') expect(statSync(backup).mode & 0o777).toBe(0o600);
  expect(readdirSync(files)).toEqual(['mine.castkey']);

  await fixture.castkey.quit();
  const env = { CASTKEY_TWITCH: fixture.twitch.url };
  fixture.castkey = await launchCastkey({ home: join(fixture.home, 'other'), env });
  const main = await fixture.castkey.main();
  await restoreFrom(fixture.castkey, backup);
  await cardOf(main, LOGINS[LUNA]).waitFor();
  const moved = await fixture.bot('mover');
  // Renewed as it arrived, so that the login is this profile's own.
  const own = (await moved.getAccessTokenForUser(LUNA))?.accessToken;
  expect([typeof own, own === before?.accessToken]).toEqual(['string', false]);
  expect(await fixture.castkey.visible()).toEqual([TITLES.main]);

  const cli = await foreignPair(fixture, LOGINS[BOT]);
  const config = join(files, '.twitch-cli.env');
  const lines = [
    `ACCESSTOKEN=${cli.access_token}`,
    `CLIENTID=${SANDBOX_PUBLIC_CLIENT.clientId}`,
    `REFRESHTOKEN=${cli.refresh_token}`,
    'TOKENSCOPES=[chat:read]',
  ];
  writeFileSync(config, lines.join('\n'));
  await importFrom(fixture.castkey, config, LOGINS[BOT]);

  const kept = await foreignPair(fixture, LOGINS[MAX]);
  const json = join(files, 'tokens.json');
  const token = { accessToken: kept.access_token, refreshToken: kept.refresh_token, scope: ['chat:read'] };
  writeFileSync(json, JSON.stringify({ [MAX]: { ...token, expiresIn: 0, obtainmentTimestamp: 0 } }));
  await importFrom(fixture.castkey, json, LOGINS[MAX]);
  await goTo(main, 'Dashboard');
  for (const id of [LUNA, BOT, MAX] as const) await cardOf(main, LOGINS[id]).waitFor();
});
