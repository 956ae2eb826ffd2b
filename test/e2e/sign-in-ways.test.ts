import { expect, test } from 'vitest';
import { SANDBOX_CONFIDENTIAL_CLIENT, SANDBOX_PUBLIC_CLIENT } from '../../sandbox/server.ts';
import { LOGINS, LUNA } from '../support/people.ts';
import { setStage } from './castkey-fixture.ts';
import { freshHome, removeHome, TITLES } from './castkey-process.ts';
import { decideOverHttp, recordingBrowser } from './fake-browser.ts';
import { cardOf, consentHere, startAddingAccount } from './window-actions.ts';

const APPLICATIONS = [
  { kind: 'public', application: SANDBOX_PUBLIC_CLIENT, hereGrant: 'device_code' },
  { kind: 'confidential', application: SANDBOX_CONFIDENTIAL_CLIENT, hereGrant: 'authorization_code' },
] as const;

test.for(APPLICATIONS)('$kind application: "Sign in here" shows Twitch in the window', async (one) => {
  const stage = await setStage({ application: one.application });
  await startAddingAccount(stage.castkey);
  await consentHere(stage.castkey, stage.twitch.url, LOGINS[LUNA]);
  await cardOf(await stage.castkey.main(), LOGINS[LUNA]).waitFor();
  const granted = stage.twitch.control
    .requests()
    .filter(({ path, status }) => path === '/oauth2/token' && status === 200);
  expect(granted.map(({ grantType }) => grantType?.split(':').at(-1))).toContain(one.hereGrant);
  await expect.poll(() => stage.castkey.visible()).toEqual([TITLES.main]);
});

test.for(APPLICATIONS)('$kind application: "Open my browser" leaves it to the browser', async (one) => {
  const folder = freshHome();
  const browser = recordingBrowser(folder);
  const stage = await setStage({ application: one.application, env: browser.env });
  const signIn = await startAddingAccount(stage.castkey);
  await signIn.getByRole('button', { name: 'Open my browser', exact: true }).click();
  const link = await browser.opened();
  expect(link.startsWith(stage.twitch.url)).toBe(true);
  await decideOverHttp(link, LUNA, 'authorize');
  await cardOf(await stage.castkey.main(), LOGINS[LUNA]).waitFor();
  await expect.poll(() => stage.castkey.visible()).toEqual([TITLES.main]);
  await removeHome(folder);
});

test('"Copy link" puts the link with the code on the clipboard', async () => {
  const stage = await setStage();
  const signIn = await startAddingAccount(stage.castkey);
  await signIn.getByRole('button', { name: 'Copy link', exact: true }).click();
  const copied = () => stage.castkey.app.evaluate(({ clipboard }) => clipboard.readText());
  await expect.poll(copied).toContain(`${stage.twitch.url}/activate?`);
});
