/** What a client in any language must do at the real vault. Each scenario has a vault and a Twitch of its own. */
import { createHash } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect } from 'vitest';
import { codeOf, ok, type ShownToken } from './client-driver.ts';
import { INTENT, NOBODY, USER } from './language-vault-fixture.ts';
import { getToken, type ScenarioFixture } from './scenario-fixture.ts';
import { startSquatter, WRONG_PROOFS } from './squatter.ts';

/** By name; README.md tells what a driver must understand for them. */
export const SCENARIOS: Readonly<Record<string, (fixture: ScenarioFixture) => Promise<void>>> = {
  'pairs once, and keeps its key to itself': async ({ vault, open, keyFile }) => {
    const first = await getToken(await open(), 'chat:read');
    const issued = vault.twitch.control.issuedTokens().map(sha256);
    expect(issued).toContain(first.hash);
    expect(first).toMatchObject({ userId: USER, scopes: ['chat:read'], version: expect.any(Number) });
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(keyFile)).mode & 0o777).toBe(0o700);
    expect(readdirSync(dirname(keyFile))).toEqual(['chat-bot.json']);
    expect(await getToken(await open(), 'chat:read')).toEqual(first);
    expect(vault.streamer.asked).toBe(1);
    expect([vault.recorded.count('pair'), vault.recorded.count('authenticate')]).toEqual([1, 1]);
  },

  'costs no round trip for a token in hand': async ({ vault, open }) => {
    const bot = await open();
    const first = await getToken(bot, 'chat:read');
    for (let calls = 0; calls < 5; calls += 1) expect(await getToken(bot, 'chat:read')).toEqual(first);
    expect(vault.recorded.count('getAccessTokenForUser')).toBe(1);
  },

  'gets a scope the streamer grants': async ({ vault, open }) => {
    const bot = await open();
    const first = await getToken(bot, 'chat:read');
    const more = ok<ShownToken>(
      await bot.ask('token', {
        user: USER,
        scopes: ['chat:read'],
        anyOf: [['chat:edit', 'user:write:chat']],
      }),
    );
    expect(more.scopes).toEqual(expect.arrayContaining(['chat:read', 'chat:edit']));
    expect(more.hash).not.toBe(first.hash);
    expect(vault.recorded.requests.at(-1)?.params).toMatchObject({
      scopeSets: [['chat:read'], ['chat:edit', 'user:write:chat']],
      interactive: 'allow',
    });
  },

  'tells of a no': async ({ vault, start, open }) => {
    vault.streamer.approval = 'deny';
    const refused = await start().ask('open', { name: 'stranger', wants: [] });
    expect(refused).toEqual({ id: 1, error: { code: 'denied', retryable: false, missing: [] } });
    vault.streamer.approval = 'always';
    vault.streamer.consent = 'no';
    const bot = await open();
    expect(codeOf(await bot.ask('token', { user: USER, scopes: ['chat:edit'] }))).toBe('consent-denied');
  },

  'opens no window where it may not': async ({ vault, start, open }) => {
    const quiet = { name: 'chat-bot', interactive: false };
    expect(codeOf(await start().ask('open', quiet))).toBe('not-paired');
    await getToken(await open(), 'chat:read');
    const bot = await open(quiet);
    expect((await getToken(bot, 'chat:read')).scopes).toEqual(['chat:read']);
    const lacking = await bot.ask('token', { user: USER, scopes: ['chat:edit'] });
    const error = { code: 'scope-missing', retryable: false, missing: ['chat:edit'] };
    expect(lacking).toMatchObject({ error });
    expect(vault.streamer.asked).toBe(1);
  },

  'has a refused token replaced, by its hash': async ({ vault, open }) => {
    const bot = await open();
    const first = await getToken(bot, 'chat:read');
    vault.twitch.control.expireTokens();
    const fresh = ok<ShownToken>(await bot.ask('refresh', { user: USER }));
    expect(fresh.hash).not.toBe(first.hash);
    expect(fresh.version).toBeGreaterThan(first.version);
    const asked = vault.recorded.requests.filter(({ method }) => method === 'refreshAccessTokenForUser');
    expect(asked.map(({ params }) => params)).toEqual([{ user: USER, rejected: first.hash }]);
    expect((await getToken(bot, 'chat:read')).hash).toBe(fresh.hash);
  },

  'heeds events: drops a token that is stale, keeps one while the vault is locked': async ({
    vault,
    open,
  }) => {
    const bot = await open();
    const first = await getToken(bot, 'chat:read');
    expect(await vault.vault.actions['account.refresh'].run({ userId: USER })).toMatchObject({ ok: true });
    await bot.event('token.changed');
    const second = await getToken(bot, 'chat:read');
    expect(second.hash).not.toBe(first.hash);
    expect(await vault.vault.actions['vault.lock'].run()).toMatchObject({ ok: true });
    await bot.event('vault.locked');
    expect(await getToken(bot, 'chat:read')).toEqual(second);
    expect(codeOf(await bot.ask('token', { user: USER }))).toBe('locked');
    expect(await vault.vault.actions['vault.unlock'].run({})).toMatchObject({ ok: true });
    await bot.event('vault.unlocked');
    expect(await vault.vault.actions['account.setIntents'].run({ userId: USER, intents: [] })).toBeTruthy();
    await bot.event('intents.changed');
    expect(codeOf(await bot.ask('token', { intent: INTENT }))).toBe('unknown-intent');
  },

  'outlives a vault that is killed': async ({ vault, open }) => {
    const bot = await open();
    const first = await getToken(bot, 'chat:read');
    await vault.kill();
    expect((await getToken(bot, 'chat:read')).hash).toBe(first.hash);
    const waiting = bot.ask('scopes', { user: USER });
    await vault.start();
    expect(ok(await waiting)).toEqual(['chat:read']);
    expect((await getToken(bot, 'chat:read')).hash).toBe(first.hash);
    // Events may have been missed, so what is held is asked for again, once.
    await getToken(bot, 'chat:read');
    expect(vault.recorded.count('getAccessTokenForUser')).toBe(2);
    expect(vault.streamer.asked).toBe(1);
  },

  'asks again when the vault is killed under a question': async ({ vault, open }) => {
    const bot = await open();
    vault.twitch.control.addFault({ path: '/oauth2/device', effect: { kind: 'hang' } });
    const asked = vault.recorded.next('getAccessTokenForUser');
    const waiting = bot.ask('token', { user: USER, scopes: ['chat:read', 'chat:edit'] });
    await asked;
    await vault.kill();
    vault.twitch.control.clearFaults();
    await vault.start();
    expect(ok<ShownToken>(await waiting).scopes).toEqual(expect.arrayContaining(['chat:read', 'chat:edit']));
  },

  'says nothing more to a program without a proof': async ({ vault, open, start }) => {
    await (await open()).finish();
    await vault.kill();
    for (const [name, prove] of Object.entries(WRONG_PROOFS)) {
      const squatter = await startSquatter(vault.socket, prove);
      const answer = await start().ask('open', { name: 'chat-bot', timeout: 5 });
      expect({ name, answer }).toMatchObject({ name, answer: { error: { code: 'vault-unproven' } } });
      expect(squatter.recorded).toHaveLength(1);
      expect(JSON.parse(squatter.recorded[0] ?? '')).toMatchObject({ method: 'hello' });
      await squatter.close();
    }
    await vault.start();
  },

  'refuses a key file that is open, foreign or broken': async ({ vault, open, start, keyFile }) => {
    await open();
    const before = vault.recorded.requests.length;
    for (const mode of [0o640, 0o604, 0o644]) {
      chmodSync(keyFile, mode);
      expect(codeOf(await start().ask('open', { name: 'chat-bot' }))).toBe('key-file');
    }
    chmodSync(keyFile, 0o600);
    for (const text of ['', '{"version":1', '{"version":1,"name":"other","keyId":"k","key":"AA"}']) {
      writeFileSync(keyFile, text);
      expect(codeOf(await start().ask('open', { name: 'chat-bot' }))).toBe('key-file');
    }
    writeFileSync(keyFile, '{}');
    expect(vault.recorded.requests.length).toBe(before);
  },

  'opens one window for two processes': async ({ vault, open }) => {
    const bots = await Promise.all([open(), open()]);
    const tokens = await Promise.all(bots.map((bot) => getToken(bot, 'chat:read')));
    expect(tokens[0]).toEqual(tokens[1]);
    expect(vault.streamer.asked).toBe(1);
    expect(vault.recorded.count('pair')).toBe(1);
  },

  'keeps a key that it is told is unknown, and pairs anew without it': async ({
    vault,
    open,
    start,
    keyFile,
  }) => {
    await open();
    const key = readFileSync(keyFile, 'utf8');
    const [known] = vault.vault.view().bots;
    expect(await vault.vault.actions['bot.remove'].run({ keyId: known?.keyId ?? '' })).toMatchObject({
      ok: true,
    });
    expect(codeOf(await start().ask('open', { name: 'chat-bot' }))).toBe('not-paired');
    expect(readFileSync(keyFile, 'utf8')).toBe(key);
    rmSync(keyFile);
    await getToken(await open(), 'chat:read');
    expect(vault.streamer.asked).toBe(2);
  },

  'has every method': async ({ vault, open }) => {
    const bot = await open();
    const token = await getToken(bot);
    expect(ok<ShownToken>(await bot.ask('token', { intent: INTENT })).hash).toBe(token.hash);
    expect(ok<ShownToken>(await bot.ask('refresh', { intent: INTENT })).userId).toBe(USER);
    expect(ok(await bot.ask('scopes', { user: USER }))).toEqual(['chat:read']);
    const app = ok<ShownToken>(await bot.ask('appToken'));
    expect(app).toMatchObject({ userId: null, clientId: token.clientId });
    expect(vault.twitch.control.issuedTokens().map(sha256)).toContain(app.hash);
    expect(ok(await bot.ask('status'))).toEqual({ locked: false, users: [[USER, 'luna_streams', 'ok']] });
  },

  'names what is wrong with a question': async ({ vault, open, start }) => {
    const bot = await open();
    expect(codeOf(await bot.ask('token', { user: NOBODY }))).toBe('unknown-user');
    expect(codeOf(await bot.ask('token', { intent: 'nobodys' }))).toBe('unknown-intent');
    expect(codeOf(await bot.ask('token', { user: 'luna_streams' }))).toBe('bad-user');
    expect(codeOf(await bot.ask('token', { user: USER, intent: INTENT }))).toBe('bad-request');
    expect(codeOf(await bot.ask('token', { intent: 'two words' }))).toBe('unknown-intent');
    expect(codeOf(await bot.ask('token', { intent: 'two\nlines' }))).toBe('bad-request');
    expect(codeOf(await bot.ask('token', { user: USER, scopes: ['x'.repeat(70_000)] }))).toBe('too-large');
    await vault.kill();
    const alone = await start().ask('open', { name: 'chat-bot' });
    expect(alone).toMatchObject({ error: { code: 'vault-not-running', retryable: true } });
    await vault.start();
  },
};

/** Hex SHA-256, as drivers show tokens. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
