/** Two programs that would both be the vault of one profile. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, type TestContext } from 'vitest';
import { attack } from '../../support/attack.ts';
import { LOGINS, LUNA } from '../../support/people.ts';
import { type CastkeyFixture, openSharedCastkeyFixture } from '../castkey-fixture.ts';
import { freshHome, removeHome, runToEnd, startCommand, TITLES } from '../castkey-process.ts';
import { cardOf } from '../window-actions.ts';

let fixture: CastkeyFixture;

beforeAll(async () => {
  fixture = await openSharedCastkeyFixture({ accounts: [LOGINS[LUNA]] });
});
afterAll(() => fixture?.close());

interface Ended {
  code: number | null;
  err: string;
}

async function ending(child: ChildProcess): Promise<Ended> {
  let err = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, err };
}

/** Skips where this user can't make a mount namespace. */
function needsNamespaces(context: TestContext): void {
  const made = spawnSync('unshare', ['-m', 'true']).status === 0;
  if (!made) context.skip('making a mount namespace needs Linux, unshare and root');
}

/** Starts it with folders of its own: in them it sees none of what others have there. `at` shows the profile there, too. */
function startApart(emptied: string[], at?: string): Promise<Ended> {
  const env = { CASTKEY_TWITCH: fixture.twitch.url };
  const start = startCommand({ home: at ?? fixture.home, env });
  const mounts = emptied.map((folder) => `mount -t tmpfs none '${folder}'`);
  const bind = at === undefined ? [] : [`mount --bind '${fixture.home}' '${at}'`];
  const script = [...bind, ...mounts, 'exec "$@"'].join(' && ');
  const args = ['-m', 'sh', '-c', script, 'sh', start.program, ...start.args];
  return ending(spawn('unshare', args, { env: start.env, timeout: 45_000, killSignal: 'SIGKILL' }));
}

/** Where Chromium keeps the socket by which a second start finds the first. */
const meetingPlace = (): string => dirname(readlinkSync(join(fixture.home, 'SingletonSocket')));
const IN_USE = /^castkey: Another program, most likely another Castkey, has the profile .*Quit it first\.$/m;
const secondStart = () => runToEnd({ home: fixture.home, env: { CASTKEY_TWITCH: fixture.twitch.url } });

attack(
  'a second start with a /tmp of its own, by another path to the same profile',
  'it refuses and touches nothing; a start beside the first still shows its window',
  async (context) => {
    needsNamespaces(context);
    const other = freshHome();
    onTestFinished(() => removeHome(other));
    const lock = readlinkSync(join(fixture.home, 'SingletonLock'));
    for (const at of [undefined, other]) {
      const second = await startApart([meetingPlace()], at);
      expect(second).toMatchObject({ code: 1, err: expect.stringMatching(IN_USE) });
    }
    expect(readlinkSync(join(fixture.home, 'SingletonLock'))).toBe(lock);
    await fixture.castkey.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
    expect(await secondStart()).toMatchObject({
      code: 0,
      err: expect.stringContaining('Its window is shown.'),
    });
    await expect.poll(() => fixture.castkey.visible()).toEqual([TITLES.main]);
  },
  60_000,
);

attack(
  'the same after the file of the lock was renamed, deleted, or exchanged for another',
  'it refuses as before: the folder itself is locked',
  async (context) => {
    needsNamespaces(context);
    const file = join(fixture.home, 'profile.lock');
    renameSync(file, `${file}.old`);
    const afterRename = await startApart([meetingPlace()]);
    expect(afterRename).toMatchObject({ code: 1, err: expect.stringMatching(IN_USE) });
    rmSync(file, { force: true });
    copyFileSync(`${file}.old`, file);
    const afterExchange = await startApart([meetingPlace()]);
    expect(afterExchange).toMatchObject({ code: 1, err: expect.stringMatching(IN_USE) });
  },
  60_000,
);

/** Luna's account on the disk. */
function accountFile(): string {
  const files = readdirSync(fixture.home, { recursive: true, encoding: 'utf8' });
  const found = files.find((file) => file.includes('accounts') && file.endsWith(`${LUNA}.json`));
  if (found === undefined) throw new Error('there is no file of the account');
  return join(fixture.home, found);
}

const versionOnDisk = (): number => JSON.parse(readFileSync(accountFile(), 'utf8')).tokenVersion;

async function pressRefresh(): Promise<void> {
  const card = cardOf(await fixture.castkey.main(), LOGINS[LUNA]);
  await card.getByRole('button', { name: 'Refresh', exact: true }).click();
}

attack(
  'another vault has written a newer login of an account, all the same',
  'the spent token is not sent; the newer login is taken over, stays on the disk, and is told',
  async () => {
    const file = accountFile();
    const [older, newer] = [`${file}-older`, `${file}-newer`];
    // So that the older login still looks good: else its access token would tell.
    fixture.twitch.control.setReuseEndsAll(false);
    onTestFinished(() => fixture.twitch.control.setReuseEndsAll(true));
    copyFileSync(file, older);
    await pressRefresh();
    await expect.poll(versionOnDisk).toBe(2);
    await fixture.castkey.quit();
    copyFileSync(file, newer);
    copyFileSync(older, file);
    await fixture.restart();
    await cardOf(await fixture.castkey.main(), LOGINS[LUNA]).waitFor();
    const before = fixture.tokenRequests('refresh_token');
    copyFileSync(newer, file);

    await pressRefresh();
    const main = await fixture.castkey.main();
    await main.getByText(`A newer login of ${LOGINS[LUNA]} was found on the disk`).waitFor();
    expect([fixture.tokenRequests('refresh_token'), versionOnDisk()]).toEqual([before, 2]);
    for (const file of [older, newer]) rmSync(file);
  },
  60_000,
);

/** A program at the socket of a profile that answers every line so; null says nothing. */
async function sitAtSocket(home: string, answer: string | null): Promise<void> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => answer !== null && socket.write(`${answer}\n`));
  });
  await new Promise<void>((resolve) => server.listen(join(home, 'castkey.sock'), resolve));
  onTestFinished(() => void server.close());
}

attack(
  'a Castkey that knows no lock (0.1) serves bots of this profile',
  'the new one refuses to start and says where the other is',
  async () => {
    const home = freshHome();
    onTestFinished(() => removeHome(home));
    await sitAtSocket(home, '{"id":1,"result":{"protocol":1,"server":{"name":"castkey","version":"0.1.0"}}}');
    expect(await runToEnd({ home })).toMatchObject({
      code: 1,
      err: expect.stringContaining(
        `castkey: A Castkey is already serving bots at ${home}/castkey.sock. Quit it first.`,
      ),
    });
    expect(readdirSync(home).filter((name) => /logs|accounts|documents|shell/.test(name))).toEqual([]);
  },
  60_000,
);

attack(
  'a program sits at the socket of the profile, whatever it says',
  'Castkey starts all the same, and says that bots can’t connect',
  async () => {
    await fixture.castkey.quit();
    await sitAtSocket(fixture.home, 'good day');
    const main = await (await fixture.restart()).main();
    await cardOf(main, LOGINS[LUNA]).waitFor();
    await main.getByText('Bots can’t reach Castkey.').waitFor();
  },
  60_000,
);
