import { expect, test } from 'vitest';
import { SANDBOX_CONFIDENTIAL_CLIENT, SANDBOX_PUBLIC_CLIENT } from '../../sandbox/server.ts';
import { LOGINS, LUNA } from '../support/people.ts';
import { openCastkeyFixture } from './castkey-fixture.ts';
import { freshHome, removeHome, TITLES } from './castkey-process.ts';
import { decideOverHttp, recordingBrowser } from './fake-browser.ts';
import { cardOf, closing, consentHere, shownCode, startAddingAccount } from './window-actions.ts';

const APPLICATIONS = [
  { kind: 'public', application: SANDBOX_PUBLIC_CLIENT, hereGrant: 'device_code' },
  { kind: 'confidential', application: SANDBOX_CONFIDENTIAL_CLIENT, hereGrant: 'authorization_code' },
] as const;

test.for(APPLICATIONS)('$kind application: "Sign in here" shows Twitch in the window', async (one) => {
  const fixture = await openCastkeyFixture({ application: one.application });
  await startAddingAccount(fixture.castkey);
  await consentHere(fixture.castkey, fixture.twitch.url, LOGINS[LUNA]);
  await cardOf(await fixture.castkey.main(), LOGINS[LUNA]).waitFor();
  const granted = fixture.twitch.control
    .requests()
    .filter(({ path, status }) => path === '/oauth2/token' && status === 200);
  expect(granted.map(({ grantType }) => grantType?.split(':').at(-1))).toContain(one.hereGrant);
  await expect.poll(() => fixture.castkey.visible()).toEqual([TITLES.main]);
});

test.for(APPLICATIONS)('$kind application: "Open my browser" leaves it to the browser', async (one) => {
  const folder = freshHome();
  const browser = recordingBrowser(folder);
  const fixture = await openCastkeyFixture({ application: one.application, env: browser.env });
  const signIn = await startAddingAccount(fixture.castkey);
  const open = signIn.getByRole('button', { name: 'Open my browser', exact: true });
  browser.installed(false);
  await open.click();
  await signIn.getByText('No browser opened. Use “Copy link”.').waitFor();
  expect(await signIn.getByText('Waiting for you in the browser').count()).toBe(0);
  browser.installed(true);
  await open.click();
  const page = new URL(await browser.opened());
  expect(page.href).toBe(`${fixture.twitch.url}/activate?public=true`);
  page.searchParams.set('device-code', await shownCode(signIn)); // as she types it there
  await decideOverHttp(page.href, LUNA, 'authorize');
  await signIn.getByText(LOGINS[LUNA], { exact: true }).waitFor();
  await closing(signIn, () => signIn.getByRole('button', { name: 'Keep', exact: true }).click());
  await cardOf(await fixture.castkey.main(), LOGINS[LUNA]).waitFor();
  await expect.poll(() => fixture.castkey.visible()).toEqual([TITLES.main]);
  await removeHome(folder);
});

test('"Copy link" puts the link with the code on the clipboard', async () => {
  const fixture = await openCastkeyFixture();
  const signIn = await startAddingAccount(fixture.castkey);
  await signIn.getByRole('button', { name: 'Copy link', exact: true }).click();
  const copied = () => fixture.castkey.app.evaluate(({ clipboard }) => clipboard.readText());
  await expect.poll(copied).toContain(`${fixture.twitch.url}/activate?`);
});
