import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import type { CastkeyAuthProvider } from 'castkey-client';
import { afterAll, beforeAll, expect, type TestContext, vi } from 'vitest';
import { attack } from '../../support/attack.ts';
import { LOGINS, LUNA } from '../../support/people.ts';
import { type CastkeyFixture, openSharedCastkeyFixture, pairedBot } from '../castkey-fixture.ts';
import { freshHome, removeHome } from '../castkey-process.ts';
import { type OwnDesktop, openOwnDesktop } from '../own-desktop.ts';
import { type PlainCastkey, startPlain } from '../plain-castkey.ts';

const ROW_MS = 60_000;
const WAIT = { timeout: 20_000, interval: 100 };

let desktop: OwnDesktop;
let fixture: CastkeyFixture;
let castkey: PlainCastkey;
let bot: CastkeyAuthProvider;
let folder: string;

beforeAll(async () => {
  if (process.platform !== 'linux') return;
  folder = freshHome();
  desktop = await openOwnDesktop();
  fixture = await openSharedCastkeyFixture({ env: desktop.env, accounts: [LOGINS[LUNA]] });
  bot = await pairedBot(fixture, 'steady-bot');
  await fixture.castkey.quit();
  const env = { ...desktop.env, CASTKEY_TWITCH: fixture.twitch.url };
  castkey = startPlain({ home: fixture.home, env, cwd: folder, before: 'ulimit -c unlimited' });
  await vi.waitFor(isServed, WAIT);
});

afterAll(async () => {
  await castkey?.end();
  await fixture?.close();
  await desktop?.close();
  if (folder) await removeHome(folder);
});

/** The bot asks for a token to be renewed: that is never answered out of its own memory. */
async function isServed(): Promise<void> {
  expect(await bot.refreshAccessTokenForUser(LUNA)).toMatchObject({ userId: LUNA });
}

function onlyOnLinux(context: TestContext): void {
  if (process.platform !== 'linux') context.skip('displays and buses go away on Linux only');
}

const shownWindows = (): string[] => {
  const search = ['search', '--onlyvisible', '--name', '^Castkey$'];
  const found = spawnSync('xdotool', search, { env: { ...process.env, ...desktop.env }, encoding: 'utf8' });
  return found.stdout.split('\n').filter((line) => line !== '');
};

attack(
  'the process that draws, killed eight times',
  'bots are served, by the same vault',
  async (context) => {
    onlyOnLinux(context);
    const vault = castkey.pid();
    const killed = new Set<number>();
    while (killed.size < 8) {
      const fresh = await vi.waitUntil(
        () => castkey.helpers('gpu-process').find((pid) => !killed.has(pid)),
        WAIT,
      );
      process.kill(fresh, 'SIGKILL');
      killed.add(fresh);
    }
    await isServed();
    expect(castkey.pid()).toBe(vault);
  },
  ROW_MS,
);

attack(
  'the page of the main window, killed three times at once',
  'it is loaded again each time',
  async (context) => {
    onlyOnLinux(context);
    const killed = new Set<number>();
    for (let times = 0; times < 3; times += 1) {
      const page = await vi.waitUntil(
        () => castkey.helpers('renderer').find((pid) => !killed.has(pid)),
        WAIT,
      );
      process.kill(page, 'SIGKILL');
      killed.add(page);
    }
    await vi.waitUntil(() => castkey.helpers('renderer').some((pid) => !killed.has(pid)), WAIT);
    await isServed();
  },
  ROW_MS,
);

attack(
  'the display taken away, and given back',
  'bots are served without it; then the window is there again',
  async (context) => {
    onlyOnLinux(context);
    await vi.waitUntil(() => shownWindows().length === 1, WAIT);
    await desktop.killDisplay();
    await vi.waitFor(isServed, WAIT);
    expect(castkey.output()).toContain('castkey: there is no display');
    await desktop.startDisplay();
    await vi.waitUntil(() => shownWindows().length === 1, WAIT);
    await vi.waitFor(isServed, WAIT);
  },
  ROW_MS,
);

attack(
  'the helpers that start helpers, killed with all they started',
  'Castkey starts again by itself; bots are served',
  async (context) => {
    onlyOnLinux(context);
    const vault = castkey.pid();
    const helpers = ['zygote', 'gpu-process', 'renderer'].flatMap((type) => castkey.helpers(type));
    for (const pid of helpers) process.kill(pid, 'SIGKILL');
    await vi.waitUntil(
      () => hasVault() && castkey.pid() !== vault && castkey.helpers('renderer').length > 0,
      WAIT,
    );
    await vi.waitFor(isServed, WAIT);
  },
  ROW_MS,
);

attack(
  'the session bus taken away',
  'bots are served, by the same vault',
  async (context) => {
    onlyOnLinux(context);
    const vault = castkey.pid();
    await desktop.killBus();
    await isServed();
    expect(castkey.pid()).toBe(vault);
  },
  ROW_MS,
);

attack(
  'a crash, with core files allowed',
  'no core file, and the memory is closed to other programs',
  async (context) => {
    onlyOnLinux(context);
    const vault = castkey.pid();
    const owner = spawnSync('stat', ['-c', '%u', `/proc/${vault}/environ`], {
      encoding: 'utf8',
    }).stdout.trim();
    expect(owner).toBe('0'); // not dumpable: root's, whoever runs it (proc(5))
    const limits = spawnSync('grep', ['core file', `/proc/${vault}/limits`], { encoding: 'utf8' }).stdout;
    expect(limits).toMatch(/core file size\s+0\s+0\s/);
    process.kill(vault, 'SIGSEGV');
    await vi.waitUntil(() => !hasVault(), WAIT);
    expect(readdirSync(folder)).toEqual([]);
  },
  ROW_MS,
);

function hasVault(): boolean {
  try {
    return castkey.pid() > 0;
  } catch {
    return false;
  }
}
