import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'castkey-client';
import { expect, onTestFinished, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../../sandbox/server.ts';
import { createMovableClock, type MovableClock } from '../../support/fake-time.ts';
import {
  copyFormerProfile,
  FORMER_PROFILE_TIME,
  type FormerVault,
  startFormerVault,
} from '../../support/former-vault.ts';
import { BOT, LUNA } from '../../support/people.ts';

interface FormerFixture {
  readonly home: string;
  readonly keys: string;
  readonly socket: string;
  readonly twitch: Sandbox;
  readonly clock: MovableClock;
}

async function openFormerFixture(): Promise<FormerFixture> {
  const folder = mkdtempSync(join(tmpdir(), 'ck-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { home, keys, stateFile } = copyFormerProfile(folder);
  const clock = createMovableClock();
  clock.pass(FORMER_PROFILE_TIME - clock.now());
  const twitch = await startSandbox({ now: clock.now, stateFile });
  onTestFinished(() => twitch.close());
  return { home, keys, socket: join(folder, 'run', 's'), twitch, clock };
}

async function startFormer({ home, socket, twitch, clock }: FormerFixture): Promise<FormerVault> {
  const vault = await startFormerVault({ home, socket, twitch: twitch.url, now: clock.now() });
  onTestFinished(() => vault.stop());
  return vault;
}

test('the former vault starts on its profile and serves a bot it knows', async () => {
  const fixture = await openFormerFixture();
  const vault = await startFormer(fixture);
  const keyFile = join(fixture.keys, 'chat-bot.json');
  const bot = await connect({ name: 'chat-bot', socket: fixture.socket, keyFile });
  onTestFinished(() => bot.close());
  expect(await bot.getAccessTokenForIntent('chat', ['chat:read'])).toMatchObject({ userId: BOT });
  const view = await vault.view();
  expect(view.notices).toEqual([]);
  expect(view.accounts).toMatchObject([
    { userId: LUNA, login: 'luna_streams', state: 'ok', intents: ['streamer', 'alerts'] },
    { userId: BOT, login: 'luna_bot', state: 'ok', intents: ['chat'] },
  ]);
  expect(view.settings).toMatchObject({ notify: false });
});

test('the former vault pairs a bot of today’s library, and quits when told', async () => {
  const fixture = await openFormerFixture();
  const vault = await startFormer(fixture);
  const keyFile = join(fixture.keys, 'new-bot.json');
  const bot = await connect({
    ...{ name: 'new-bot', socket: fixture.socket, keyFile },
    wants: [{ user: LUNA, scopes: [['channel:read:subscriptions']] }],
  });
  onTestFinished(() => bot.close());
  expect(await bot.getAccessTokenForUser(LUNA)).toMatchObject({ userId: LUNA });
  expect((await vault.view()).bots.map(({ name }) => name)).toContain('new-bot');
  await vault.stop();
  await expect(vault.view()).rejects.toThrow(/ended/);
});
