/** A program on the session bus, which can click in the tray's menu as well as the streamer. */
import { afterAll, beforeAll, expect } from 'vitest';
import { attack } from '../../support/attack.ts';
import { LOGINS, LUNA } from '../../support/people.ts';
import { type CastkeyFixture, openSharedCastkeyFixture } from '../castkey-fixture.ts';
import { TITLES } from '../castkey-process.ts';
import { openTray, type Tray } from '../session-bus.ts';
import { closing, goTo } from '../window-actions.ts';

let tray: Tray;
let fixture: CastkeyFixture;

beforeAll(async () => {
  tray = await openTray();
  fixture = await openSharedCastkeyFixture({ accounts: [LOGINS[LUNA]] });
});

afterAll(async () => {
  await fixture?.close();
  tray?.close();
});

const click = (...path: string[]): Promise<void> => tray.click(fixture.castkey.process.pid ?? 0, ...path);
const menu = () => tray.menu(fixture.castkey.process.pid ?? 0);

const countNewWindows = (): Promise<void> =>
  fixture.castkey.app.evaluate(({ app }) => {
    Object.assign(app, { opened: 0 });
    app.on('browser-window-created', () => Object.assign(app, { opened: Reflect.get(app, 'opened') + 1 }));
  });
const newWindows = (): Promise<number> =>
  fixture.castkey.app.evaluate(({ app }) => Number(Reflect.get(app, 'opened')));

attack(
  'a program on the session bus clicks Unlock in the tray’s menu',
  'the window opens and asks, nothing is unlocked; the record says by which door it was',
  async () => {
    const { castkey } = fixture;
    const main = await castkey.main();
    await click('Lock');
    await main.getByText('Castkey is locked.').waitFor();
    await castkey.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
    for (let turn = 0; turn < 5; turn += 1) await click('Unlock');
    await expect.poll(() => castkey.visible()).toEqual([TITLES.main]);
    expect(await menu()).toContain('Unlock');
    await main.getByText('Castkey is locked.').waitFor();

    await main.getByRole('button', { name: 'Unlock', exact: true }).click();
    await expect.poll(menu).toContain('Lock');
    await goTo(main, 'Activity');
    await main.getByText('Castkey was locked from the tray’s menu').waitFor();
    await main.getByText('Castkey was unlocked in its window').waitFor();
  },
);

attack(
  'the same program clicks Sign in again and Refresh, over and over',
  'one sign-in window a minute for an account; one request to Twitch in ten seconds',
  async () => {
    const { castkey } = fixture;
    await click(LOGINS[LUNA], 'Sign in again');
    const signIn = await castkey.window(TITLES.signIn);
    await closing(signIn, () => signIn.getByRole('button', { name: 'Cancel', exact: true }).click());
    await expect.poll(() => castkey.visible()).toEqual([TITLES.main]);
    await countNewWindows();
    const before = fixture.tokenRequests('refresh_token');
    for (let turn = 0; turn < 10; turn += 1) {
      await click(LOGINS[LUNA], 'Sign in again');
      await click(LOGINS[LUNA], 'Refresh');
    }
    await expect.poll(() => fixture.tokenRequests('refresh_token')).toBe(before + 1);
    await click('Lock'); // comes after all the others, and so does its answer
    await expect.poll(menu).toContain('Unlock');
    expect(await newWindows()).toBe(0);
    expect(fixture.tokenRequests('refresh_token')).toBe(before + 1);
  },
);
