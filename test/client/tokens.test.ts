import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { WireEventBody } from '../../shared/wire.ts';
import { Refusal, token } from './fake-vault.ts';
import { type Bench, setUp, untilEvent } from './set-up.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A vault whose token has a new value for each request. */
async function countingVault(): Promise<Bench> {
  const bench = await setUp();
  let given = 0;
  const next = () => {
    given += 1;
    return token({ accessToken: `token-${given}`, version: given });
  };
  for (const method of ['getAccessTokenForUser', 'getAccessTokenForIntent', 'refreshAccessTokenForUser']) {
    bench.vault.on(method, next);
  }
  return bench;
}

describe('what the vault is asked', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await countingVault();
  });

  it('names user, scope sets and limits', async () => {
    const bot = await bench.connect({ timeoutMs: 5000, interactive: 'never', ...(await paired(bench)) });
    await bot.getAccessTokenForUser({ id: '1' }, ['a', 'b'], undefined, [], ['c']);
    expect(bench.vault.asked.at(-1)).toEqual({
      method: 'getAccessTokenForUser',
      params: { user: '1', scopeSets: [['a', 'b'], ['c']], interactive: 'never', timeoutMs: 5000 },
    });
  });

  it('gives Twurple a token without a refresh token', async () => {
    const bot = await bench.connect();
    expect(await bot.getAccessTokenForUser('1')).toEqual(token());
    expect(bot.clientId).toBe('client-1');
    expect(bot.hasClientSecret).toBe(false);
  });

  it('is asked once for what is warm', async () => {
    const bot = await bench.connect();
    const tokens = [
      await bot.getAccessTokenForUser('1', ['chat:read']),
      await bot.getAccessTokenForUser(1, ['chat:read']),
      await bot.getAccessTokenForUser({ id: '1' }, ['chat:read'], []),
    ];
    expect(tokens.map((given) => given?.accessToken)).toEqual(['token-1', 'token-1', 'token-1']);
    expect(bench.vault.count('getAccessTokenForUser')).toBe(1);
  });

  it('is asked again for other scopes: what a bot may ask for is its to decide', async () => {
    const bot = await bench.connect();
    bench.vault.on('getAccessTokenForUser', () => token());
    await bot.getAccessTokenForUser('1', ['chat:read']);
    await bot.getAccessTokenForUser('1', ['chat:edit']);
    await bot.getAccessTokenForUser('1', ['chat:read']);
    expect(bench.vault.count('getAccessTokenForUser')).toBe(2);
  });

  it('is asked once by equal calls that overlap', async () => {
    const bot = await bench.connect();
    const calls = Array.from({ length: 50 }, () => bot.getAccessTokenForUser('1', ['chat:read']));
    const other = bot.getAccessTokenForUser('1', ['chat:edit']);
    expect(new Set((await Promise.all(calls)).map((given) => given?.accessToken))).toEqual(
      new Set(['token-1']),
    );
    await other;
    expect(bench.vault.count('getAccessTokenForUser')).toBe(2);
  });

  it('is asked again 60 s before the token expires, not earlier', async () => {
    const bot = await bench.connect();
    bench.vault.on('getAccessTokenForUser', () => token({ expiresIn: 100 }));
    await bot.getAccessTokenForUser('1');
    bench.host.advance(39_999);
    await bot.getAccessTokenForUser('1');
    expect(bench.vault.count('getAccessTokenForUser')).toBe(1);
    bench.host.advance(1);
    await bot.getAccessTokenForUser('1');
    expect(bench.vault.count('getAccessTokenForUser')).toBe(2);
  });

  it('is not asked again for a token that never expires', async () => {
    const bot = await bench.connect();
    bench.vault.on('getAccessTokenForUser', () => token({ expiresIn: null }));
    await bot.getAccessTokenForUser('1');
    bench.host.advance(10 * 365 * 86_400_000);
    await bot.getAccessTokenForUser('1');
    expect(bench.vault.count('getAccessTokenForUser')).toBe(1);
  });

  it('is asked for each null: an account may have been added', async () => {
    const bot = await bench.connect();
    bench.vault.on('getAccessTokenForIntent', () => null);
    expect(await bot.getAccessTokenForIntent('chat')).toBeNull();
    expect(await bot.getAccessTokenForIntent('chat')).toBeNull();
    expect(bench.vault.count('getAccessTokenForIntent')).toBe(2);
  });

  it('does not see what a bot does to its copy', async () => {
    const bot = await bench.connect();
    const first = await bot.getAccessTokenForUser('1');
    first?.scope.push('spoilt');
    expect((await bot.getAccessTokenForUser('1'))?.scope).toEqual(['chat:read']);
  });
});

describe('refreshing', () => {
  it('says which token failed, once for all callers', async () => {
    const { vault, connect } = await countingVault();
    const bot = await connect();
    await bot.getAccessTokenForIntent('chat');
    const [a, b] = await Promise.all([bot.refreshAccessTokenForUser('1'), bot.refreshAccessTokenForUser(1)]);
    expect([a.accessToken, b.accessToken]).toEqual(['token-2', 'token-2']);
    expect(vault.asked.at(-1)).toEqual({
      method: 'refreshAccessTokenForUser',
      params: { user: '1', rejected: sha256('token-1') },
    });
    expect(vault.count('refreshAccessTokenForUser')).toBe(1);
  });

  it('replaces what was held, under the intent too', async () => {
    const { vault, connect } = await countingVault();
    const bot = await connect();
    await bot.getAccessTokenForIntent('chat');
    await bot.refreshAccessTokenForUser('1');
    expect((await bot.getAccessTokenForUser('1'))?.accessToken).toBe('token-2');
    expect((await bot.getAccessTokenForIntent('chat'))?.accessToken).toBe('token-3');
    expect(vault.count('getAccessTokenForUser')).toBe(0);
  });

  it('names no token when none was handed out', async () => {
    const { vault, connect } = await countingVault();
    await (await connect()).refreshAccessTokenForUser('1');
    expect(vault.asked.at(-1)?.params).toEqual({ user: '1' });
  });

  it('asks for a new app token when forced', async () => {
    const { vault, connect } = await setUp();
    let given = 0;
    vault.on('getAppAccessToken', () => {
      given += 1;
      const { userId: _, ...app } = token({ accessToken: `app-${given}` });
      return app;
    });
    const bot = await connect();
    await bot.getAppAccessToken();
    await bot.getAppAccessToken();
    expect((await bot.getAppAccessToken(true)).accessToken).toBe('app-2');
    expect((await bot.getAppAccessToken()).accessToken).toBe('app-2');
    expect(vault.asked.at(-1)?.params).toEqual({ forceNew: true });
  });
});

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
    ['a locked vault', { type: 'vault.locked' }, 2],
    ['lost events', { type: 'overflow' }, 2],
    ['an added account', { type: 'account.added', userId: '3', login: 'c' }, 1],
    ['an unlocked vault', { type: 'vault.unlocked' }, 1],
  ])('of %s: the vault has been asked %3$s times', async (_, event, times) => {
    const { vault, connect } = await countingVault();
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
    const { vault, connect } = await countingVault();
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
    const { vault, connect } = await setUp();
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
    const { vault, connect } = await countingVault();
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
    const { vault, connect } = await setUp();
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

describe('a refusal', () => {
  it('comes with all the vault says, and without what looks like a token', async () => {
    const { vault, connect } = await setUp();
    const data = {
      code: 'scope-missing',
      retryable: false,
      missing: ['bits:read'],
      retryAfterMs: 9e15,
    } as const;
    vault.on('getAccessTokenForUser', () => {
      throw new Refusal({ ...data, missing: ['bits:read'] }, `lacks \u001b[31m ${'a1'.repeat(15)}`);
    });
    const error = await (await connect())
      .getAccessTokenForUser('1', ['bits:read'])
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'scope-missing', missing: ['bits:read'], retryAfterMs: 3_600_000 });
    expect(String(error)).toMatch(/^CastkeyError: lacks +\[31m \[hidden\] Allow windows/);
  });

  it('does not spoil the next call', async () => {
    const { vault, connect } = await countingVault();
    const bot = await connect();
    vault.on('getAccessTokenForUser', () => {
      throw new Refusal({ code: 'twitch-unreachable', retryable: true });
    });
    await expect(bot.getAccessTokenForUser('1')).rejects.toMatchObject({ retryable: true });
    vault.on('getAccessTokenForUser', () => token());
    expect(await bot.getAccessTokenForUser('1')).toEqual(token());
  });

  it.each([['somebody'], [''], [0], [-1], [1.5], [Number.NaN], [{}], [{ id: 'x' }], [null], ['1; drop']])(
    'meets the user %o before the vault is asked',
    async (user) => {
      const { vault, connect } = await setUp();
      const bot = await connect();
      await expect(bot.getAccessTokenForUser(user as string)).rejects.toMatchObject({ code: 'bad-user' });
      expect(() => bot.getCurrentScopesForUser(user as string)).toThrow(/user ID/);
      expect(vault.asked.at(-1)?.method).toBe('subscribe');
    },
  );
});

/** Pairs first, so that a bot that may open no window has a key. */
async function paired({ connect }: Bench): Promise<object> {
  (await connect()).close();
  return {};
}
