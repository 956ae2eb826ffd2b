import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../../support/fake-time.ts';
import { ALICE, BOB } from '../../../../support/people.ts';
import { reasonOf, resultOf } from '../../../../support/test-bot.ts';
import {
  click,
  pairBot,
  signInAs,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

const token = { user: ALICE };
const grantsOf = (fixture: VaultFixture) => fixture.view().bots[0]?.grants ?? [];

async function strangerTo(scopes = ['chat:read']) {
  const fixture = await vaultFixtureWithAlice(scopes);
  const bot = await pairBot(fixture, []);
  return { fixture, bot };
}

describe('the first request outside a bot’s grants', () => {
  it('opens the approval window and shows the claim, the facts, the account and the scopes', async () => {
    const { fixture, bot } = await strangerTo();
    void bot.request('getAccessTokenForUser', { ...token, scopeSets: [['chat:edit', 'chat:read']] });
    await fixture.time.settle();
    expect(fixture.approval.current).toMatchObject({
      kind: 'grant',
      claimedName: 'bot',
      peer: { pid: 4321, program: '/usr/bin/node', script: '/home/s/bot.js', parent: 'bash' },
      wants: [{ intent: null, account: { userId: ALICE, login: 'alice' }, scopes: ['chat:read'] }],
      waiting: 0,
    });
    expect(fixture.vault.approvalView()).toEqual(fixture.approval.current);
    expect(bot.lines.some((line) => JSON.stringify(line).includes('alice'))).toBe(false);
  });

  it('with “always” is answered, and so is every later one', async () => {
    const { fixture, bot } = await strangerTo();
    const asked = bot.request('getAccessTokenForUser', token);
    await click(fixture, 'always');
    expect(resultOf(await asked)).toMatchObject({ userId: ALICE, refreshToken: null, version: 1 });
    expect(fixture.approval.current).toBeNull();
    expect(resultOf(await bot.request('getAccessTokenForUser', token))).not.toBeNull();
    expect(grantsOf(fixture)).toMatchObject([{ userId: ALICE, intent: null, login: 'alice', uses: 2 }]);
  });

  it('with “once” is answered, and the next one asks again', async () => {
    const { fixture, bot } = await strangerTo();
    const asked = bot.request('getAccessTokenForUser', token);
    await click(fixture, 'once');
    expect(resultOf(await asked)?.userId).toBe(ALICE);
    expect(reasonOf(await bot.request('getAccessTokenForUser', { ...token, interactive: 'never' }))).toBe(
      'denied',
    );
    expect(grantsOf(fixture)).toEqual([]);
  });

  it('with “deny” is refused, and so is an equal one for 10 minutes, without a window', async () => {
    const { fixture, bot } = await strangerTo();
    const asked = bot.request('getAccessTokenForUser', token);
    await click(fixture, 'deny');
    expect(reasonOf(await asked)).toBe('denied');
    await fixture.time.pass(599 * SECOND);
    const again = await bot.request('getAccessTokenForUser', token);
    expect(reasonOf(again)).toBe('denied');
    expect(fixture.approval.current).toBeNull();
    await fixture.time.pass(2 * SECOND);
    void bot.request('getAccessTokenForUser', token);
    await fixture.time.settle();
    expect(fixture.approval.current).not.toBeNull();
  });

  it('a denial does not stand for another account or another bot', async () => {
    const { fixture, bot } = await strangerTo();
    await signInAs(fixture, BOB);
    void bot.request('getAccessTokenForUser', token);
    await click(fixture, 'deny');
    void bot.request('getAccessTokenForUser', { user: BOB });
    await fixture.time.settle();
    expect(fixture.approval.current?.wants[0]?.account?.userId).toBe(BOB);
    await click(fixture, 'deny');
    const other = await pairBot(fixture, [], 'always', 'other');
    void other.request('getAccessTokenForUser', token);
    await fixture.time.settle();
    expect(fixture.approval.current?.claimedName).toBe('other');
  });

  it('that may not open a window is denied at once', async () => {
    const { fixture, bot } = await strangerTo();
    expect(reasonOf(await bot.request('getAccessTokenForUser', { ...token, interactive: 'never' }))).toBe(
      'denied',
    );
    expect(fixture.approval.shown.filter(({ kind }) => kind === 'grant')).toEqual([]);
  });

  it('may not open a sign-in window either when it may not ask', async () => {
    const { fixture, bot } = await strangerTo();
    void bot.request('getAccessTokenForUser', token);
    await click(fixture, 'always');
    const scopeSets = [['chat:edit'], ['bits:read']];
    const answer = await bot.request('getAccessTokenForUser', { ...token, scopeSets, interactive: 'never' });
    expect(answer).toMatchObject({ data: { code: 'scope-missing', missing: ['chat:edit', 'bits:read'] } });
    expect(fixture.signIn.current).toBeNull();
  });
});

describe('a bot that may use an account, but not ask for a scope the account has', () => {
  it('needs a yes for that scope, and only that one is asked', async () => {
    const fixture = await vaultFixtureWithAlice(['chat:read', 'channel:read:stream_key']);
    const bot = await pairBot(fixture);
    const scopeSets = [['chat:read'], ['channel:read:stream_key']];
    expect(
      reasonOf(await bot.request('getAccessTokenForUser', { ...token, scopeSets, interactive: 'never' })),
    ).toBe('denied');
    const asked = bot.request('getAccessTokenForUser', { ...token, scopeSets });
    await fixture.time.settle();
    expect(fixture.approval.current?.wants[0]?.scopes).toEqual(['channel:read:stream_key']);
    await click(fixture, 'always');
    expect(resultOf(await asked)?.scope).toEqual(['chat:read', 'channel:read:stream_key']);
    expect(grantsOf(fixture)).toMatchObject([{ scopes: ['chat:read', 'channel:read:stream_key'] }]);
  });

  it('gets one answer with “once”', async () => {
    const fixture = await vaultFixtureWithAlice(['chat:read', 'bits:read']);
    const bot = await pairBot(fixture);
    const scopeSets = [['bits:read']];
    const asked = bot.request('getAccessTokenForUser', { ...token, scopeSets });
    await click(fixture, 'once');
    expect(resultOf(await asked)).not.toBeNull();
    expect(
      reasonOf(await bot.request('getAccessTokenForUser', { ...token, scopeSets, interactive: 'never' })),
    ).toBe('denied');
    expect(resultOf(await bot.request('getAccessTokenForUser', token))).not.toBeNull();
  });
});

describe('consent', () => {
  it('of a known bot is one window, not two, and extends its grant', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    fixture.approval.shown.length = 0;
    const asked = bot.request('getAccessTokenForUser', { ...token, scopeSets: [['chat:edit']] });
    await fixture.time.settle();
    expect(fixture.signIn.current).toMatchObject({
      bots: ['bot'],
      expected: { userId: ALICE, login: 'alice' },
      newScopes: ['chat:edit'],
      grantedScopes: ['chat:read'],
    });
    fixture.twitch.decide(ALICE);
    await fixture.time.pass(5 * SECOND);
    expect(resultOf(await asked)?.scope).toEqual(['chat:read', 'chat:edit']);
    expect(fixture.approval.shown).toEqual([]);
    expect(grantsOf(fixture)).toMatchObject([{ scopes: ['chat:read', 'chat:edit'] }]);
    expect(fixture.signIn.current).toBeNull();
  });

  it('does not give the new scopes to bots that did not ask', async () => {
    const fixture = await vaultFixtureWithAlice();
    const [one, two] = [await pairBot(fixture), await pairBot(fixture, undefined, 'always', 'two')];
    void one.request('getAccessTokenForUser', { ...token, scopeSets: [['chat:edit']] });
    await fixture.time.settle();
    fixture.twitch.decide(ALICE);
    await fixture.time.pass(5 * SECOND);
    const scopeSets = [['chat:edit']];
    expect(
      reasonOf(await two.request('getAccessTokenForUser', { ...token, scopeSets, interactive: 'never' })),
    ).toBe('denied');
  });

  it('of a bot without any grant comes after the approval', async () => {
    const { fixture, bot } = await strangerTo();
    const asked = bot.request('getAccessTokenForUser', { ...token, scopeSets: [['chat:edit']] });
    await click(fixture, 'once');
    expect(fixture.signIn.current).not.toBeNull();
    fixture.twitch.decide(ALICE);
    await fixture.time.pass(5 * SECOND);
    expect(resultOf(await asked)?.scope).toContain('chat:edit');
    expect(grantsOf(fixture)).toEqual([]);
  });
});
