import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  type ClientFixture,
  openClientFixture,
  openCountingFixture,
} from '../../../support/client-fixture.ts';
import { Refusal, token } from '../../../support/scripted-vault-fixture.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('what the vault is asked', () => {
  let fixture: ClientFixture;
  beforeEach(async () => {
    fixture = await openCountingFixture();
  });

  it('names user, scope sets and limits', async () => {
    const bot = await fixture.connect({ timeoutMs: 5000, interactive: 'never', ...(await paired(fixture)) });
    await bot.getAccessTokenForUser({ id: '1' }, ['a', 'b'], undefined, [], ['c']);
    expect(fixture.vault.asked.at(-1)).toEqual({
      method: 'getAccessTokenForUser',
      params: { user: '1', scopeSets: [['a', 'b'], ['c']], interactive: 'never', timeoutMs: 5000 },
    });
  });

  it('gives Twurple a token without a refresh token', async () => {
    const bot = await fixture.connect();
    expect(await bot.getAccessTokenForUser('1')).toEqual(token());
    expect(bot.clientId).toBe('client-1');
    expect(bot.hasClientSecret).toBe(false);
  });

  it('is asked once for what is warm', async () => {
    const bot = await fixture.connect();
    const tokens = [
      await bot.getAccessTokenForUser('1', ['chat:read']),
      await bot.getAccessTokenForUser(1, ['chat:read']),
      await bot.getAccessTokenForUser({ id: '1' }, ['chat:read'], []),
    ];
    expect(tokens.map((given) => given?.accessToken)).toEqual(['token-1', 'token-1', 'token-1']);
    expect(fixture.vault.count('getAccessTokenForUser')).toBe(1);
  });

  it('is asked again for other scopes: what a bot may ask for is its to decide', async () => {
    const bot = await fixture.connect();
    fixture.vault.on('getAccessTokenForUser', () => token());
    await bot.getAccessTokenForUser('1', ['chat:read']);
    await bot.getAccessTokenForUser('1', ['chat:edit']);
    await bot.getAccessTokenForUser('1', ['chat:read']);
    expect(fixture.vault.count('getAccessTokenForUser')).toBe(2);
  });

  it('is asked once by equal calls that overlap', async () => {
    const bot = await fixture.connect();
    const calls = Array.from({ length: 50 }, () => bot.getAccessTokenForUser('1', ['chat:read']));
    const other = bot.getAccessTokenForUser('1', ['chat:edit']);
    expect(new Set((await Promise.all(calls)).map((given) => given?.accessToken))).toEqual(
      new Set(['token-1']),
    );
    await other;
    expect(fixture.vault.count('getAccessTokenForUser')).toBe(2);
  });

  it('is asked again 60 s before the token expires, not earlier', async () => {
    const bot = await fixture.connect();
    fixture.vault.on('getAccessTokenForUser', () => token({ expiresIn: 100 }));
    await bot.getAccessTokenForUser('1');
    fixture.host.advance(39_999);
    await bot.getAccessTokenForUser('1');
    expect(fixture.vault.count('getAccessTokenForUser')).toBe(1);
    fixture.host.advance(1);
    await bot.getAccessTokenForUser('1');
    expect(fixture.vault.count('getAccessTokenForUser')).toBe(2);
  });

  it('is not asked again for a token that never expires', async () => {
    const bot = await fixture.connect();
    fixture.vault.on('getAccessTokenForUser', () => token({ expiresIn: null }));
    await bot.getAccessTokenForUser('1');
    fixture.host.advance(10 * 365 * 86_400_000);
    await bot.getAccessTokenForUser('1');
    expect(fixture.vault.count('getAccessTokenForUser')).toBe(1);
  });

  it('is asked for each null: an account may have been added', async () => {
    const bot = await fixture.connect();
    fixture.vault.on('getAccessTokenForIntent', () => null);
    expect(await bot.getAccessTokenForIntent('chat')).toBeNull();
    expect(await bot.getAccessTokenForIntent('chat')).toBeNull();
    expect(fixture.vault.count('getAccessTokenForIntent')).toBe(2);
  });

  it('does not see what a bot does to its copy', async () => {
    const bot = await fixture.connect();
    const first = await bot.getAccessTokenForUser('1');
    first?.scope.push('spoilt');
    expect((await bot.getAccessTokenForUser('1'))?.scope).toEqual(['chat:read']);
  });
});

describe('refreshing', () => {
  it('says which token failed, once for all callers', async () => {
    const { vault, connect } = await openCountingFixture();
    const bot = await connect();
    await bot.getAccessTokenForIntent('chat');
    const [a, b] = await Promise.all([bot.refreshAccessTokenForUser('1'), bot.refreshAccessTokenForUser(1)]);
    expect([a.accessToken, b.accessToken]).toEqual(['token-2', 'token-2']);
    expect(vault.asked.at(-1)).toEqual({
      method: 'refreshAccessTokenForUser',
      params: { user: '1', rejected: sha256('token-1'), interactive: 'allow', timeoutMs: 120_000 },
    });
    expect(vault.count('refreshAccessTokenForUser')).toBe(1);
  });

  it('replaces what was held, under the intent too', async () => {
    const { vault, connect } = await openCountingFixture();
    const bot = await connect();
    await bot.getAccessTokenForIntent('chat');
    await bot.refreshAccessTokenForUser('1');
    expect((await bot.getAccessTokenForUser('1'))?.accessToken).toBe('token-2');
    expect((await bot.getAccessTokenForIntent('chat'))?.accessToken).toBe('token-3');
    expect(vault.count('getAccessTokenForUser')).toBe(0);
  });

  it('names no token when none was handed out', async () => {
    const { vault, connect } = await openCountingFixture();
    await (await connect()).refreshAccessTokenForUser('1');
    expect(vault.asked.at(-1)?.params).toEqual({ user: '1', interactive: 'allow', timeoutMs: 120_000 });
  });

  it('asks for a new app token when forced', async () => {
    const { vault, connect } = await openClientFixture();
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
    expect(vault.asked.at(-1)?.params).toEqual({
      forceNew: true,
      interactive: 'allow',
      timeoutMs: 120_000,
    });
  });
});

describe('a refusal', () => {
  it('comes with all the vault says, and without what looks like a token', async () => {
    const { vault, connect } = await openClientFixture();
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
    const { vault, connect } = await openCountingFixture();
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
      const { vault, connect } = await openClientFixture();
      const bot = await connect();
      await expect(bot.getAccessTokenForUser(user as string)).rejects.toMatchObject({ code: 'bad-user' });
      expect(() => bot.getCurrentScopesForUser(user as string)).toThrow(/user ID/);
      expect(vault.asked.at(-1)?.method).toBe('subscribe');
    },
  );
});

/** Pairs first, so that a bot that may open no window has a key. */
async function paired({ connect }: ClientFixture): Promise<object> {
  (await connect()).close();
  return {};
}
