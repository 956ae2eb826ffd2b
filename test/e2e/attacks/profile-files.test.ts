/** Files of the profile that are not what Castkey left there. */
import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, type TestContext } from 'vitest';
import { attack } from '../../support/attack.ts';
import { BOT, LOGINS, LUNA } from '../../support/people.ts';
import { type CastkeyFixture, openSharedCastkeyFixture, pairedBot } from '../castkey-fixture.ts';
import { cardOf } from '../window-actions.ts';

let fixture: CastkeyFixture;

beforeAll(async () => {
  fixture = await openSharedCastkeyFixture({ accounts: [LOGINS[LUNA], LOGINS[BOT]] });
  await pairedBot(fixture, 'kept-bot');
});
afterAll(() => fixture?.close());

/** The one file of the profile whose path ends so. */
function find(end: string): string {
  const files = readdirSync(fixture.home, { recursive: true, encoding: 'utf8' });
  const [found, more] = files.filter((file) => file.endsWith(end));
  if (found === undefined || more !== undefined) throw new Error(`not one file ends in ${end}`);
  return join(fixture.home, found);
}

/** Puts something else in the place of a file, if that is there. */
function exchange(path: string, put: (path: string) => void): void {
  rmSync(path, { force: true });
  put(path);
}

function needsPipes(context: TestContext): void {
  if (process.platform === 'win32') context.skip('Windows keeps no devices and pipes among files');
}

attack(
  'a link to /dev/zero, pipes, a folder and 3 GB in the place of files of the profile',
  'Castkey starts with the rest; each is set aside, and what is lost is told',
  async (context) => {
    needsPipes(context);
    await fixture.castkey.quit();
    const [bots, record] = [find('documents/bots.json'), find('activity.jsonl')];
    const makePipe = (path: string): void => void execFileSync('mkfifo', [path]);
    rmSync(join(bots, '../bots.previous.json'), { force: true });
    exchange(bots, (path) => symlinkSync('/dev/zero', path));
    exchange(join(bots, '../intents.json'), makePipe);
    exchange(join(bots, '../settings.json'), (path) => {
      writeFileSync(path, '');
      truncateSync(path, 3 * 1024 ** 3);
    });
    exchange(record, makePipe);
    exchange(join(fixture.home, 'shell/shell.json'), (path) => mkdirSync(path));
    exchange(join(fixture.home, 'logs/castkey.log'), makePipe);
    const main = await (await fixture.restart()).main();
    for (const id of [LUNA, BOT] as const) await cardOf(main, LOGINS[id]).waitFor();
    await main.getByText(/list of paired bots can’t be read/).waitFor();
    const aside = readdirSync(fixture.home, { recursive: true, encoding: 'utf8' }).filter((file) =>
      /\.corrupt-\d+/.test(file),
    );
    expect(aside.length).toBe(6);
    for (const file of aside) rmSync(join(fixture.home, file), { recursive: true }); // the search for secrets reads files
    expect(readFileSync(join(fixture.home, 'logs/castkey.log'), 'utf8')).toContain(
      'a damaged file was set aside',
    );
  },
  60_000,
);

attack(
  'an account’s file under another account’s name, as it is or made to name that one',
  'no bot gets one person’s token for another: it is set aside and the own copy used; where there is none, refused, told and left',
  async () => {
    await fixture.castkey.quit();
    const [luna, bot] = [find(`${LUNA}.json`), find(`${BOT}.json`)];
    const own = readFileSync(bot, 'utf8');
    writeFileSync(bot, readFileSync(luna));
    const mended = await (await fixture.restart()).main();
    await mended.getByText(`The file of ${LOGINS[BOT]} was damaged; the copy before it is used.`).waitFor();
    await cardOf(mended, LOGINS[BOT]).waitFor();
    await fixture.castkey.quit();
    expect(JSON.parse(readFileSync(bot, 'utf8'))).toMatchObject({ userId: BOT, login: LOGINS[BOT] });

    // As a Castkey that knew no checksums would have left it, and whoever knows how they are made can.
    const { checksum: _, ...record } = JSON.parse(readFileSync(luna, 'utf8')) as Record<string, unknown>;
    for (const foreign of [record, { ...record, userId: BOT, login: LOGINS[BOT] }]) {
      rmSync(bot.replace('.json', '.previous.json'), { force: true });
      writeFileSync(bot, JSON.stringify(foreign));
      const main = await (await fixture.restart()).main();
      await main.getByText(/isn’t the one that belongs there: its file was copied or changed/).waitFor();
      await cardOf(main, LOGINS[LUNA]).waitFor();
      expect(await cardOf(main, LOGINS[BOT]).count()).toBe(0);
      await fixture.castkey.quit();
      expect(JSON.parse(readFileSync(bot, 'utf8'))).toMatchObject(foreign);
    }
    writeFileSync(bot, own);
    rmSync(bot.replace('.json', '.previous.json'));
    const main = await (await fixture.restart()).main();
    await cardOf(main, LOGINS[BOT]).waitFor();
    expect(fixture.tokenRequests('refresh_token')).toBe(0);
  },
  60_000,
);
