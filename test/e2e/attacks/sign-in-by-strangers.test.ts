import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect } from 'vitest';
import { SANDBOX_PUBLIC_CLIENT } from '../../../sandbox/server.ts';
import { attack } from '../../support/attack.ts';
import { BOT, LOGINS, LUNA } from '../../support/people.ts';
import { type CastkeyFixture, openSharedCastkeyFixture } from '../castkey-fixture.ts';
import { freshHome, removeHome } from '../castkey-process.ts';
import { recordingBrowser } from '../fake-browser.ts';
import {
  cardOf,
  closing,
  goTo,
  onboard,
  openTwitchPage,
  shownCode,
  startAddingAccount,
} from '../window-actions.ts';
import { type ChangingProxy, openChangingProxy } from './changing-proxy.ts';
import { watchCommandLines } from './watching-user.ts';

let fixture: CastkeyFixture;
let proxy: ChangingProxy;
const folder = freshHome();
const browser = recordingBrowser(folder, 'stays');

beforeAll(async () => {
  proxy = await openChangingProxy();
  const env = { ...browser.env, CASTKEY_TWITCH: proxy.url };
  fixture = await openSharedCastkeyFixture({ application: null, env });
  proxy.target = fixture.twitch.url;
  await onboard(fixture.castkey, SANDBOX_PUBLIC_CLIENT);
}, 120_000);

afterAll(async () => {
  browser.close();
  await fixture?.close();
  proxy?.close();
  await removeHome(folder);
});

/** Names of the accounts on the disk, whatever folder of the profile they are in. */
const accountsOnDisk = (): string[] =>
  readdirSync(fixture.home, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /accounts.*\d+\.json$/.test(name),
  );

attack(
  'another user who reads every command line while the browser is used to sign in',
  'the address of Twitch’s page is on one, the code on none',
  async (context) => {
    const stop = await watchCommandLines(context);
    const signIn = await startAddingAccount(fixture.castkey);
    const code = await shownCode(signIn);
    await signIn.getByRole('button', { name: 'Open my browser', exact: true }).click();
    await browser.opened();
    browser.close();
    await signIn.getByRole('button', { name: 'Copy link', exact: true }).click();
    await openTwitchPage(fixture.castkey, proxy.url);
    const seen = await stop();
    expect(seen.filter((line) => line.includes(`${proxy.url}/activate?public=true`))).not.toEqual([]);
    expect(
      seen.filter((line) =>
        line
          .replace(/[^A-Z]/gi, '')
          .toUpperCase()
          .includes(code),
      ),
    ).toEqual([]);
    await closing(signIn, () => signIn.getByRole('button', { name: 'Cancel', exact: true }).click());
  },
  60_000,
);

attack(
  'somebody else who has read the code and signs in with it as herself',
  'the streamer is asked whether that is her; after her no Twitch ends the login, and nothing is kept',
  async () => {
    const signIn = await startAddingAccount(fixture.castkey);
    fixture.twitch.control.approveDevice(await shownCode(signIn), LOGINS[BOT]);
    await signIn.getByRole('heading', { name: 'Is this you?' }).waitFor();
    await signIn.getByText(LOGINS[BOT], { exact: true }).waitFor();
    expect(await signIn.evaluate(() => document.activeElement?.textContent)).not.toBe('Keep');
    expect(accountsOnDisk()).toEqual([]);
    await closing(signIn, () => signIn.getByRole('button', { name: 'Not me', exact: true }).click());

    const revoked = () => fixture.twitch.control.requests().filter(({ path }) => path === '/oauth2/revoke');
    await expect.poll(() => revoked().map(({ status }) => status)).toEqual([200]);
    expect(fixture.twitch.control.state().accessTokens.filter(({ userId }) => userId === BOT)).toEqual([]);
    const main = await fixture.castkey.main();
    await goTo(main, 'Activity');
    await main.getByText(`${LOGINS[BOT]} signed in at Twitch, and you said that it isn’t you`).waitFor();
    await goTo(main, 'Dashboard');
    expect([await cardOf(main, LOGINS[BOT]).count(), accountsOnDisk()]).toEqual([0, []]);
  },
  60_000,
);

attack(
  'a Twitch that asks to be polled without a pause',
  'polled once in five seconds, and signing in works',
  async () => {
    proxy.change = { path: '/oauth2/device', fields: { interval: 0.001, expires_in: 1e12 } };
    const polls = () => fixture.tokenRequests('urn:ietf:params:oauth:grant-type:device_code');
    const [before, began] = [polls(), performance.now()];
    const signIn = await startAddingAccount(fixture.castkey);
    const code = await shownCode(signIn);
    await expect.poll(polls).toBeGreaterThan(before);
    fixture.twitch.control.approveDevice(code, LOGINS[LUNA]);
    await signIn.getByRole('heading', { name: 'Is this you?' }).waitFor();
    expect(polls() - before).toBeLessThanOrEqual((performance.now() - began) / 5_000 + 1);
    await closing(signIn, () => signIn.getByRole('button', { name: 'Keep', exact: true }).click());
    await cardOf(await fixture.castkey.main(), LOGINS[LUNA]).waitFor();
  },
  60_000,
);
