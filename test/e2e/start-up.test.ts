import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { SANDBOX_CONFIDENTIAL_CLIENT } from '../../sandbox/server.ts';
import { LOGINS, LUNA } from '../support/people.ts';
import { type CastkeyFixture, openCastkeyFixture, pairedBot } from './castkey-fixture.ts';
import { freshHome, launchCastkey, removeHome, runToEnd } from './castkey-process.ts';
import { cardOf, onboard } from './window-actions.ts';

const STAND_IN = 'CASTKEY_TWITCH must be http://127.0.0.1:PORT';
const REFUSED = [
  { what: 'a stand-in by https', env: { CASTKEY_TWITCH: 'https://127.0.0.1:4000' }, says: STAND_IN },
  { what: 'a stand-in on another host', env: { CASTKEY_TWITCH: 'http://example.com:4000' }, says: STAND_IN },
  {
    what: 'a stand-in with a password',
    env: { CASTKEY_TWITCH: 'http://me:hush@127.0.0.1:4000' },
    says: STAND_IN,
  },
  {
    what: 'a relative profile',
    env: { CASTKEY_HOME: 'profiles/mine' },
    says: 'CASTKEY_HOME must be an absolute',
  },
  {
    what: 'a socket path that is too long',
    env: { CASTKEY_SOCKET: `/tmp/${'deep/'.repeat(30)}s.sock` },
    says: 'this system allows 107',
  },
];

describe.concurrent('Castkey does not start with', () => {
  test.for(REFUSED)(
    '$what, and says why on the terminal',
    async ({ env, says }, { expect, onTestFinished }) => {
      const home = freshHome();
      onTestFinished(() => removeHome(home));
      const { code, err } = await runToEnd({ home, env });
      expect(code).toBe(1);
      const told = err.split('\n').filter((line) => line.startsWith('castkey: '));
      expect(told).toEqual([expect.stringContaining(says)]);
      expect(err).not.toContain('hush');
      expect(readdirSync(home)).toEqual([]);
    },
  );
});

const CONFIDENTIAL = { application: SANDBOX_CONFIDENTIAL_CLIENT, accounts: [LOGINS[LUNA]] };

/** The file of Luna's account, and its older copy. */
function accountFiles(fixture: CastkeyFixture): { current: string; previous: string } {
  const files = readdirSync(fixture.home, { recursive: true, encoding: 'utf8' });
  const find = (end: string): string => {
    const found = files.find((file) => file.includes('accounts') && file.endsWith(`${LUNA}${end}`));
    if (found === undefined) throw new Error(`no file of an account ends in ${end}`);
    return join(fixture.home, found);
  };
  return { current: find('.json'), previous: find('.previous.json') };
}

test('a damaged account file is set aside, its copy is used, and the window tells', async () => {
  const fixture = await openCastkeyFixture(CONFIDENTIAL);
  const main = await fixture.castkey.main();
  await cardOf(main, LOGINS[LUNA]).getByRole('button', { name: 'Refresh', exact: true }).click();
  await expect.poll(() => fixture.tokenRequests('refresh_token')).toBe(1);
  await fixture.castkey.quit();
  const { current } = accountFiles(fixture);
  const torn = readFileSync(current, 'utf8').slice(0, 100);
  writeFileSync(current, torn);

  const again = await (await fixture.restart()).main();
  await cardOf(again, LOGINS[LUNA]).waitFor();
  await again.getByText(`The file of ${LOGINS[LUNA]} was damaged; the copy before it is used.`).waitFor();
  const folder = join(current, '..');
  const aside = readdirSync(folder).filter((file) => file.includes('.corrupt-'));
  expect(aside.map((file) => readFileSync(join(folder, file), 'utf8'))).toEqual([torn]);
});

test('an account file that is damaged like its copy is told of, and the vault starts all the same', async () => {
  const fixture = await openCastkeyFixture(CONFIDENTIAL);
  const main = await fixture.castkey.main();
  await cardOf(main, LOGINS[LUNA]).getByRole('button', { name: 'Refresh', exact: true }).click();
  await expect.poll(() => fixture.tokenRequests('refresh_token')).toBe(1);
  await fixture.castkey.quit();
  const { current, previous } = accountFiles(fixture);
  writeFileSync(current, '');
  writeFileSync(previous, '{"version":1');
  const again = await (await fixture.restart()).main();
  await again.getByText(/A stored login .* can’t be read/).waitFor();
  expect(await cardOf(again, LOGINS[LUNA]).count()).toBe(0);
  expect(readFileSync(previous, 'utf8')).toBe('{"version":1');
});

test('after SIGKILL the dead socket is replaced, and one that vanishes is made again', async () => {
  const fixture = await openCastkeyFixture(CONFIDENTIAL);
  const bot = await pairedBot(fixture, 'steady-bot');
  const { castkey } = fixture;
  castkey.process.kill('SIGKILL');
  await once(castkey.process, 'exit');
  expect(existsSync(castkey.socket)).toBe(true);

  const main = await (await fixture.restart()).main();
  await cardOf(main, LOGINS[LUNA]).waitFor();
  const logins = async () => (await bot.status().catch(() => null))?.users.map(({ login }) => login);
  await expect.poll(logins, { timeout: 20_000 }).toEqual([LOGINS[LUNA]]);
  expect(await main.getByText('Bots can’t reach Castkey.').count()).toBe(0);

  rmSync(castkey.socket);
  writeFileSync(castkey.socket, 'somebody else’s');
  await main.getByText(`Where the socket should be there is something else: ${castkey.socket}`).waitFor();
  rmSync(castkey.socket);
  const anew = async () => (await fixture.bot('steady-bot').catch(() => null))?.users.length;
  await expect.poll(anew, { timeout: 20_000 }).toBe(1);
  await main.getByText('Bots can’t reach Castkey.').waitFor({ state: 'detached' });
});

test('a socket that another vault serves is not stolen: the second says so, the first goes on', async () => {
  const fixture = await openCastkeyFixture(CONFIDENTIAL);
  await pairedBot(fixture, 'first-come-bot');
  const home = freshHome();
  const second = await launchCastkey({
    home,
    env: { CASTKEY_TWITCH: fixture.twitch.url, CASTKEY_SOCKET: fixture.castkey.socket },
  });
  onTestFinished(async () => {
    await second.quit();
    await removeHome(home);
  });
  const main = await onboard(second, SANDBOX_CONFIDENTIAL_CLIENT);
  const told = `Another program, perhaps another Castkey, is serving bots at ${fixture.castkey.socket}`;
  await main.getByText(told).waitFor();
  const again = await fixture.bot('first-come-bot');
  expect((await again.status()).users.map(({ login }) => login)).toEqual([LOGINS[LUNA]]);
});
