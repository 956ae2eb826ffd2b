import { describe, expect, it, onTestFinished } from 'vitest';
import { connectFrom } from '../../../../clients/javascript/src/connect.ts';
import type { CastkeyAuthProvider, ConnectOptions } from '../../../../clients/javascript/src/types.ts';
import { openClientFixture } from '../../../support/client-fixture.ts';
import { Refusal, type ScriptedVault, token } from '../../../support/scripted-vault-fixture.ts';

/** Bots that have nothing but what the test says, and a name. */
async function openFixture() {
  const { host, vault } = await openClientFixture();
  const connect = async (options: Partial<ConnectOptions> = {}): Promise<CastkeyAuthProvider> => {
    const bot = await connectFrom(host, { name: 'chat-bot', ...options });
    onTestFinished(() => bot.close());
    return bot;
  };
  return { vault, connect };
}

const pairings = ({ asked }: ScriptedVault): object[] =>
  asked.filter(({ method }) => method === 'pair').map(({ params: { timeoutMs: _, ...params } }) => params);

describe('a bot that says nothing of wants', () => {
  it('pairs at its first calls, and asks for what they need in one window', async () => {
    const { vault, connect } = await openFixture();
    vault.on('getAccessTokenForUser', () => token());
    vault.on('getAccessTokenForIntent', () => token());
    const bot = await connect({ reason: 'to greet' });
    expect([vault.count('hello'), vault.count('pair'), bot.clientId]).toEqual([1, 0, '']);
    await Promise.all([
      bot.getAccessTokenForUser(5, ['chat:read', 'chat:edit'], []),
      bot.getAccessTokenForIntent('chat'),
      bot.getAccessTokenForIntent('chat'),
      bot.getAccessTokenForIntent('chat', ['chat:read']),
    ]);
    const wants = [
      { user: '5', scopes: [['chat:read', 'chat:edit']] },
      { intent: 'chat' },
      { intent: 'chat', scopes: [['chat:read']] },
    ];
    expect(pairings(vault)).toEqual([{ reason: 'to greet', wants }]);
    expect(bot.clientId).toBe('client-1');
  });

  it.each<[string, (bot: CastkeyAuthProvider) => Promise<unknown>, object[]]>([
    ['a refresh', (bot) => bot.refreshAccessTokenForUser(5), [{ user: '5' }]],
    ['any token', (bot) => bot.getAnyAccessToken(), []],
    ["the application's token", (bot) => bot.getAppAccessToken(), [{ app: true }]],
    ['the state of the vault', (bot) => bot.status(), []],
  ])('pairs for %s', async (_, call, wants) => {
    const { vault, connect } = await openFixture();
    vault.on('refreshAccessTokenForUser', () => token());
    vault.on('getAnyAccessToken', () => token());
    vault.on('getAppAccessToken', () => token());
    vault.on('status', () => ({ server: { name: 'castkey', version: '1' }, locked: false, users: [] }));
    await call(await connect());
    expect(pairings(vault)).toEqual([{ wants }]);
  });

  it('asks for no more than one pairing takes', async () => {
    const { vault, connect } = await openFixture();
    vault.on('getAccessTokenForUser', ({ user }) => token({ userId: String(user) }));
    const bot = await connect();
    await Promise.all(Array.from({ length: 25 }, (_, at) => bot.getAccessTokenForUser(at + 1)));
    expect(pairings(vault)).toEqual([{ wants: expect.objectContaining({ length: 20 }) }]);
  });

  it('hears of a no by its call, and pairs by a later one', async () => {
    const { vault, connect } = await openFixture();
    vault.on('getAccessTokenForUser', () => token());
    const bot = await connect();
    let no = true;
    vault.on('pair', () => {
      if (no) throw new Refusal({ code: 'denied', retryable: false }, 'The streamer said no.');
      return { keyId: 'k', key: 'A'.repeat(43), clientId: 'client-1', hasClientSecret: false, users: [] };
    });
    await expect(bot.getAccessTokenForUser(5)).rejects.toMatchObject({ code: 'denied' });
    no = false;
    expect(await bot.getAccessTokenForUser(5)).toMatchObject({ userId: '1' });
    expect(vault.count('pair')).toBe(2);
  });

  it('takes up a key that another process has got meanwhile', async () => {
    const { vault, connect } = await openFixture();
    vault.on('getAccessTokenForUser', () => token());
    const bot = await connect();
    await connect({ wants: [] });
    expect(await bot.getAccessTokenForUser(5)).toMatchObject({ userId: '1' });
    expect(vault.count('pair')).toBe(1);
  });

  it('is told at once that no window may open, and that nobody is there', async () => {
    const { vault, connect } = await openFixture();
    const quiet = connect({ interactive: 'never' });
    await expect(quiet).rejects.toMatchObject({ code: 'not-paired' });
    await vault.stop();
    await expect(connect()).rejects.toMatchObject({ code: 'vault-not-running' });
  });
});
