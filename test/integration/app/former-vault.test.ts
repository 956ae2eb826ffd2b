import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'castkey-client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { standInEnvironment } from '../../../electron/policy/twitch-environment.ts';
import { SANDBOX_CONFIDENTIAL_CLIENT, type Sandbox, startSandbox } from '../../../sandbox/server.ts';
import { createMovableClock, type MovableClock } from '../../support/fake-time.ts';
import {
  copyFormerProfile,
  FORMER_PROFILE_TIME,
  type FormerVault,
  startFormerVault,
} from '../../support/former-vault.ts';
import { BOT, LUNA } from '../../support/people.ts';
import { openSocketVaultFixture, type SocketVaultFixture } from '../../support/socket-vault-fixture.ts';

const PUBLIC = 'castkeysandboxpublic0000000000';
const HOUR = 3_600_000;

interface FormerFixture {
  readonly home: string;
  readonly keys: string;
  readonly socket: string;
  readonly twitch: Sandbox;
  readonly clock: MovableClock;
}

/** The former profile and its Twitch, a minute after it was made. */
async function openFormerFixture(): Promise<FormerFixture> {
  const folder = mkdtempSync(join(tmpdir(), 'ck-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { home, keys, stateFile } = copyFormerProfile(folder);
  const clock = createMovableClock();
  clock.pass(FORMER_PROFILE_TIME + 60_000 - clock.now());
  const twitch = await startSandbox({ now: clock.now, stateFile });
  onTestFinished(() => twitch.close());
  twitch.control.setLive(LUNA, false); // as the former sandbox left her: a stream would keep windows back
  return { home, keys, socket: join(folder, 'run', 's'), twitch, clock };
}

async function startFormer({
  home,
  socket,
  twitch,
  clock,
}: Omit<FormerFixture, 'keys'>): Promise<FormerVault> {
  const vault = await startFormerVault({ home, socket, twitch: twitch.url, now: clock.now() });
  onTestFinished(() => vault.stop());
  return vault;
}

/** Today's vault on a copy of the former profile. */
async function openToday({ home, twitch, clock }: FormerFixture): Promise<SocketVaultFixture> {
  const fixture = await openSocketVaultFixture({
    ...{
      clock,
      profile: existsSync(home) ? home : undefined,
      userId: LUNA,
      twitch: standInEnvironment(twitch.url, false),
    },
    allow: (userCode, userId) => void twitch.control.approveDevice(userCode, userId),
  });
  onTestFinished(() => fixture.close());
  return fixture;
}

async function botOf({ keys }: FormerFixture, name: string, socket: string) {
  const bot = await connect({ name, socket, keyFile: join(keys, `${name}.json`), keepAlive: false });
  onTestFinished(() => bot.close());
  return bot;
}

/** All that is in a folder, by path. */
function filesIn(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return new Map(
    files.map(({ name, parentPath }) => [
      join(parentPath, name),
      readFileSync(join(parentPath, name), 'utf8'),
    ]),
  );
}

const view = ({ vault }: SocketVaultFixture) => {
  const { accounts, applications, bots, notices, settings } = vault.view();
  return { accounts, applications, bots, notices, settings };
};

describe('the former vault', () => {
  test('starts on its profile and serves a bot it knows', async () => {
    const fixture = await openFormerFixture();
    const vault = await startFormer(fixture);
    const bot = await botOf(fixture, 'chat-bot', fixture.socket);
    expect(await bot.getAccessTokenForIntent('chat', ['chat:read'])).toMatchObject({ userId: BOT });
    const { notices, accounts, settings } = await vault.view();
    expect(notices).toEqual([]);
    expect(accounts).toMatchObject([
      { userId: LUNA, login: 'luna_streams', state: 'ok', intents: ['streamer', 'alerts'] },
      { userId: BOT, login: 'luna_bot', state: 'ok', intents: ['chat'] },
    ]);
    expect(settings).toMatchObject({ notify: false });
  });

  test('pairs a bot of today’s library, and quits when told', async () => {
    const fixture = await openFormerFixture();
    const vault = await startFormer(fixture);
    const bot = await connect({
      ...{ name: 'new-bot', socket: fixture.socket, keyFile: join(fixture.keys, 'new-bot.json') },
      wants: [{ user: LUNA, scopes: [['channel:read:subscriptions']] }],
    });
    onTestFinished(() => bot.close());
    expect(await bot.getAccessTokenForUser(LUNA)).toMatchObject({ userId: LUNA });
    expect((await vault.view()).bots.map(({ name }) => name)).toContain('new-bot');
    await vault.stop();
    await expect(vault.view()).rejects.toThrow(/ended/);
  });
});

describe('today’s vault on the former profile', () => {
  test('has everything, asks nothing, and serves its bots by their keys', async () => {
    const fixture = await openFormerFixture();
    const today = await openToday(fixture);
    const { accounts, applications, bots, notices, settings } = view(today);
    expect(notices).toEqual([]);
    expect(applications).toMatchObject([
      { clientId: PUBLIC, kind: 'public', label: '', source: 'entered', isDefault: true, usable: true },
    ]);
    expect(accounts).toMatchObject([
      {
        userId: LUNA,
        login: 'luna_streams',
        intents: ['streamer', 'alerts'],
        logins: [{ clientId: PUBLIC, state: 'ok' }],
      },
      { userId: BOT, login: 'luna_bot', intents: ['chat'], logins: [{ clientId: PUBLIC, state: 'ok' }] },
    ]);
    expect(bots).toMatchObject([
      {
        name: 'chat-bot',
        grants: [{ intent: 'chat', scopes: ['chat:read', 'chat:edit'], ends: null, uses: 1 }],
      },
      {
        name: 'alert-overlay',
        grants: [{ userId: LUNA, scopes: ['channel:read:subscriptions'], ends: null }],
      },
    ]);
    expect(settings).toMatchObject({ notify: false });
    const chat = await botOf(fixture, 'chat-bot', today.socket);
    const overlay = await botOf(fixture, 'alert-overlay', today.socket);
    const first = await chat.getAccessTokenForIntent('chat', ['chat:read']);
    expect(first).toMatchObject({ userId: BOT });
    expect(await overlay.getAccessTokenForUser(LUNA, ['channel:read:subscriptions'])).toMatchObject({
      userId: LUNA,
    });
    today.pass(24 * HOUR);
    expect((await chat.refreshAccessTokenForUser(BOT)).accessToken).not.toBe(first?.accessToken);
    expect(today.streamer.asked).toBe(0);
  });

  test('opens the secret of a confidential application that the former one sealed', async () => {
    const fixture = await openFormerFixture();
    const home = join(fixture.home, '..', 'confidential');
    const former = await startFormer({ ...fixture, home });
    await former.act('app.configure', { ...SANDBOX_CONFIDENTIAL_CLIENT, kind: 'confidential' });
    await former.stop();
    const today = await openToday({ ...fixture, home });
    expect(view(today)).toMatchObject({
      applications: [
        {
          clientId: SANDBOX_CONFIDENTIAL_CLIENT.clientId,
          kind: 'confidential',
          usable: true,
          isDefault: true,
        },
      ],
      notices: [],
    });
  });
});

describe('backups', () => {
  const passphrase = 'a few random words';

  async function restore({ vault, files }: SocketVaultFixture, file: string): Promise<string> {
    files.disk.set('backup', file);
    files.choice = 'backup';
    const done = await vault.actions['backup.restore'].run({ passphrase });
    return JSON.stringify(done);
  }

  test('of the former vault are restored by today’s: application, logins, jobs and bots', async () => {
    const fixture = await openFormerFixture();
    const former = await startFormer(fixture);
    const file = await former.backup(passphrase);
    await former.stop();
    const today = await openToday({ ...fixture, home: join(fixture.home, '..', 'none') });
    const said = await restore(today, file);
    expect(said).toContain('The Twitch application was taken over.');
    expect(said).not.toContain('"bad"');
    const { accounts, applications, bots } = view(today);
    expect(applications).toMatchObject([{ clientId: PUBLIC, source: 'backup', isDefault: true }]);
    expect(accounts.map(({ login, intents }) => [login, intents])).toEqual([
      ['luna_streams', ['streamer', 'alerts']],
      ['luna_bot', ['chat']],
    ]);
    expect(bots.map(({ name }) => name)).toEqual(['chat-bot', 'alert-overlay']);
    const chat = await botOf(fixture, 'chat-bot', today.socket);
    expect(await chat.getAccessTokenForIntent('chat', ['chat:read'])).toMatchObject({ userId: BOT });
    expect(today.streamer.asked).toBe(0);
  });
});

describe('the former vault on a profile that today’s has used', () => {
  /** Today's vault has renewed a login, knows a second application with a login and a bot of its own, and is gone. */
  async function openUsedProfile() {
    const fixture = await openFormerFixture();
    const today = await openToday(fixture);
    const { actions } = today.vault;
    const chat = await botOf(fixture, 'chat-bot', today.socket);
    today.pass(5 * HOUR);
    await chat.getAccessTokenForIntent('chat', ['chat:read']);
    await actions['app.configure'].run({
      ...SANDBOX_CONFIDENTIAL_CLIENT,
      kind: 'confidential',
      label: 'Mine',
    });
    const brought = await connect({
      ...{ name: 'brought', socket: today.socket, keyFile: join(fixture.keys, 'brought.json') },
      ...{ twitchClientId: 'broughtbyabot00000000000000000', keepAlive: false },
      wants: [{ user: LUNA, scopes: [['chat:read']] }],
    });
    onTestFinished(() => brought.close());
    expect(await brought.getAccessTokenForUser(LUNA, ['chat:read'])).toMatchObject({ userId: LUNA });
    for (const bot of [chat, brought]) bot.close();
    const { accounts, applications, bots } = view(today);
    await today.kill();
    return { fixture: { ...fixture, home: today.folder }, today, before: { accounts, applications, bots } };
  }

  test('says that it is newer, serves none of it, and today’s has all of it afterwards', async () => {
    const { fixture, today, before } = await openUsedProfile();
    expect(before.applications).toHaveLength(3);
    expect(before.bots).toHaveLength(3);
    const written = filesIn(fixture.home);
    const former = await startFormer(fixture);
    const { notices, accounts } = await former.view();
    expect(notices.map(({ text }) => text).join('\n')).toMatch(/written by a newer Castkey/);
    expect(accounts.map(({ userId }) => userId)).not.toContain(BOT); // renewed by today's, in its form
    await former.stop();
    for (const [path, text] of written)
      if (!/activity|settings/.test(path)) expect(readFileSync(path, 'utf8'), path).toBe(text);
    await today.start();
    const { accounts: people, applications, bots, notices: said } = view(today);
    expect(said).toEqual([]);
    expect(applications).toEqual(before.applications);
    expect(bots.map(({ name, grants }) => ({ name, grants }))).toEqual(
      before.bots.map(({ name, grants }) => ({ name, grants })),
    );
    expect(
      people.map(({ userId, intents, logins }) => [userId, intents, logins.map((one) => one.clientId)]),
    ).toEqual(
      before.accounts.map(({ userId, intents, logins }) => [
        userId,
        intents,
        logins.map((one) => one.clientId),
      ]),
    );
    const chat = await botOf(fixture, 'chat-bot', today.socket);
    expect(await chat.getAccessTokenForIntent('chat', ['chat:read'])).toMatchObject({ userId: BOT });
  });

  test('may pair bots of its own, and today’s knows both lists afterwards', async () => {
    const { fixture, today, before } = await openUsedProfile();
    const former = await startFormer(fixture);
    const meanwhile = await connect({
      ...{ name: 'meanwhile', socket: fixture.socket, keyFile: join(fixture.keys, 'meanwhile.json') },
      ...{ wants: [], keepAlive: false },
    });
    meanwhile.close();
    await former.stop();
    await today.start();
    const names = view(today).bots.map(({ name }) => name);
    expect(names.toSorted()).toEqual([...before.bots.map(({ name }) => name), 'meanwhile'].toSorted());
    const chat = await botOf(fixture, 'chat-bot', today.socket);
    expect(await chat.getAccessTokenForIntent('chat', ['chat:read'])).toMatchObject({ userId: BOT });
  });
});
