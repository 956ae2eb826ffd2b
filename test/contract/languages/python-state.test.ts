/** What a vault tells a Python client by itself: the whole state, events that are complete, and hints. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BotState, WireEventBody } from '../../../shared/protocol.ts';
import { findProgram } from '../../support/find-program.ts';
import {
  Refusal,
  type ScriptedVault,
  startScriptedVault,
  token,
} from '../../support/scripted-vault-fixture.ts';
import { codeOf, type Driver, ok, type ShownToken, startDriver } from './client-driver.ts';
import { IS_LONG } from './long-form.ts';

const CLIENT = join(import.meta.dirname, '../../../clients/python');
const DRIVER = join(import.meta.dirname, 'drivers/driver.py');
const missing = findProgram('python3') ? undefined : 'Python is not installed: apt-get install python3';
const [ANN, BOB] = ['1001', '1002'];

const stateOf = (userId: string, version = 1) => ({
  ...{ userId, login: `login_${userId}`, scope: ['chat:read'], intents: [], expiresAt: null },
  ...{ state: 'ok', version },
});
/** Newer vaults tell more than the types of this one. */
const emit = (vault: ScriptedVault, event: object): void => vault.emit(event as WireEventBody);
const away = (): never => {
  throw new Refusal({ code: 'twitch-unreachable', retryable: true });
};

interface Fixture {
  readonly vault: ScriptedVault;
  readonly bot: Driver;
  /** The bot's home. */
  readonly folder: string;
  /** Opens the bot, and has it take a token of each account in hand. */
  begin(): Promise<void>;
  /** Hangs up, and waits until the bot subscribes anew. */
  reconnect(): Promise<void>;
  /** What the bot says when it is asked for a token while the vault can't give one. */
  held(user: string): Promise<string>;
}

async function withFixture(kind: string, scenario: (fixture: Fixture) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ck-py-'));
  const vault = await startScriptedVault(join(folder, 'castkey.sock'));
  const give = ({ user, intent }: Record<string, unknown>) =>
    token({ obtainmentTimestamp: Date.now(), userId: String(user ?? ANN), accessToken: `${user ?? intent}` });
  vault.on('getAccessTokenForUser', give);
  vault.on('getAccessTokenForIntent', give);
  const env = { PYTHONPATH: CLIENT, PYTHONDONTWRITEBYTECODE: '1', HOME: folder, CASTKEY_SOCKET: vault.path };
  const bot = startDriver(['python3', '-W', 'error', DRIVER, kind], env);
  try {
    await scenario({
      ...{ vault, bot, folder },
      async begin() {
        ok(await bot.ask('open', { name: 'bot', wants: [] }));
        for (const user of [ANN, BOB]) ok(await bot.ask('token', { user }));
      },
      async reconnect() {
        const subscribed = vault.next('subscribe');
        vault.hangUp();
        await subscribed;
      },
      async held(user) {
        vault.on('getAccessTokenForUser', away);
        const answer = await bot.ask('token', { user });
        return 'ok' in answer ? `held ${ok<ShownToken>(answer).userId}` : codeOf(answer);
      },
    });
  } finally {
    const { code, err } = await bot.finish();
    await vault.stop();
    rmSync(folder, { recursive: true, force: true });
    expect({ code, err }).toEqual({ code: 0, err: '' });
  }
}

describe.each(IS_LONG ? ['sync', 'async'] : ['sync'])('Python, %s', (kind) => {
  const test = (title: string, scenario: (fixture: Fixture) => Promise<void>): void =>
    it.concurrent(title, { timeout: 60_000 }, async ({ skip }) => {
      if (missing) skip(missing);
      await withFixture(kind, scenario);
    });

  test('takes who is not in the state of a new connection for withdrawn', async (fixture) => {
    const { vault, begin, reconnect, held } = fixture;
    vault.on('subscribe', () => ({ seq: 0, users: [stateOf(ANN), stateOf(BOB)], locked: false }));
    await begin();
    vault.on('subscribe', () => ({ seq: 0, users: [stateOf(ANN)], locked: false }));
    await reconnect();
    expect([await held(ANN), await held(BOB)]).toEqual([`held ${ANN}`, 'twitch-unreachable']);
  });

  test('goes on with what it holds where an older vault tells no state', async (fixture) => {
    const { begin, reconnect, held, vault } = fixture;
    await begin();
    await reconnect();
    expect([await held(ANN), await held(BOB)]).toEqual([`held ${ANN}`, `held ${BOB}`]);
    expect(vault.count('status')).toBe(0);
  });

  test('hears a state after an overflow, and drops older tokens by it', async ({
    vault,
    bot,
    begin,
    held,
  }) => {
    await begin();
    emit(vault, { type: 'state', users: [stateOf(ANN), stateOf(BOB, 2)], locked: false });
    await bot.event('state');
    expect([await held(ANN), await held(BOB)]).toEqual([`held ${ANN}`, 'twitch-unreachable']);
  });

  test('withdraws by a state in parts only once its last part has come', async (fixture) => {
    const { vault, bot, begin, reconnect, held } = fixture;
    vault.state = { users: [stateOf(ANN)], locked: false, more: true } as BotState;
    const tellRest = async (): Promise<void> => {
      await vault.next('subscribe');
      emit(vault, { type: 'state', users: [stateOf(BOB)], locked: false });
      await bot.event('state');
    };
    await Promise.all([tellRest(), begin()]);
    await Promise.all([tellRest(), reconnect()]);
    expect([await held(ANN), await held(BOB)]).toEqual([`held ${ANN}`, `held ${BOB}`]);
    emit(vault, { type: 'state', users: [stateOf(BOB)], locked: false, more: true });
    emit(vault, { type: 'state', users: [stateOf('1003')], locked: false, more: true });
    expect([await held(ANN), await held(BOB)]).toEqual([`held ${ANN}`, `held ${BOB}`]);
    emit(vault, { type: 'state', users: [stateOf('1004')], locked: false });
    await bot.event('state');
    expect([await held(ANN), await held(BOB)]).toEqual(['twitch-unreachable', `held ${BOB}`]);
  });

  test('begins a state in parts anew after an overflow', async ({ vault, bot, begin, held }) => {
    await begin();
    emit(vault, { type: 'state', users: [stateOf(ANN)], locked: false, more: true });
    emit(vault, { type: 'overflow' });
    await bot.event('overflow');
    for (const user of [ANN, BOB]) ok(await bot.ask('token', { user }));
    emit(vault, { type: 'state', users: [stateOf(BOB)], locked: false });
    await bot.event('state');
    expect([await held(ANN), await held(BOB)]).toEqual(['twitch-unreachable', `held ${BOB}`]);
  });

  test('drops what an account no longer has the intent for', async ({ vault, bot, begin, held }) => {
    await begin();
    ok(await bot.ask('token', { intent: 'chat' }));
    vault.on('getAccessTokenForIntent', away);
    emit(vault, { type: 'state', users: [{ ...stateOf(ANN), intents: ['chat'] }], locked: false });
    await bot.event('state');
    ok(await bot.ask('token', { intent: 'chat' }));
    emit(vault, { type: 'state', users: [stateOf(ANN)], locked: false });
    await bot.event('state');
    expect(codeOf(await bot.ask('token', { intent: 'chat' }))).toBe('twitch-unreachable');
    expect(await held(ANN)).toBe(`held ${ANN}`);
  });

  test('heeds events that are complete: what was revoked, and nothing else', async ({
    vault,
    bot,
    begin,
    held,
  }) => {
    await begin();
    emit(vault, { type: 'account.added', userId: ANN, login: 'ann', user: stateOf(ANN) });
    emit(vault, { type: 'grant.revoked', userId: BOB, ended: true });
    await bot.event('grant.revoked');
    expect([await held(ANN), await held(BOB)]).toEqual([`held ${ANN}`, 'twitch-unreachable']);
  });

  test('takes an event without its neighbour for an overflow', async ({ vault, bot, begin, held }) => {
    await begin();
    emit(vault, { type: 'vault.unlocked' });
    vault.send('{"jsonrpc":"2.0","method":"event","params":{"seq":7,"type":"vault.unlocked"}}\n');
    await bot.event('overflow');
    expect(await held(ANN)).toBe('twitch-unreachable');
  });

  test('says which application it is for and how it may ask, in every way there is', async ({
    vault,
    bot,
  }) => {
    const wants = [
      { intent: 'chat', scopes: [['chat:read']], optional: [['chat:edit', 'user:write:chat']] },
      { app: true },
    ];
    ok(
      await bot.ask('open', { name: 'bot', wants, interactive: 'notify', twitchClientId: 'own', timeout: 7 }),
    );
    ok(await bot.ask('token', { user: ANN }));
    vault.on('refreshAccessTokenForUser', () => token({ obtainmentTimestamp: Date.now(), userId: ANN }));
    ok(await bot.ask('refresh', { user: ANN }));
    const said = Object.fromEntries(vault.asked.map(({ method, params }) => [method, params]));
    const notify = { interactive: 'notify', timeoutMs: expect.any(Number) };
    expect(said.hello).toMatchObject({ twitchClientId: 'own' });
    expect(said.pair).toEqual({ wants, ...notify });
    expect(said.getAccessTokenForUser).toMatchObject(notify);
    expect(said.refreshAccessTokenForUser).toMatchObject(notify);
  });

  test('asks an older vault for the application token in its way', async ({ vault, bot }) => {
    const app = token({ obtainmentTimestamp: Date.now() });
    vault.on('getAppAccessToken', () => ({ ...app, userId: undefined }));
    const pair = { keyId: 'k', key: Buffer.alloc(32).toString('base64url') };
    vault.on('pair', ({ wants }) => {
      if (JSON.stringify(wants) !== '[]') throw new Refusal({ code: 'bad-request', retryable: false });
      return pair;
    });
    ok(await bot.ask('open', { name: 'bot' }));
    expect(ok<ShownToken>(await bot.ask('appToken')).userId).toBe(null);
    expect(vault.asked.filter(({ method }) => method === 'pair').map(({ params }) => params.wants)).toEqual([
      [{ app: true }],
      [],
    ]);
  });

  test('opens no window by itself when its key is gone', async ({ vault, begin, folder }) => {
    await begin();
    rmSync(join(folder, '.config/castkey-client/bot.json'));
    const greeted = vault.next('hello');
    vault.hangUp();
    await greeted;
    await vault.next('hello');
    expect(vault.count('pair')).toBe(1);
  });

  test('keeps the token of an account when a grant on an intent or on the application ends', async (fixture) => {
    const { vault, bot, begin, held } = fixture;
    await begin();
    ok(await bot.ask('token', { intent: 'chat' }));
    vault.on('getAccessTokenForIntent', away);
    for (const gone of [{ intent: 'chat' }, { app: true }]) {
      emit(vault, { type: 'grant.revoked', ...gone });
      await bot.event('grant.revoked');
    }
    expect(codeOf(await bot.ask('token', { intent: 'chat' }))).toBe('twitch-unreachable');
    expect(await held(ANN)).toBe(`held ${ANN}`);
  });

  test('refuses wants and ways to ask that there are not', async ({ bot, vault }) => {
    for (const options of [
      { wants: [{ app: true, user: ANN }] },
      { wants: [{ app: false }] },
      { interactive: 'loud' },
    ])
      expect(codeOf(await bot.ask('open', { name: 'bot', ...options }))).toBe('bad-request');
    expect(vault.asked).toEqual([]);
  });

  test('tells a hint with an error, and hangs up on an account that would command a terminal', async ({
    bot,
  }) => {
    const data = { code: 'approval-timeout', retryable: true, hint: 'She is live.\u001b[2J' };
    const error = { code: -32000, message: 'no', data };
    const line = JSON.stringify({ jsonrpc: '2.0', id: 1, error });
    expect(ok(await bot.ask('message', { line }))).toMatchObject({ hint: 'She is live. [2J' });
    for (const user of [
      { ...stateOf(ANN), login: 'a\nb' },
      { ...stateOf(ANN), userId: 5 },
    ]) {
      const params = { seq: 1, type: 'account.added', userId: ANN, user };
      const event = JSON.stringify({ jsonrpc: '2.0', method: 'event', params });
      expect(ok(await bot.ask('message', { line: event }))).toEqual({ kind: 'hang up' });
    }
  });
});
