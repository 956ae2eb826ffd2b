import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { connectFrom } from '../../../../clients/javascript/src/connect.ts';
import { nodeHost } from '../../../../clients/javascript/src/host.ts';
import type { CastkeyAuthProvider, ConnectOptions } from '../../../../clients/javascript/src/types.ts';
import { startSandbox } from '../../../../sandbox/server.ts';
import { createMovableClock } from '../../../support/fake-time.ts';
import {
  copyFormerProfile,
  FORMER_PROFILE_TIME,
  type FormerVault,
  startFormerVault,
} from '../../../support/former-vault.ts';
import { BOT, LUNA } from '../../../support/people.ts';

interface FormerFixture {
  readonly vault: FormerVault;
  start(): Promise<FormerVault>;
  connect(options: ConnectOptions): Promise<CastkeyAuthProvider>;
}

/** The vault of a former version on its own profile, and bots of today's library. */
async function openFixture(): Promise<FormerFixture> {
  const folder = mkdtempSync(join(tmpdir(), 'ck-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { home, keys, stateFile } = copyFormerProfile(folder);
  const clock = createMovableClock();
  clock.pass(FORMER_PROFILE_TIME - clock.now());
  const twitch = await startSandbox({ now: clock.now, stateFile });
  onTestFinished(() => twitch.close());
  const socket = join(folder, 'run', 's');
  const start = async (): Promise<FormerVault> => {
    const vault = await startFormerVault({ home, socket, twitch: twitch.url, now: clock.now() });
    onTestFinished(() => vault.stop());
    return vault;
  };
  return {
    vault: await start(),
    start,
    async connect(options) {
      const host = { ...nodeHost, now: clock.now };
      const keyFile = join(keys, `${options.name}.json`);
      const bot = await connectFrom(host, { socket, keyFile, ...options });
      onTestFinished(() => bot.close());
      return bot;
    },
  };
}

const idsOf = (bot: { users: { userId: string }[] }): string[] => bot.users.map(({ userId }) => userId);

test('a bot keeps its list of accounts by asking a vault that tells nothing by itself', async () => {
  const { vault, connect: open } = await openFixture();
  const bot = await open({ name: 'chat-bot' });
  const known = idsOf(bot);
  expect(known).toContain(BOT);
  const token = await bot.getAccessTokenForIntent('chat', ['chat:read']);
  expect(token).toMatchObject({ userId: BOT });
  await vault.act('account.refresh', { userId: BOT });
  await expect
    .poll(async () => (await bot.getAccessTokenForIntent('chat'))?.version)
    .toBeGreaterThan(token?.version ?? 0);
  await vault.act('account.setIntents', { userId: LUNA, intents: ['chat'] });
  await expect.poll(() => bot.users.find(({ userId }) => userId === LUNA)?.intents).toEqual(['chat']);
  expect(await bot.getAccessTokenForIntent('chat')).toMatchObject({ userId: LUNA });
  await vault.act('account.remove', { userId: LUNA });
  await expect.poll(() => idsOf(bot)).not.toContain(LUNA);
});

test('a bot with all that is new asks a former vault for what that knows', async () => {
  const { vault, connect: open } = await openFixture();
  const { clientId = '' } = (await vault.view()).app ?? {};
  const bot = await open({
    ...{ name: 'new-bot', twitchClientId: clientId, interactive: 'notify' },
    wants: [
      { user: LUNA, scopes: [['channel:read:subscriptions']], optional: [['bits:read']] },
      { app: true },
    ],
  });
  expect(idsOf(bot)).toEqual([LUNA]);
  expect(await bot.getAccessTokenForUser(LUNA, ['channel:read:subscriptions'])).toMatchObject({
    userId: LUNA,
  });
  // It knows windows only: a new account is asked about by one.
  expect(await bot.getAccessTokenForUser(BOT)).toMatchObject({ userId: BOT });
  await expect(bot.getAppAccessToken()).rejects.toMatchObject({ code: 'no-app-token' });
});

test('a bot goes on over a restart of a former vault', async () => {
  const { vault, start, connect: open } = await openFixture();
  const bot = await open({ name: 'chat-bot' });
  const states: string[] = [];
  bot.onStatus(({ connection }) => states.push(connection));
  await bot.getAccessTokenForIntent('chat');
  await vault.stop();
  await expect.poll(() => states).toContain('reconnecting');
  expect(await bot.getAccessTokenForIntent('chat')).toMatchObject({ userId: BOT });
  await start();
  await expect.poll(() => states.at(-1)).toBe('connected');
  expect(await bot.status()).toMatchObject({ locked: false });
});
