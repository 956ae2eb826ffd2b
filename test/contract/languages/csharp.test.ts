import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SANDBOX_CONFIDENTIAL_CLIENT } from '../../../sandbox/server.ts';
import type { BotState, UserState } from '../../../shared/protocol.ts';
import { findProgram } from '../../support/find-program.ts';
import { Refusal, startScriptedVault, token } from '../../support/scripted-vault-fixture.ts';
import { codeOf, ok, startDriver } from './client-driver.ts';
import { conforms, runs } from './language-suite.ts';
import { USER } from './language-vault-fixture.ts';
import { JUDGE_IN_SHORT } from './long-form.ts';
import { withScenarioFixture } from './scenario-fixture.ts';

const EXAMPLES = join(import.meta.dirname, '../../../clients/csharp');
const found = findProgram('mcs') && findProgram('mono');
const missing = found ? undefined : 'Mono is not installed: apt-get install mono-mcs mono-runtime';
let folder = '';

const example = (name: string): string => join(EXAMPLES, name);
const own = (name: string): string => join(import.meta.dirname, 'drivers', name);

function compileAlone(name: string, ...sources: string[]): void {
  const args = ['-langversion:6', '-warnaserror+', '-r:System.Core', `-out:${join(folder, name)}`];
  execFileSync('mcs', [...args, ...sources, example('Castkey.cs')]);
}
const compile = (name: string, ...sources: string[]): void =>
  compileAlone(name, ...sources, example('CastkeyMore.cs'));

beforeAll(() => {
  if (missing) return;
  folder = mkdtempSync(join(tmpdir(), 'ck-cs-'));
  compile('Driver.exe', own('Driver.cs'));
  compile('PrintToken.exe', example('PrintToken.cs'));
  compileAlone('Alone.exe', example('PrintToken.cs'));
  compile('ConsoleBot.exe', example('ConsoleBot.cs'));
  const shown = ['StreamerBotAction.cs', 'TwitchLibBot.cs', 'TwitchLibChat.cs'].map(example);
  compile('StandIns.exe', own('StandIns.cs'), ...shown);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const mono = (name: string, ...args: string[]): string[] => ['mono', join(folder, name), ...args];
conforms('C#', () => (missing ? { missing } : { driver: mono('Driver.exe') }));
runs(
  'C#',
  ['ConsoleBot.cs', 'StreamerBotAction.cs', 'TwitchLibBot.cs'],
  () =>
    missing
      ? { missing }
      : {
          printToken: mono('PrintToken.exe'),
          bots: {
            'ConsoleBot.cs': mono('ConsoleBot.exe'),
            'StreamerBotAction.cs': mono('StandIns.exe', 'streamer.bot'),
            'TwitchLibBot.cs': mono('StandIns.exe', 'twitchlib'),
          },
        },
  JUDGE_IN_SHORT,
);

const stateOf = (userId: string): UserState => ({
  ...{ userId, login: `login_${userId}`, scope: ['chat:read'], intents: [], expiresAt: null },
  ...{ state: 'ok', version: 1 },
});

it('drops what a vault withdraws by a state, and says which application it is for', async ({ skip }) => {
  if (missing) skip(missing);
  const home = mkdtempSync(join(tmpdir(), 'ck-cs-home-'));
  const socket = join(home, 'castkey.sock');
  const vault = await startScriptedVault(socket);
  const luna = stateOf(USER);
  vault.on('subscribe', () => ({ seq: 0, users: [luna], locked: false }));
  vault.on('getAccessTokenForUser', () => token({ userId: USER, obtainmentTimestamp: Date.now() }));
  const bot = startDriver(mono('Driver.exe'), { HOME: home, CASTKEY_SOCKET: socket });
  const asked = { name: 'chat-bot', wants: [], interactive: 'notify', twitchClientId: 'my-own-app' };
  expect(await bot.ask('open', asked)).toMatchObject({ ok: {} });
  await bot.event('state');
  for (let calls = 0; calls < 2; calls += 1)
    expect(await bot.ask('token', { user: USER })).toMatchObject({ ok: {} });
  expect(vault.count('getAccessTokenForUser')).toBe(1);
  const sent = Object.fromEntries(vault.asked.map(({ method, params }) => [method, params]));
  expect(sent.hello).toMatchObject({ twitchClientId: 'my-own-app' });
  expect(sent.pair).toMatchObject({ interactive: 'notify', timeoutMs: 18_000 });
  expect(sent.getAccessTokenForUser).toMatchObject({ interactive: 'notify' });
  vault.on('getAccessTokenForUser', () => {
    throw new Refusal({ code: 'denied', retryable: false, hint: 'You are live.' } as never);
  });
  const event = (body: object): void =>
    vault.send(`${JSON.stringify({ jsonrpc: '2.0', method: 'event', params: body })}\n`);
  event({ seq: 1, type: 'state', users: [luna], locked: false });
  await bot.event('state');
  expect(await bot.ask('token', { user: USER })).toMatchObject({ ok: {} });
  event({ seq: 2, type: 'state', users: [], locked: false });
  await bot.event('state');
  expect(codeOf(await bot.ask('token', { user: USER }))).toBe('denied');
  expect(await bot.finish()).toMatchObject({ code: 0, err: '' });
  await vault.stop();
  rmSync(home, { recursive: true, force: true });
}, 180_000);

it('withdraws by a state in parts only once its last part has come', async ({ skip }) => {
  if (missing) skip(missing);
  const home = mkdtempSync(join(tmpdir(), 'ck-cs-home-'));
  const vault = await startScriptedVault(join(home, 'castkey.sock'));
  const bot = startDriver(mono('Driver.exe'), { HOME: home, CASTKEY_SOCKET: vault.path });
  const part = (userId: string, more?: true): BotState => ({
    users: [stateOf(userId)],
    locked: false,
    ...(more && { more }),
  });
  const tell = (state: BotState): void => vault.emit({ type: 'state', ...state });
  const held = async (): Promise<boolean[]> => {
    const asked = vault.count('getAccessTokenForUser');
    const answers: boolean[] = [];
    for (const user of ['7', '8']) answers.push('ok' in (await bot.ask('token', { user })));
    expect(vault.count('getAccessTokenForUser')).toBe(asked + answers.filter((found) => !found).length);
    return answers;
  };
  const takeBoth = async (): Promise<void> => {
    vault.on('getAccessTokenForUser', ({ user }) =>
      token({ userId: String(user), obtainmentTimestamp: Date.now() }),
    );
    for (const user of ['7', '8']) ok(await bot.ask('token', { user }));
    vault.on('getAccessTokenForUser', () => {
      throw new Refusal({ code: 'denied', retryable: false });
    });
  };
  vault.state = part('7', true);
  void vault.next('subscribe').then(() => tell(part('8')));
  expect(await bot.ask('open', { name: 'chat-bot', wants: [] })).toMatchObject({ ok: {} });
  await bot.event('state');
  await takeBoth();
  tell(part('8', true));
  tell(part('7'));
  await bot.event('state');
  expect(await held()).toEqual([true, true]);
  vault.emit({ type: 'sun.rose' } as never);
  tell(part('7', true));
  tell(part('9'));
  await bot.event('state');
  expect(await held()).toEqual([true, false]);
  tell(part('7', true));
  vault.emit({ type: 'overflow' });
  await bot.event('overflow');
  await takeBoth();
  tell(part('8'));
  await bot.event('state');
  expect(await held()).toEqual([false, true]);
  expect(await bot.finish()).toMatchObject({ code: 0, err: '' });
  await vault.stop();
  rmSync(home, { recursive: true, force: true });
}, 180_000);

it('says which file is missing where Castkey.cs lies alone', async ({ skip }) => {
  if (missing) skip(missing);
  await withScenarioFixture({}, async ({ run }) => {
    const { code, out, err } = await run(mono('Alone.exe'), { CASTKEY_TEST_USER: USER });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('CastkeyMore.cs');
  });
}, 180_000);

it('TwitchLibChat.cs starts with a token that is good, and logs in with a new one', async ({ skip }) => {
  if (missing) skip(missing);
  await withScenarioFixture({}, async ({ vault, run }) => {
    vault.twitch.control.expireTokens();
    const env = {
      TWITCH_HELIX: `${vault.twitch.url}/helix`,
      TWITCH_CLIENT_ID: SANDBOX_CONFIDENTIAL_CLIENT.clientId,
    };
    const ending = await run(mono('StandIns.exe', 'twitchlib-chat', USER), env);
    const out = 'in as Luna_Streams\nrefused\nin as Luna_Streams\n';
    expect(ending).toEqual({ code: 0, out, err: '' });
    expect(vault.streamer.asked).toBe(1);
  });
}, 180_000);
