import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { sealBackup } from '../../../electron/core/backup/envelope.ts';
import { SANDBOX_PUBLIC_CLIENT } from '../../../sandbox/server.ts';
import { attack } from '../../support/attack.ts';
import { LOGINS, LUNA } from '../../support/people.ts';
import { dialSocket, reasonOf, resultOf } from '../../support/test-bot.ts';
import { type CastkeyFixture, dialAs, openSharedCastkeyFixture, pairedBot } from '../castkey-fixture.ts';
import { freshHome, removeHome } from '../castkey-process.ts';
import { choose, openDialog } from '../chosen-files.ts';
import { goTo } from '../window-actions.ts';

const PASSPHRASE = 'a few random words';
const { clientId } = SANDBOX_PUBLIC_CLIENT;
/** The end of time for a clock that ran ahead. */
const FAR = 4e15;
const INTRUDER = { keyId: 'intruder0001', key: randomBytes(32).toString('base64url') };
const MIB = 1024 * 1024;

let fixture: CastkeyFixture;
/** The access token that bots get. */
let working: string | undefined;
const folder = freshHome();
const file = join(folder, 'foreign');

beforeAll(async () => {
  fixture = await openSharedCastkeyFixture({ accounts: [LOGINS[LUNA]] });
  const bot = await pairedBot(fixture, 'honest');
  working = (await bot.getAccessTokenForUser(LUNA))?.accessToken;
  await goTo(await fixture.castkey.main(), 'Settings');
}, 120_000);

afterAll(async () => {
  await fixture?.close();
  await removeHome(folder);
});

/** An account's record in a backup. */
const account = (over: object = {}) => ({
  ...{ version: 1, clientId, userId: LUNA, login: LOGINS[LUNA], scopes: [], obtainedAt: FAR, expiresAt: FAR },
  ...{ tokenVersion: 2 ** 50, state: 'ok', trouble: '', validatedAt: FAR },
  ...{ sealed: '{"access":"b0gus","refresh":"b0gusrefresh"}', ...over },
});
/** A backup that somebody else made up; she is given its passphrase, too. */
async function writeBackup(contents: object, cost = 2): Promise<void> {
  const settings = { openAtLogin: false, closeToTray: true, notify: true };
  const rest = {
    madeAt: FAR,
    standIn: true,
    app: { kind: 'public', clientId },
    intents: [],
    bots: [],
    settings,
  };
  const text = JSON.stringify({ ...rest, ...contents });
  writeFileSync(file, await sealBackup(text, PASSPHRASE, { bytes: randomBytes }, cost));
}

/** Restores the file in the window; what the dialog then says. */
async function restore(): Promise<string> {
  const dialog = await openDialog(fixture.castkey, 'Restore a backup');
  await dialog.getByLabel('Passphrase of the file', { exact: true }).fill(PASSPHRASE);
  return chooseFile(dialog);
}
const importFile = async (): Promise<string> =>
  chooseFile(await openDialog(fixture.castkey, 'Import logins'));

async function chooseFile(dialog: Awaited<ReturnType<typeof openDialog>>): Promise<string> {
  await choose(fixture.castkey, file);
  await dialog.getByRole('button', { name: 'Choose the file' }).click();
  const said = dialog.getByRole('alert').or(dialog.getByRole('list', { name: 'What was done' }));
  await said.first().waitFor();
  const text = await said.first().innerText();
  await dialog.page().keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  return text;
}

/** Asks for the token forty times a second while something goes on; the longest wait, in milliseconds. */
async function longestWaitDuring(act: () => Promise<unknown>): Promise<number> {
  const bot = await dialAs(fixture, 'honest');
  const waits: Promise<number>[] = [];
  const ask = async (): Promise<number> => {
    const began = performance.now();
    expect(resultOf(await bot.request('getAccessTokenForUser', { user: LUNA }))?.accessToken).toBe(working);
    return performance.now() - began;
  };
  const asking = setInterval(() => waits.push(ask()), 25);
  await act().finally(() => clearInterval(asking));
  return Math.round(Math.max(...(await Promise.all(waits))));
}

attack(
  'a backup of somebody else’s with times far ahead, over a login that works',
  'the login here stays and serves bots; Twitch was asked, and no one-time token spent',
  async () => {
    const before = fixture.tokenRequests('refresh_token');
    await writeBackup({ accounts: [account()] });
    expect(await restore()).toContain(`${LOGINS[LUNA]} stays as it is here: this login works`);
    const bot = await dialAs(fixture, 'honest');
    expect(resultOf(await bot.request('getAccessTokenForUser', { user: LUNA }))?.accessToken).toBe(working);
    expect(fixture.tokenRequests('refresh_token')).toBe(before);
  },
  60_000,
);

attack(
  'a bot that comes in a backup of somebody else’s, with a right to an account that is here',
  'paired, but it gets no token without the streamer’s yes',
  async () => {
    const right = {
      id: 'g',
      userId: LUNA,
      intent: null,
      scopes: [],
      createdAt: 1,
      lastUsedAt: null,
      uses: 0,
    };
    const bot = {
      ...INTRUDER,
      name: 'overlay',
      pairedAt: 1,
      program: null,
      lastSeenAt: null,
      grants: [right],
    };
    const { key, ...known } = bot;
    await writeBackup({ accounts: [account()], bots: [{ ...known, sealedKey: key }] });
    expect(await restore()).toContain('asks you anew for what doesn’t come with a backup');
    const { bot: intruder, hangUp } = await dialSocket(fixture.castkey.socket);
    expect(reasonOf(await intruder.authenticate(INTRUDER))).toBe('no error');
    const asked = intruder.request('getAccessTokenForUser', { user: LUNA, interactive: 'never' });
    expect(reasonOf(await asked)).toBe('denied');
    hangUp();
  },
  60_000,
);

attack(
  'a backup whose passphrase takes gigabytes to be tried',
  'refused in words, and no memory is taken for it',
  async (context) => {
    if (process.platform !== 'linux')
      context.skip('how much memory was in use at most is told by Linux’s /proc');
    await writeBackup({ accounts: [] });
    const cheap = readFileSync(file, 'utf8');
    const peak = (): number =>
      Number(
        /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${fixture.castkey.process.pid}/status`, 'utf8'))?.[1],
      ) * 1024;
    const before = peak();
    for (const [cost, blocks] of [
      [2 ** 20, 8],
      [2 ** 21, 8],
      [2 ** 14, 2 ** 20],
    ]) {
      writeFileSync(file, cheap.replace('"N":2,"r":8', `"N":${cost},"r":${blocks}`));
      expect(await restore()).toContain('asks for far more memory');
    }
    expect(peak() - before).toBeLessThan(200 * MIB);
  },
  60_000,
);

attack(
  'huge files to be imported and restored while a bot asks',
  'those far too large are refused, and the bot is answered within half a second throughout',
  async () => {
    writeFileSync(file, JSON.stringify(Array(1_400_000).fill({ a: 'bcd' })));
    const tooLarge = await longestWaitDuring(async () => {
      expect(await importFile()).toContain('it is too large');
      expect(await restore()).toContain('it is too large');
    });
    writeFileSync(file, JSON.stringify(Array(80_000).fill({})));
    const entries = await longestWaitDuring(async () =>
      expect(await importFile()).toContain('No login was found'),
    );
    writeFileSync(file, `ACCESSTOKEN=${' '.repeat(200_000)}\r`);
    const blanks = await longestWaitDuring(async () =>
      expect(await importFile()).toContain('No login was found'),
    );
    // As many accounts and values as a backup may have, for an application that it doesn't bring.
    const scopes = Array.from({ length: 100 }, (_, index) => `channel:manage:something-long-${index}`);
    const accounts = Array.from({ length: 200 }, (_, index) =>
      account({ clientId: 'other', userId: `${index}`, scopes }),
    );
    await writeBackup({ accounts });
    const whole = await longestWaitDuring(async () => expect(await restore()).toContain('was refused'));
    const longest = { tooLarge, entries, blanks, whole };
    expect(Math.max(...Object.values(longest)), JSON.stringify(longest)).toBeLessThan(500);
  },
  120_000,
);
