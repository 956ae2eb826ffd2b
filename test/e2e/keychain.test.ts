import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { SANDBOX_CONFIDENTIAL_CLIENT } from '../../sandbox/server.ts';
import { LOGINS, LUNA } from '../support/people.ts';
import { type CastkeyFixture, codeOf, openCastkeyFixture, pairedBot } from './castkey-fixture.ts';
import type { Castkey } from './castkey-process.ts';
import { openOwnDesktop } from './own-desktop.ts';
import { searchFolder, secretsOf } from './secret-search.ts';
import { cardOf, goTo } from './window-actions.ts';

const PASSPHRASE = 'several quite random words';
const WEAK = { args: ['--password-store=basic'] };

const backend = (castkey: Castkey): Promise<string> =>
  castkey.app.evaluate(({ safeStorage }) => safeStorage.getSelectedStorageBackend());

/** Every `sealed…` field there is in the documents of the profile. */
function sealedFields(home: string): string[] {
  const files = readdirSync(home, { recursive: true, encoding: 'utf8' });
  const documents = files.filter((file) => /stand-in-.*\.json$/.test(file));
  return documents.flatMap((file) => {
    const fields = readFileSync(join(home, file), 'utf8').matchAll(/"(sealed\w*)":\s*"([^"]+)"/g);
    return [...fields].map(([, name, value]) => `${name} ${value?.split(':', 3).slice(0, 2).join(':')}`);
  });
}

/** All secrets that there are, looked for in the whole profile; a login that must be there shows that it looks. */
function expectNoSecretIn(fixture: CastkeyFixture): void {
  const secrets = secretsOf(fixture);
  expect(secrets.length).toBeGreaterThan(3);
  expect(searchFolder(fixture.home, secrets)).toEqual([]);
  const shown = [{ name: 'login', secret: LOGINS[LUNA] }];
  expect(searchFolder(fixture.home, shown)).not.toEqual([]);
}

async function setPassphrase(main: Page, passphrase: string): Promise<void> {
  await main.getByRole('button', { name: 'Set a passphrase', exact: true }).first().click();
  await main.getByLabel('New passphrase', { exact: true }).fill(passphrase);
  await main.getByLabel('Once more', { exact: true }).fill(passphrase);
  await main.getByRole('button', { name: 'Set passphrase', exact: true }).click();
  await main.getByRole('dialog').waitFor({ state: 'hidden' });
}

test('with a keychain everything secret is sealed by it, and no file holds it in clear', async () => {
  const fixture = await openCastkeyFixture({
    application: SANDBOX_CONFIDENTIAL_CLIENT,
    accounts: [LOGINS[LUNA]],
  });
  expect(await backend(fixture.castkey)).toBe('gnome_libsecret');
  const bot = await pairedBot(fixture, 'kept-bot');
  await bot.getAccessTokenForUser(LUNA);
  await bot.refreshAccessTokenForUser(LUNA);
  const main = await fixture.castkey.main();
  await goTo(main, 'Settings');
  await main.getByText('Sealed with this system’s keychain (gnome_libsecret)').waitFor();

  const sealed = new Set(sealedFields(fixture.home));
  expect([...sealed].sort()).toEqual([
    'sealed castkey1:os',
    'sealedKey castkey1:os',
    'sealedSecret castkey1:os',
  ]);
  expectNoSecretIn(fixture);
  await fixture.castkey.quit();
  expectNoSecretIn(fixture);
});

test('without one logins stay in memory, the window says so, and nothing is written', async () => {
  const fixture = await openCastkeyFixture({
    ...WEAK,
    application: SANDBOX_CONFIDENTIAL_CLIENT,
    accounts: [LOGINS[LUNA]],
  });
  expect(await backend(fixture.castkey)).toBe('basic_text');
  const bot = await pairedBot(fixture, 'fleeting-bot');
  await bot.getAccessTokenForUser(LUNA);
  const main = await fixture.castkey.main();
  await main.getByText('Your logins are kept in memory only.').waitFor();
  await main.getByRole('button', { name: 'Set a passphrase', exact: true }).first().waitFor();
  expect(sealedFields(fixture.home)).toEqual([]);
  expectNoSecretIn(fixture);
  await fixture.castkey.quit();
  expect(sealedFields(fixture.home)).toEqual([]);
  expectNoSecretIn(fixture);
});

test('a passphrase seals instead; after a restart bots are "locked" out until it is entered', async () => {
  const fixture = await openCastkeyFixture({
    ...WEAK,
    application: SANDBOX_CONFIDENTIAL_CLIENT,
    accounts: [LOGINS[LUNA]],
  });
  const bot = await pairedBot(fixture, 'loyal-bot');
  const main = await fixture.castkey.main();
  await setPassphrase(main, PASSPHRASE);
  await main.getByText('Your logins are kept in memory only.').waitFor({ state: 'hidden' });
  const sealed = new Set(sealedFields(fixture.home));
  expect([...sealed].sort()).toEqual([
    'sealed castkey1:passphrase',
    'sealedKey castkey1:passphrase',
    'sealedSecret castkey1:passphrase',
  ]);
  await fixture.castkey.quit();
  expectNoSecretIn(fixture);

  const again = await (await fixture.restart(WEAK)).main();
  await again.getByRole('heading', { name: 'Enter your passphrase', exact: true }).waitFor();
  expect(await codeOf(fixture.bot('loyal-bot', { timeoutMs: 5_000 }))).toBe('locked');
  expect(await codeOf(fixture.bot('stranger', { timeoutMs: 5_000 }))).toBe('locked');
  await enterPassphrase(again, 'several quite wrong words');
  await again.getByText('That passphrase is not the right one.').waitFor();
  expect(await codeOf(fixture.bot('loyal-bot', { timeoutMs: 5_000 }))).toBe('locked');
  await enterPassphrase(again, PASSPHRASE);
  await cardOf(again, LOGINS[LUNA]).waitFor();
  // The same provider object finds its way back by itself.
  const served = async () => (await bot.refreshAccessTokenForUser(LUNA).catch(() => null))?.userId;
  await expect.poll(served, { timeout: 20_000 }).toBe(LUNA);
  expectNoSecretIn(fixture);
});

test('on a desktop Chromium doesn’t know; locked at start: one sentence, “locked” to bots, and on by itself', async () => {
  const desktop = await openOwnDesktop();
  onTestFinished(() => desktop.close());
  const env = { ...desktop.env, XDG_CURRENT_DESKTOP: 'sway' };
  const fixture = await openCastkeyFixture({ env, accounts: [LOGINS[LUNA]] });
  expect(await backend(fixture.castkey)).toBe('gnome_libsecret');
  await pairedBot(fixture, 'patient-bot');
  await fixture.castkey.quit();
  await desktop.lockKeychain();

  const again = await fixture.restart();
  const main = await again.main();
  await main.getByRole('heading', { name: 'Your keychain is locked', exact: true }).waitFor();
  await main.getByText('Unlock it to use Castkey; your logins are safe.', { exact: true }).waitFor();
  const refused = fixture.bot('patient-bot', { timeoutMs: 5_000 });
  expect(await refused.catch((error: Error) => error.message)).toContain(
    'The keychain of this computer is locked.',
  );
  expect(await codeOf(fixture.bot('stranger', { timeoutMs: 5_000 }))).toBe('locked');
  // What must not be offered or said while her logins wait.
  for (const text of ['passphrase', 'memory only', 'No account yet', 'Your Twitch application'])
    expect(await main.getByText(text).count(), text).toBe(0);
  await desktop.unlockKeychain();
  await cardOf(main, LOGINS[LUNA]).waitFor();
  expect((await (await fixture.bot('patient-bot')).getAccessTokenForUser(LUNA))?.userId).toBe(LUNA);
});

async function enterPassphrase(main: Page, passphrase: string): Promise<void> {
  await main.getByLabel('Passphrase', { exact: true }).fill(passphrase);
  await main.getByRole('button', { name: 'Open my logins', exact: true }).click();
}
