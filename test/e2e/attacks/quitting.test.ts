/** The end of the program at a moment when Twitch holds the only copy of a login. */
import { once } from 'node:events';
import { afterAll, beforeAll, expect } from 'vitest';
import { attack } from '../../support/attack.ts';
import { LOGINS, LUNA } from '../../support/people.ts';
import { type CastkeyFixture, openSharedCastkeyFixture } from '../castkey-fixture.ts';
import { openTray, type Tray } from '../session-bus.ts';
import { cardOf } from '../window-actions.ts';

const REFRESH = { path: '/oauth2/token', grantType: 'refresh_token' } as const;
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

const refreshes = (): (number | null)[] =>
  fixture.twitch.control
    .requests()
    .filter(({ grantType }) => grantType === 'refresh_token')
    .map(({ status }) => status);

async function pressRefresh(): Promise<void> {
  const card = cardOf(await fixture.castkey.main(), LOGINS[LUNA]);
  await card.getByRole('button', { name: 'Refresh', exact: true }).click();
}

attack(
  'SIGTERM, SIGHUP, SIGINT and Quit, one after the other, while Twitch takes six seconds for a refresh',
  'the tray says that it waits; the answer is saved; then it ends, and the next start goes on with it',
  async () => {
    const { castkey, twitch } = fixture;
    const pid = castkey.process.pid ?? 0;
    twitch.control.addFault({ ...REFRESH, effect: { kind: 'slow', ms: 6_000 } });
    await pressRefresh();
    await expect.poll(() => twitch.control.faults()).toEqual([]); // Twitch has the request
    const [asked, ended] = [performance.now(), once(castkey.process, 'exit')];
    castkey.process.kill('SIGTERM');
    await expect.poll(() => tray.menu(pid)).toEqual(['Quitting: waiting for Twitch…']);
    for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) castkey.process.kill(signal);
    await castkey.app.evaluate(({ app }) => app.quit());
    expect(await tray.menu(pid)).toEqual(['Quitting: waiting for Twitch…']);
    expect(await ended).toEqual([0, null]);
    expect(performance.now() - asked).toBeGreaterThan(4_500);
    expect(castkey.output()).toContain('castkey: quitting: waiting for Twitch');

    await fixture.restart();
    await pressRefresh();
    await expect.poll(refreshes).toEqual([200, 200]); // a spent token would be refused
  },
  60_000,
);

attack(
  'SIGKILL, and a start at once',
  'nothing of the lock is left over: it starts, and has everything',
  async () => {
    const { castkey } = fixture;
    castkey.process.kill('SIGKILL');
    await once(castkey.process, 'exit');
    const main = await (await fixture.restart()).main();
    await cardOf(main, LOGINS[LUNA]).waitFor();
  },
  60_000,
);
