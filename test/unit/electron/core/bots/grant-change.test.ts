import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../../../support/fake-time.ts';
import { ALICE } from '../../../../support/people.ts';
import { reasonOf, resultOf } from '../../../../support/test-bot.ts';
import {
  click,
  type PairedBot,
  pairBot,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

const BOTH = ['bits:read', 'chat:read'];
const ask = (bot: PairedBot, ...scopes: string[]) =>
  bot.request('getAccessTokenForUser', {
    user: ALICE,
    scopeSets: scopes.map((scope) => [scope]),
    interactive: 'never',
  });
const grantOf = (fixture: VaultFixture) =>
  fixture.view().bots[0]?.grants[0] ?? expect.fail('there is no grant');
const narrow = (fixture: VaultFixture, bot: PairedBot, scopes: string[], grantId = grantOf(fixture).id) =>
  fixture.vault.actions['grant.change'].run({ keyId: bot.keys.keyId, grantId, scopes });

async function withBoth(): Promise<{ fixture: VaultFixture; bot: PairedBot }> {
  const fixture = await vaultFixtureWithAlice(BOTH);
  const bot = await pairBot(fixture, [{ user: ALICE, scopes: [['bits:read'], ['chat:read']] }]);
  return { fixture, bot };
}

describe('narrowing a permission', () => {
  it('holds at once for open connections, which are told, and after a restart', async () => {
    const { fixture, bot } = await withBoth();
    await bot.request('subscribe', {});
    resultOf(await ask(bot, ...BOTH));
    expect(await narrow(fixture, bot, ['chat:read'])).toMatchObject({ ok: true });
    expect(bot.events).toMatchObject([{ type: 'grant.revoked', userId: ALICE }]);
    expect(reasonOf(await ask(bot, 'bits:read'))).toBe('denied');
    resultOf(await ask(bot, 'chat:read'));
    await fixture.restart();
    expect(grantOf(fixture).scopes).toEqual(['chat:read']);
    expect(fixture.view().activity.find(({ kind }) => kind === 'grant.changed')).toMatchObject({
      bot: 'bot',
      scopes: ['bits:read'],
    });
  });

  it('holds for a request that is under way', async () => {
    const { fixture, bot } = await withBoth();
    const asked = ask(bot, ...BOTH);
    await narrow(fixture, bot, ['chat:read']);
    expect(reasonOf(await asked)).toBe('denied');
  });

  it('leaves a bot what it asked for and was asked about anew', async () => {
    const { fixture, bot } = await withBoth();
    await narrow(fixture, bot, ['chat:read']);
    const again = bot.request('getAccessTokenForUser', { user: ALICE, scopeSets: [['bits:read']] });
    await click(fixture, 'always');
    resultOf(await again);
    expect(grantOf(fixture).scopes.toSorted()).toEqual(BOTH);
  });

  it.each([
    ['widens', ['chat:read', 'user:edit'], 'bad-request'],
    ['leaves nothing', [], 'bad-request'],
  ])('that %s is refused with advice', async (_name, scopes, code) => {
    const { fixture, bot } = await withBoth();
    expect(await narrow(fixture, bot, scopes)).toMatchObject({ ok: false, error: { code } });
    expect(grantOf(fixture).scopes.toSorted()).toEqual(BOTH);
  });

  it('to what it is changes nothing, and of one that is gone is refused', async () => {
    const { fixture, bot } = await withBoth();
    const before = fixture.view().activity.length;
    expect(await narrow(fixture, bot, BOTH)).toMatchObject({ ok: true });
    expect(fixture.view().activity).toHaveLength(before);
    expect(await narrow(fixture, bot, ['chat:read'], 'gone')).toMatchObject({ error: { code: 'not-found' } });
  });

  it('that the disk refuses is said, and holds all the same', async () => {
    const { fixture, bot } = await withBoth();
    fixture.documents.fault = 'refuse';
    expect(await narrow(fixture, bot, ['chat:read'])).toMatchObject({
      ok: false,
      error: { code: 'storage' },
    });
    expect(reasonOf(await ask(bot, 'bits:read'))).toBe('denied');
    fixture.documents.fault = null;
    await fixture.time.pass(MINUTE);
    await fixture.restart();
    expect(grantOf(fixture).scopes).toEqual(['chat:read']);
  });
});

describe('the use of a permission', () => {
  it('is told with its first and last time and how often, and lasts', async () => {
    const { fixture, bot } = await withBoth();
    expect(grantOf(fixture)).toMatchObject({ firstUsedAt: null, lastUsedAt: null, uses: 0 });
    const first = fixture.time.now();
    await ask(bot, 'chat:read');
    await fixture.time.pass(MINUTE);
    await ask(bot, 'chat:read');
    const used = { firstUsedAt: first, lastUsedAt: first + MINUTE, uses: 2 };
    expect(grantOf(fixture)).toMatchObject(used);
    await narrow(fixture, bot, ['chat:read']);
    await fixture.restart();
    expect(grantOf(fixture)).toMatchObject(used);
  });

  it('from before first times were kept has none', async () => {
    const { fixture, bot } = await withBoth();
    await ask(bot, 'chat:read');
    await fixture.restart(() => {
      const text = fixture.documents.files.get('bots') ?? '';
      expect(text).toMatch(/"firstUsedAt":\d+,/);
      fixture.documents.files.set('bots', text.replace(/"firstUsedAt":\d+,/g, ''));
    });
    expect(grantOf(fixture)).toMatchObject({ firstUsedAt: null, uses: 1 });
    const again = fixture.connect();
    await again.authenticate(bot.keys);
    await again.request('getAccessTokenForUser', { user: ALICE });
    expect(grantOf(fixture)).toMatchObject({ firstUsedAt: null, uses: 2 });
  });
});
