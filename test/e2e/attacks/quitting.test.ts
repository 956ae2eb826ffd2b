/** The end of the program at a moment when Twitch holds the only copy of a login. */
import { once } from 'node:events';
import { readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { castkeyAnswers } from '../../../electron/adapters/socket/live-vault.ts';
import { attack } from '../../support/attack.ts';
import { LOGINS, LUNA } from '../../support/people.ts';
import { type CastkeyFixture, openSharedCastkeyFixture } from '../castkey-fixture.ts';
import { runToEnd } from '../castkey-process.ts';
import { type LoginManager, openLoginManager } from '../fake-logind.ts';
import { openTray, type Tray } from '../session-bus.ts';
import { cardOf } from '../window-actions.ts';

const RARE_SIGNALS = ['SIGQUIT', 'SIGPWR', 'SIGUSR2', 'SIGALRM', 'SIGVTALRM', 'SIGXCPU', 'SIGIO'] as const;

let tray: Tray;
let system: LoginManager;
let fixture: CastkeyFixture;

beforeAll(async () => {
  [tray, system] = [await openTray(), await openLoginManager()];
  fixture = await openSharedCastkeyFixture({ accounts: [LOGINS[LUNA]], env: system.env });
});

afterAll(async () => {
  await fixture?.close();
  tray?.close();
  system?.close();
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

/** A refresh is under way, and Twitch will take so long for it. */
async function beginSlowRefresh(ms: number): Promise<void> {
  const { control } = fixture.twitch;
  control.addFault({ path: '/oauth2/token', grantType: 'refresh_token', effect: { kind: 'slow', ms } });
  await pressRefresh();
  await expect.poll(() => control.faults()).toEqual([]); // Twitch has the request
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** After a start she refreshes, and Twitch has seen no spent token. */
async function goesOn(): Promise<void> {
  await fixture.restart();
  const before = refreshes();
  await pressRefresh();
  await expect.poll(refreshes).toEqual([...before, 200]);
  expect(new Set(refreshes())).toEqual(new Set([200]));
  await fixture.castkey.quit();
  await fixture.restart(); // it may refresh at once: a forced refresh is held back for ten seconds
}

attack(
  'SIGTERM, SIGHUP, SIGINT and Quit, one after the other, while Twitch takes six seconds for a refresh',
  'the tray says that it waits; the answer is saved; then it ends, and the next start goes on with it',
  async () => {
    const { castkey } = fixture;
    const pid = castkey.process.pid ?? 0;
    await beginSlowRefresh(6_000);
    const [asked, ended] = [performance.now(), once(castkey.process, 'exit')];
    castkey.process.kill('SIGTERM');
    await expect.poll(() => tray.menu(pid)).toEqual(['Quitting: waiting for Twitch…']);
    for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT', ...RARE_SIGNALS] as const)
      castkey.process.kill(signal);
    await castkey.app.evaluate(({ app }) => app.quit());
    expect(await tray.menu(pid)).toEqual(['Quitting: waiting for Twitch…']);
    expect(await ended).toEqual([0, null]);
    expect(performance.now() - asked).toBeGreaterThan(4_500);
    expect(castkey.output()).toContain('castkey: quitting: waiting for Twitch');
    await goesOn();
  },
  60_000,
);

attack(
  'the computer is shut down while Twitch is answering a refresh',
  'Castkey asked the system to wait for it; it ends when the answer is saved',
  async (context) => {
    if (process.platform !== 'linux') context.skip('the login manager played here is that of Linux');
    const { castkey } = fixture;
    await expect
      .poll(() => system.inhibited().map(([what, , , how]) => [what, how]))
      .toContainEqual(['shutdown', 'delay']);
    await beginSlowRefresh(2_000);
    const [asked, ended] = [performance.now(), once(castkey.process, 'exit')];
    system.shutDown();
    expect(await ended).toEqual([0, null]);
    expect(performance.now() - asked).toBeGreaterThan(1_000);
    await goesOn();
  },
  60_000,
);

attack(
  'a start while Castkey still waits for Twitch in order to quit',
  'no second vault: it comes up again by itself when the first has ended',
  async () => {
    const { castkey, home, twitch } = fixture;
    await beginSlowRefresh(3_000);
    const ended = once(castkey.process, 'exit');
    castkey.process.kill('SIGTERM');
    await expect.poll(() => tray.menu(castkey.process.pid ?? 0)).toEqual(['Quitting: waiting for Twitch…']);
    const second = await runToEnd({ home, env: { CASTKEY_TWITCH: twitch.url, ...system.env } });
    expect([second.code, castkey.process.exitCode]).toEqual([0, null]);
    expect(await ended).toEqual([0, null]);

    await expect.poll(() => castkeyAnswers(castkey.socket)).toBe(true);
    const again = Number(readlinkSync(join(home, 'SingletonLock')).split('-').at(-1));
    expect(again).not.toBe(castkey.process.pid);
    process.kill(again, 'SIGTERM');
    await expect.poll(() => isRunning(again)).toBe(false);
    await goesOn();
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
