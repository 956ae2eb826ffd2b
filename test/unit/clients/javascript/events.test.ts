import { describe, expect, it } from 'vitest';
import type { WireEventBody } from '../../../../shared/protocol.ts';
import {
  openClientFixture,
  openCountingFixture,
  untilConnection,
  untilEvent,
} from '../../../support/client-fixture.ts';
import { Refusal, token } from '../../../support/scripted-vault-fixture.ts';

describe('events', () => {
  const changed: Omit<Extract<WireEventBody, { type: 'token.changed' }>, 'version'> = {
    type: 'token.changed',
    userId: '1',
    scope: ['x'],
    expiresAt: 1,
    reason: 'refreshed',
  };

  it.each<[string, WireEventBody, number]>([
    ['a new token', { ...changed, version: 9 }, 2],
    ['the token that is held', { ...changed, version: 1 }, 1],
    ['a new token of another account', { ...changed, userId: '2', version: 9 }, 1],
    ['an invalid token', { type: 'token.invalidated', userId: '1', reason: 'revoked' }, 2],
    ['an invalid token of another account', { type: 'token.invalidated', userId: '2', reason: 'revoked' }, 1],
    ['a removed account', { type: 'account.removed', userId: '1' }, 2],
    ['a revoked grant', { type: 'grant.revoked', userId: '1' }, 2],
    ['a revoked grant of another account', { type: 'grant.revoked', userId: '2' }, 1],
    ['a revoked grant of everything', { type: 'grant.revoked' }, 2],
    ['a locked vault', { type: 'vault.locked' }, 1],
    ['lost events', { type: 'overflow' }, 2],
    ['an added account', { type: 'account.added', userId: '3', login: 'c' }, 1],
    ['an unlocked vault', { type: 'vault.unlocked' }, 1],
  ])('of %s: the vault has been asked %3$s times', async (_, event, times) => {
    const { vault, connect } = await openCountingFixture();
    vault.on('status', () => ({ server: { name: 'castkey', version: '1' }, locked: false, users: [] }));
    const bot = await connect();
    await bot.getAccessTokenForUser('1');
    const heard = untilEvent(bot);
    vault.emit(event);
    expect(await heard).toEqual(event);
    await bot.getAccessTokenForUser('1');
    expect(vault.count('getAccessTokenForUser')).toBe(times);
  });

  it.each<[WireEventBody, number]>([
    [{ type: 'intents.changed', userId: '1', intents: [] }, 2],
    [{ type: 'grant.revoked', intent: 'chat' }, 2],
    [{ type: 'grant.revoked', intent: 'other' }, 1],
  ])('%o makes an intent be asked for anew', async (event, times) => {
    const { vault, connect } = await openCountingFixture();
    vault.on('status', () => ({ server: { name: 'castkey', version: '1' }, locked: false, users: [] }));
    const bot = await connect();
    await bot.getAccessTokenForIntent('chat');
    const heard = untilEvent(bot);
    vault.emit(event);
    await heard;
    await bot.getAccessTokenForIntent('chat');
    expect(vault.count('getAccessTokenForIntent')).toBe(times);
  });

  it('overtake an answer that is under way: it is given, not kept', async () => {
    const { vault, connect } = await openClientFixture();
    vault.on('getAccessTokenForUser', () => {
      vault.emit({ type: 'token.invalidated', userId: '1', reason: 'revoked' });
      return token();
    });
    const bot = await connect();
    await bot.getAccessTokenForUser('1');
    await bot.getAccessTokenForUser('1');
    expect(vault.count('getAccessTokenForUser')).toBe(2);
  });

  it('a gap in their numbers counts as lost events', async () => {
    const { vault, connect } = await openCountingFixture();
    vault.on('status', () => ({ server: { name: 'castkey', version: '1' }, locked: false, users: [] }));
    const bot = await connect();
    await bot.getAccessTokenForUser('1');
    const heard = untilEvent(bot);
    vault.send('{"jsonrpc":"2.0","method":"event","params":{"seq":7,"type":"vault.unlocked"}}\n');
    await heard;
    await bot.getAccessTokenForUser('1');
    expect(vault.count('getAccessTokenForUser')).toBe(2);
  });

  it('keep users and scopes up to date, and reach listeners until they leave', async () => {
    const { vault, connect } = await openClientFixture();
    vault.users = [{ userId: '1', login: 'ann', scope: ['a'], intents: [] }];
    const bot = await connect();
    expect(bot.getCurrentScopesForUser('1')).toEqual(['a']);
    expect(bot.getCurrentScopesForUser(2)).toEqual([]);
    const changes: unknown[] = [];
    const stop = bot.onTokenChange((change) => changes.push(change));
    const tell = async (event: WireEventBody) => {
      const heard = untilEvent(bot);
      vault.emit(event);
      await heard;
    };
    await tell({ ...changed, version: 2 });
    await tell({ type: 'intents.changed', userId: '1', intents: ['chat'] });
    stop();
    await tell({ ...changed, version: 3 });
    expect(changes).toEqual([{ ...changed, version: 2 }]);
    expect(bot.users).toEqual([{ userId: '1', login: 'ann', scope: ['x'], intents: ['chat'] }]);
    await tell({ type: 'account.removed', userId: '1' });
    expect(bot.users).toEqual([]);
  });
});

describe('a bot keeps the token it has', () => {
  it.each<[string, WireEventBody]>([
    [
      'it hears of a newer one',
      { type: 'token.changed', userId: '1', scope: ['x'], expiresAt: 1, version: 2, reason: 'refreshed' },
    ],
    ['events were lost', { type: 'overflow' }],
  ])('if %s and the vault then can’t give another', async (_, event) => {
    const { vault, connect } = await openCountingFixture();
    vault.on('status', () => ({ server: { name: 'castkey', version: '1' }, locked: true, users: [] }));
    const bot = await connect();
    await bot.getAccessTokenForUser('1');
    const heard = untilEvent(bot);
    vault.emit(event);
    await heard;
    vault.on('getAccessTokenForUser', () => {
      throw new Refusal({ code: 'locked', retryable: true });
    });
    expect((await bot.getAccessTokenForUser('1'))?.accessToken).toBe('token-1');
    await expect(bot.getAccessTokenForUser('1', ['other'])).rejects.toMatchObject({ code: 'locked' });
    vault.on('getAccessTokenForUser', () => token({ accessToken: 'token-2', version: 2 }));
    expect((await bot.getAccessTokenForUser('1'))?.accessToken).toBe('token-2');
    const lost = untilConnection(bot, 'reconnecting');
    await vault.stop();
    await lost;
    expect((await bot.getAccessTokenForUser('1'))?.accessToken).toBe('token-2');
  });

  it('but not one that Twitch has taken back, whatever becomes of the vault', async () => {
    const { vault, host, connect } = await openCountingFixture();
    const bot = await connect();
    await bot.getAccessTokenForUser('1');
    const heard = untilEvent(bot);
    vault.emit({ type: 'token.invalidated', userId: '1', reason: 'revoked' });
    await heard;
    const lost = untilConnection(bot, 'reconnecting');
    await vault.stop();
    await lost;
    const late = bot.getAccessTokenForUser('1');
    host.advance(120_000);
    await expect(late).rejects.toMatchObject({ retryable: true });
  });
});
