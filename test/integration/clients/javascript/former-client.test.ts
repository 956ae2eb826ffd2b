import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import type { connect } from '../../../../clients/javascript/src/connect.ts';
import { BOT, LUNA } from '../../../support/people.ts';
import { openSandboxVaultFixture, type SandboxVaultFixture } from '../../../support/sandbox-vault-fixture.ts';

const FORMER = join(import.meta.dirname, '../../../fixtures/client-0.1');

interface FormerLibrary {
  connect: typeof connect;
}

/** A folder of its own for keys, and today's vault with two accounts, `chat` being the bot's. */
async function openFixture(): Promise<{ vault: SandboxVaultFixture; keys: string }> {
  const keys = mkdtempSync(join(tmpdir(), 'ck-'));
  onTestFinished(() => rmSync(keys, { recursive: true }));
  const vault = await openSandboxVaultFixture();
  onTestFinished(() => vault.close());
  await vault.signIn(LUNA, ['chat:read'], ['streamer']);
  await vault.signIn(BOT, ['chat:read'], ['chat']);
  return { vault, keys };
}

/** A bot on the library of a former version. */
async function connectFormer({ vault, keys }: Awaited<ReturnType<typeof openFixture>>) {
  const library: FormerLibrary = await import(pathToFileURL(join(FORMER, 'index.js')).href);
  const bot = await library.connect({
    ...{ name: 'chat-bot', socket: vault.socket, keyFile: join(keys, 'chat-bot.json') },
    wants: [{ intent: 'chat', scopes: [['chat:read']] }],
  });
  onTestFinished(() => bot.close());
  return bot;
}

test('a bot of the former library pairs, gets tokens and hears what happens', async () => {
  const fixture = await openFixture();
  const { vault } = fixture;
  const bot = await connectFormer(fixture);
  expect(bot.users).toMatchObject([{ userId: BOT, login: 'luna_bot', intents: ['chat'] }]);
  const first = await bot.getAccessTokenForIntent('chat', ['chat:read']);
  expect(first).toMatchObject({ userId: BOT, version: 1 });
  const heard: string[] = [];
  bot.onEvent(({ type }) => heard.push(type));
  await vault.vault.actions['account.refresh'].run({ userId: BOT });
  await expect.poll(() => heard).toEqual(['token.changed']);
  expect(await bot.getAccessTokenForIntent('chat', ['chat:read'])).toMatchObject({ version: 2 });
  // A permission more, of which former vaults said nothing: it asks for the list, and has it.
  expect(await bot.getAccessTokenForUser(LUNA, ['chat:read'])).toMatchObject({ userId: LUNA });
  await expect.poll(() => bot.users.map(({ userId }) => userId).sort()).toEqual([LUNA, BOT].sort());
  await vault.vault.actions['account.setIntents'].run({ userId: LUNA, intents: ['streamer', 'chat'] });
  await expect.poll(() => heard).toContain('intents.changed');
  expect(await bot.getAccessTokenForIntent('chat', ['chat:read'])).toMatchObject({ userId: LUNA });
  await vault.vault.actions['account.remove'].run({ userId: BOT });
  await expect.poll(() => bot.users.map(({ userId }) => userId)).toEqual([LUNA]);
  expect(await bot.status()).toMatchObject({ locked: false, users: [{ userId: LUNA, state: 'ok' }] });
});

test('a bot of the former library comes back after a restart, and takes a state that it does not know for lost events', async () => {
  const fixture = await openFixture();
  const { vault } = fixture;
  const bot = await connectFormer(fixture);
  await bot.getAccessTokenForIntent('chat');
  const states: string[] = [];
  bot.onStatus(({ connection }) => states.push(connection));
  await vault.kill();
  await expect.poll(() => states).toContain('reconnecting');
  expect(await bot.getAccessTokenForIntent('chat')).toMatchObject({ userId: BOT });
  await vault.start();
  await expect.poll(() => states.at(-1)).toBe('connected');
  const heard: string[] = [];
  bot.onEvent(({ type }) => heard.push(type));
  // Setting the same application up again reads all accounts anew, so every bot is told the whole state.
  const { clientId } = bot;
  await vault.vault.actions['app.configure'].run({ clientId, kind: 'public' });
  await vault.vault.actions['vault.lock'].run();
  await expect.poll(() => heard).toEqual(['overflow', 'vault.locked']);
  await vault.vault.actions['vault.unlock'].run({});
  expect(await bot.getAccessTokenForIntent('chat')).toMatchObject({ userId: BOT });
});

test.each([
  ['token', ['token', '--intent', 'chat', '--json'], { userId: BOT }],
  ['status', ['status', '--json'], { users: [{ userId: BOT, state: 'ok' }] }],
])('the former command gives %s', async (_, args, wanted) => {
  const { vault, keys } = await openFixture();
  const run = async (...words: string[]): Promise<string> => {
    const env = { ...process.env, CASTKEY_SOCKET: vault.socket, CASTKEY_KEY_FILE: join(keys, 'cli.json') };
    const child = spawn(process.execPath, [join(FORMER, 'cli.js'), ...words], { env });
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
    const [code] = await once(child, 'close');
    expect(code).toBe(0);
    return printed;
  };
  await run('pair', '--intent', 'chat', '--scope', 'chat:read');
  expect(JSON.parse(await run(...args))).toMatchObject(wanted);
});
