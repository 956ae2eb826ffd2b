import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { SANDBOX_CONFIDENTIAL_CLIENT } from '../../sandbox/server.ts';
import { APP_ORIGIN, CALLS, WINDOW_ROLES, type WindowRole } from '../../shared/ipc.ts';
import { LOGINS, LUNA } from '../support/people.ts';
import { type CastkeyFixture, codeOf, openSharedCastkeyFixture } from './castkey-fixture.ts';
import { TITLES } from './castkey-process.ts';
import {
  callAs,
  inlineScriptRuns,
  namesOfNode,
  type PageWatch,
  permissionsOf,
  watchPages,
} from './page-probes.ts';
import { goTo, openTwitchPage, startAddingAccount } from './window-actions.ts';

let fixture: CastkeyFixture;
let watch: PageWatch;
/** Castkey's three windows, open at the same time. */
let pages: Record<WindowRole, Page>;

beforeAll(async () => {
  const args = ['--use-fake-device-for-media-stream']; // else there is no camera to refuse
  fixture = await openSharedCastkeyFixture({
    args,
    application: SANDBOX_CONFIDENTIAL_CLIENT,
    accounts: [LOGINS[LUNA]],
  });
  const { castkey } = fixture;
  watch = await watchPages(castkey.app);
  const main = await castkey.main();
  await main.reload();
  const signIn = await startAddingAccount(castkey);
  void codeOf(fixture.bot('knocking-bot', { wants: [{ user: LUNA }] })); // never answered
  pages = { main, signIn, approval: await castkey.window(TITLES.approval) };
  for (const page of Object.values(pages)) await page.getByRole('main').waitFor();
});

afterAll(() => fixture?.close());

const DENIED = {
  notifications: 'denied',
  camera: 'NotAllowedError',
  microphone: 'NotAllowedError',
  screen: 'NotAllowedError',
  clipboard: 'NotAllowedError',
  geolocation: 'denied',
};

/** Tries to leave the page; all of it must be stopped, and the page still be there. */
async function expectStays(page: Page, targets: readonly string[]): Promise<void> {
  const before = page.url();
  for (const url of targets) {
    await page.evaluate((to) => {
      location.href = to;
    }, url);
    await expect.poll(() => watch.attempts()).toContainEqual({ what: 'navigate', url, stopped: true });
  }
  expect(page.url()).toBe(before);
}

test('no screen of any window breaks the content security policy, or complains of anything else', async () => {
  for (const place of ['Accounts', 'Bots', 'Activity', 'Settings', 'Dashboard'] as const)
    await goTo(pages.main, place);
  expect(await watch.complaints()).toEqual([]);
});

test('only the main window may make the main window’s calls', async () => {
  const { app } = fixture.castkey;
  expect(await callAs(app, TITLES.main)).toMatchObject({ answer: { ok: true }, origin: APP_ORIGIN });
  for (const title of [TITLES.approval, TITLES.signIn]) {
    const refused = { ok: false, error: { code: 'bad-request' } };
    expect(await callAs(app, title)).toMatchObject({ answer: refused, origin: APP_ORIGIN });
  }
});

test('the page of Twitch is kept to Twitch, in a session of its own, without a preload', async () => {
  const other = await strangeHost();
  const page = await openTwitchPage(fixture.castkey, fixture.twitch.url);
  expect(await page.evaluate(() => 'castkey' in globalThis)).toBe(false);
  expect(await namesOfNode(page)).toEqual([]);
  expect(await surroundings(fixture)).toEqual({
    preload: null,
    sandbox: true,
    ownSession: true,
    inMemory: true,
  });

  await expectStays(page, [`${other.url}/`, 'https://example.com/']);
  expect(await fetchAs(fixture, other.url)).toContain('ERR_BLOCKED_BY_CLIENT');
  expect(other.requests()).toBe(0);

  expect(await page.evaluate((url) => window.open(url), fixture.twitch.url)).toBeNull();
  const { geolocation, notifications } = DENIED;
  expect(await permissionsOf(page)).toMatchObject({ geolocation, notifications, camera: DENIED.camera });
  await page.evaluate(() => {
    const link = Object.assign(document.createElement('a'), { download: 'x.txt', href: 'data:text/plain,x' });
    document.body.append(link);
    link.click();
  });
  const download = { what: 'download', url: 'data:text/plain,x', stopped: true };
  await expect.poll(() => watch.attempts()).toContainEqual(download);
});

// Playwright does not click in a page again that was kept from going elsewhere, so these come last.
describe.for(WINDOW_ROLES)('the page of the %s window', (role) => {
  test('has its own calls and nothing of Node or Electron', async () => {
    const bridge = await pages[role].evaluate(() =>
      Object.keys((globalThis as { castkey?: object }).castkey ?? {}),
    );
    expect(bridge.sort()).toEqual([...CALLS[role], 'onState'].sort());
    expect(await namesOfNode(pages[role])).toEqual([]);
  });

  test('opens no popup, goes nowhere and gets no permission', async () => {
    const windows = fixture.castkey.app.windows().length;
    expect(await pages[role].evaluate(() => window.open('https://id.twitch.tv/'))).toBeNull();
    const elsewhere = `${APP_ORIGIN}/${role === 'main' ? 'approval.html' : 'index.html'}?from-${role}`;
    await expectStays(pages[role], [`https://id.twitch.tv/${role}`, elsewhere]);
    expect(await permissionsOf(pages[role])).toEqual(DENIED);
    expect(fixture.castkey.app.windows()).toHaveLength(windows);
  });

  test('runs no script that was put into it', async () => {
    expect(await inlineScriptRuns(pages[role])).toBe(false);
    const complaint = expect.stringContaining('violates the following Content Security Policy directive');
    await expect.poll(() => watch.complaints()).toContainEqual(complaint);
  });
});

/** A web server that is not Twitch's, and how often anybody asked it for anything. */
async function strangeHost(): Promise<{ url: string; requests(): number }> {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests: () => requests };
}

/** How the page of Twitch was made, as the main process knows it. */
function surroundings({ castkey, twitch }: CastkeyFixture): Promise<Record<string, unknown>> {
  return castkey.app.evaluate(({ BrowserWindow, webContents }, url) => {
    const page = webContents.getAllWebContents().find((one) => one.getURL().startsWith(url));
    const made = page as unknown as { getLastWebPreferences(): { preload?: string; sandbox?: boolean } };
    const { preload = null, sandbox } = made.getLastWebPreferences();
    const sessions = BrowserWindow.getAllWindows().map((window) => window.webContents.session);
    const own = page !== undefined && !sessions.includes(page.session);
    return { preload, sandbox, ownSession: own, inMemory: page?.session.isPersistent() === false };
  }, twitch.url);
}

/** What becomes of a request in the session of the page of Twitch, whatever that page's own rules are. */
function fetchAs({ castkey, twitch }: CastkeyFixture, to: string): Promise<string> {
  return castkey.app.evaluate(
    async ({ webContents }, { url, to }) => {
      const page = webContents.getAllWebContents().find((one) => one.getURL().startsWith(url));
      const answer = page?.session.fetch(to).then((reply) => `status ${reply.status}`);
      return (await answer?.catch(String)) ?? 'there is no such page';
    },
    { url: twitch.url, to },
  );
}
