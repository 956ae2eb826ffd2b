import { describe, expect, it } from 'vitest';
import { HOUR } from '../../../../support/fake-time.ts';
import { ALICE } from '../../../../support/people.ts';
import { reasonOf, resultOf } from '../../../../support/test-bot.ts';
import {
  click,
  pairBot,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';
import { decide } from './approval-fixture.ts';

const never = { interactive: 'never' } as const;
const grantsOf = (fixture: VaultFixture) => fixture.view().bots[0]?.grants ?? [];

async function confidential(scopes = ['chat:read', 'user:bot']) {
  const fixture = await vaultFixtureWithAlice(scopes, 'confidential');
  const bot = await pairBot(fixture, []);
  return { fixture, bot };
}

describe('the application’s own token', () => {
  it('is asked for on first use, with the accounts it can act for, and then given', async () => {
    const { fixture, bot } = await confidential();
    const asked = bot.request('getAppAccessToken', {});
    await fixture.time.settle();
    expect(fixture.approval.current).toMatchObject({
      kind: 'grant',
      wants: [{ app: true, account: null, choices: [{ login: 'alice', granted: ['user:bot'] }] }],
    });
    await click(fixture, 'always');
    expect(resultOf(await asked)).not.toHaveProperty('userId');
    expect(resultOf(await bot.request('getAppAccessToken', never))).not.toHaveProperty('userId');
    expect(grantsOf(fixture)).toMatchObject([{ app: true, userId: null, intent: null, uses: 2, ends: null }]);
    expect(fixture.view().activity.map(({ text }) => text)).toContain(
      'bot may always use the application’s own token',
    );
  });

  it('takes a lasting yes only of somebody who has ticked that she understands', async () => {
    const { fixture, bot } = await confidential();
    const asked = bot.request('getAppAccessToken', {});
    await fixture.time.settle();
    await fixture.time.pass(1_500);
    for (const kind of ['always', 'for-8-hours', 'until-stream-ends'] as const)
      expect(await decide(fixture, kind)).toBe(false);
    expect(await decide(fixture, 'always', true)).toBe(true);
    expect(reasonOf(await asked)).toBe('no error');
  });

  it('is given with the pairing if the bot says that it wants it', async () => {
    const fixture = await vaultFixtureWithAlice(['chat:read'], 'confidential');
    const bot = await pairBot(fixture, [{ app: true }, { user: ALICE, scopes: [['chat:read']] }]);
    expect(resultOf(await bot.request('getAppAccessToken', never))).not.toHaveProperty('userId');
    await fixture.restart();
    expect(grantsOf(fixture).map(({ app }) => app)).toEqual([true, false]);
  });

  it('once is one answer, and a no is a no', async () => {
    const { fixture, bot } = await confidential();
    const once = bot.request('getAppAccessToken', {});
    await click(fixture, 'once');
    expect(reasonOf(await once)).toBe('no error');
    expect(reasonOf(await bot.request('getAppAccessToken', never))).toBe('denied');
    const asked = bot.request('getAppAccessToken', {});
    await click(fixture, 'deny');
    expect(reasonOf(await asked)).toBe('denied');
    expect(grantsOf(fixture)).toEqual([]);
  });

  it('ends as any permission does, and can be taken back', async () => {
    const { fixture, bot } = await confidential();
    await bot.request('subscribe', {});
    const asked = bot.request('getAppAccessToken', {});
    await click(fixture, 'for-8-hours');
    await asked;
    await fixture.time.pass(8 * HOUR);
    expect(reasonOf(await bot.request('getAppAccessToken', never))).toBe('denied');
    expect(bot.events).toMatchObject([{ type: 'grant.revoked', app: true, ended: true }]);
    const again = bot.request('getAppAccessToken', {});
    await click(fixture, 'always');
    await again;
    const [grant] = grantsOf(fixture);
    await fixture.vault.actions['grant.revoke'].run({ keyId: bot.keys.keyId, grantId: grant?.id ?? '' });
    expect(reasonOf(await bot.request('getAppAccessToken', never))).toBe('denied');
    expect(bot.events.at(-1)).toMatchObject({ type: 'grant.revoked', app: true });
    expect(bot.events.at(-1)).not.toHaveProperty('ended');
  });

  it('of a public application opens no window', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture, []);
    expect(reasonOf(await bot.request('getAppAccessToken', {}))).toBe('no-app-token');
    expect(fixture.approval.current).toBeNull();
  });
});

describe('any token', () => {
  it('opens no window: the application’s if it may, else an account’s, else none', async () => {
    const { fixture, bot } = await confidential();
    expect(reasonOf(await bot.request('getAnyAccessToken', {}))).toBe('denied');
    expect(fixture.approval.current).toBeNull();
    const user = bot.request('getAccessTokenForUser', { user: ALICE });
    await click(fixture, 'always');
    await user;
    expect(resultOf(await bot.request('getAnyAccessToken', {}))).toMatchObject({ userId: ALICE });
    const app = bot.request('getAppAccessToken', {});
    await click(fixture, 'always');
    await app;
    expect(resultOf(await bot.request('getAnyAccessToken', {}))).not.toHaveProperty('userId');
    expect(resultOf(await bot.request('getAnyAccessToken', { user: ALICE }))).toMatchObject({
      userId: ALICE,
    });
  });
});
