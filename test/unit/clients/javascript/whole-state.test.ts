import { describe, expect, it } from 'vitest';
import type { UserState, WireEventBody } from '../../../../shared/protocol.ts';
import { openCountingFixture, untilConnection, untilEvent } from '../../../support/client-fixture.ts';
import { token } from '../../../support/scripted-vault-fixture.ts';

const user = (fields: Partial<UserState> = {}): UserState => ({
  ...{ userId: '1', login: 'ann', scope: ['chat:read'], intents: ['chat'] },
  ...{ expiresAt: 1, state: 'ok', version: 1 },
  ...fields,
});
const bob = user({ userId: '2', login: 'bob', intents: [] });

/** A vault that tells the whole state, of ann and bob, and a bot that has their tokens. */
async function openFixture() {
  const fixture = await openCountingFixture();
  const { vault } = fixture;
  vault.state = { users: [user(), bob], locked: false };
  vault.on('getAccessTokenForUser', ({ user: userId }) => token({ userId: String(userId) }));
  vault.on('getAccessTokenForIntent', () => token());
  const bot = await fixture.connect();
  await bot.getAccessTokenForUser('1');
  await bot.getAccessTokenForUser('2');
  await bot.getAccessTokenForIntent('chat');
  const tell = async (event: WireEventBody): Promise<void> => {
    const heard = untilEvent(bot);
    vault.emit(event);
    await heard;
  };
  /** Which of the three tokens the bot asks the vault for when it next needs them. */
  const askedAgain = async (): Promise<string[]> => {
    const before = vault.asked.length;
    await bot.getAccessTokenForUser('1');
    await bot.getAccessTokenForUser('2');
    await bot.getAccessTokenForIntent('chat');
    return vault.asked.slice(before).map(({ params }) => String(params.user ?? params.intent));
  };
  return { ...fixture, bot, tell, askedAgain };
}

describe('a vault that tells the whole state', () => {
  it('is never asked for it', async () => {
    const { vault, bot, tell } = await openFixture();
    expect(bot.users).toEqual([user(), bob]);
    await tell({
      type: 'account.added',
      userId: '3',
      login: 'cat',
      user: user({ userId: '3', login: 'cat' }),
    });
    await tell({ type: 'overflow' });
    await tell({ type: 'vault.unlocked' });
    vault.hangUp();
    await untilConnection(bot, 'connected');
    expect(vault.count('status')).toBe(0);
  });

  it.each<[string, WireEventBody, (UserState | undefined)[], string[]]>([
    [
      'a newer token',
      {
        ...{ type: 'token.changed', userId: '1', scope: ['chat:read', 'b'], expiresAt: 9, version: 2 },
        ...{ reason: 'refreshed', user: user({ scope: ['chat:read', 'b'], expiresAt: 9, version: 2 }) },
      },
      [user({ scope: ['chat:read', 'b'], expiresAt: 9, version: 2 }), bob],
      ['1', 'chat'],
    ],
    [
      'a login that Twitch refuses',
      { type: 'token.invalidated', userId: '2', reason: 'x', user: { ...bob, state: 'needs-sign-in' } },
      [user(), { ...bob, state: 'needs-sign-in' }],
      ['2'],
    ],
    ['an account that is gone', { type: 'account.removed', userId: '2' }, [user()], ['2']],
    [
      'a permission that is gone',
      { type: 'grant.revoked', userId: '1', intent: 'chat' },
      [bob],
      ['1', 'chat'],
    ],
    [
      'a permission of two that is gone',
      { type: 'grant.revoked', userId: '1', user: user() },
      [user(), bob],
      ['1', 'chat'],
    ],
    ['all permissions gone', { type: 'grant.revoked' }, [], ['1', '2', 'chat']],
    ["the application's token alone gone", { type: 'grant.revoked', app: true }, [user(), bob], []],
    [
      'a job by which an account was in sight',
      { type: 'intents.changed', userId: '1', intents: [] },
      [bob],
      ['1', 'chat'],
    ],
  ])(
    'of %s: the bot knows who is left, and asks only for what is in doubt',
    async (_, event, left, again) => {
      const { bot, tell, askedAgain } = await openFixture();
      await tell(event);
      expect(bot.users).toEqual(left);
      expect(await askedAgain()).toEqual(again);
    },
  );

  it('by a state: whoever is absent is forgotten, and so is a job that moved; a newer token is asked for', async () => {
    const { bot, tell, askedAgain } = await openFixture();
    await tell({ type: 'state', users: [user(), bob], locked: false });
    expect(await askedAgain()).toEqual([]);
    await tell({ type: 'state', users: [user({ intents: [] }), { ...bob, version: 2 }], locked: true });
    expect(bot.users).toEqual([user({ intents: [] }), { ...bob, version: 2 }]);
    expect(await askedAgain()).toEqual(['2', 'chat']);
    await tell({ type: 'state', users: [bob], locked: true });
    expect(bot.users).toEqual([bob]);
    expect(await askedAgain()).toContain('1');
  });

  it('after a reconnect: what was withdrawn meanwhile is not served even if the vault falls again', async () => {
    const { vault, host, bot } = await openFixture();
    vault.state = { users: [bob], locked: true };
    const back = untilConnection(bot, 'connected');
    vault.hangUp();
    await back;
    expect(bot.users).toEqual([bob]);
    const lost = untilConnection(bot, 'reconnecting');
    await vault.stop();
    await lost;
    expect(await bot.getAccessTokenForUser('2')).toMatchObject({ userId: '2' });
    const late = expect(bot.getAccessTokenForUser('1')).rejects.toMatchObject({ retryable: true });
    host.advance(120_000);
    await late;
  });

  it('tells of the lock with it', async () => {
    const { vault, bot } = await openFixture();
    const locks: boolean[] = [];
    bot.onStatus(({ locked }) => locks.push(locked));
    vault.state = { users: [bob], locked: true };
    const back = untilConnection(bot, 'connected');
    vault.hangUp();
    await back;
    vault.emit({ type: 'state', users: [], locked: false });
    await untilEvent(bot);
    expect(locks).toEqual([false, true, false]);
  });

  it('in parts: nobody is absent before the last one has come', async () => {
    const { bot, tell, askedAgain } = await openFixture();
    const cat = user({ userId: '3', login: 'cat' });
    await tell({ type: 'state', users: [cat], locked: false, more: true });
    expect(bot.users).toEqual([user(), bob, cat]);
    expect(await askedAgain()).toEqual([]);
    await tell({ type: 'state', users: [bob], locked: false });
    expect(bot.users).toEqual([bob, cat]);
    await tell({ type: 'state', users: [bob], locked: false, more: true });
    await tell({ type: 'overflow' });
    await tell({ type: 'state', users: [cat], locked: false });
    expect(bot.users).toEqual([cat]);
  });

  it('in parts from the start: the second comes in the same bytes as the first', async () => {
    const { vault, connect } = await openCountingFixture();
    vault.on('subscribe', () => {
      queueMicrotask(() => vault.emit({ type: 'state', users: [bob], locked: false }));
      return { seq: 0, users: [user()], locked: false, more: true };
    });
    const bot = await connect();
    if (bot.users.length < 2) await untilEvent(bot);
    expect(bot.users).toEqual([user(), bob]);
  });

  it('with events of types nobody knows: they count, and are ignored', async () => {
    const { vault, bot, askedAgain } = await openFixture();
    vault.send('{"jsonrpc":"2.0","method":"event","params":{"seq":1,"type":"sun.rose"}}\n');
    const heard = untilEvent(bot);
    vault.send('{"jsonrpc":"2.0","method":"event","params":{"seq":2,"type":"vault.locked","later":{}}}\n');
    expect(await heard).toEqual({ type: 'vault.locked' });
    expect(await askedAgain()).toEqual([]);
  });
});

describe('status of more accounts than fit into a line', () => {
  it('is asked for part by part', async () => {
    const { vault, connect } = await openCountingFixture();
    const server = { name: 'castkey', version: '1' };
    vault.on('status', ({ after }) => {
      if (after === undefined) return { server, locked: false, users: [user()], more: true };
      return { server, locked: false, users: after === '1' ? [bob] : [], more: true };
    });
    const bot = await connect();
    expect(await bot.status()).toEqual({ server, locked: false, users: [user(), bob] });
    expect(vault.asked.slice(-3).map(({ params }) => params)).toEqual([{}, { after: '1' }, { after: '2' }]);
  });
});

describe('a vault that tells nothing by itself', () => {
  it('is asked after each event, once for several that come together', async () => {
    const { vault, connect } = await openCountingFixture();
    vault.users = [user()];
    let users = [user(), bob];
    vault.on('status', () => ({ server: { name: 'castkey', version: '1' }, locked: false, users }));
    const bot = await connect();
    vault.emit({ type: 'account.added', userId: '2', login: 'bob' });
    await expect.poll(() => bot.users.length).toBe(2);
    users = [bob];
    for (let at = 0; at < 5; at += 1) vault.emit({ type: 'grant.revoked', userId: '1' });
    await expect.poll(() => bot.users.map(({ login }) => login)).toEqual(['bob']);
    expect(vault.count('status')).toBeLessThanOrEqual(4);
  });
});
