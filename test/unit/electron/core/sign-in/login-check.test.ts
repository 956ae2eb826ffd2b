import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../../../support/fake-time.ts';
import { pictureOf } from '../../../../support/fake-windows.ts';
import { ALICE, BOB } from '../../../../support/people.ts';
import { reasonOf, resultOf } from '../../../../support/test-bot.ts';
import {
  openVaultFixture,
  type PairedBot,
  pairBot,
  signInAs,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

const wants = (bot: PairedBot, scope: string, timeoutMs = 120_000) =>
  bot.request('getAccessTokenForUser', { user: ALICE, scopeSets: [[scope]], timeoutMs });
const refreshOnDisk = (fixture: VaultFixture): string =>
  fixture.accounts.files.get([...fixture.accounts.files.keys()][0] ?? '') ?? '';

async function consenting() {
  const fixture = await vaultFixtureWithAlice(['chat:read', 'bits:read']);
  const bot = await pairBot(fixture);
  const asked = wants(bot, 'chat:edit');
  await fixture.time.settle();
  return { fixture, bot, asked };
}

describe('what a sign-in brings', () => {
  it('has the union of granted and missing scopes: consent never narrows', async () => {
    const { fixture, asked } = await consenting();
    expect(fixture.twitch.newestDevice().scopes).toEqual(['chat:read', 'bits:read', 'chat:edit']);
    fixture.twitch.decide(ALICE);
    await fixture.time.pass(5 * SECOND);
    expect(resultOf(await asked)?.scope).toEqual(['chat:read', 'bits:read', 'chat:edit']);
  });

  it('counts as confirmed by Twitch at that moment', async () => {
    const fixture = await openVaultFixture();
    await signInAs(fixture, BOB, ['bits:read']);
    const { validatedAt, obtainedAt } = fixture.account(BOB);
    expect(validatedAt).toBe(obtainedAt);
  });

  it('of the wrong account is refused; nothing is stored and nobody else’s login touched', async () => {
    const { fixture, asked } = await consenting();
    const before = refreshOnDisk(fixture);
    fixture.twitch.decide(BOB);
    await fixture.time.pass(5 * SECOND);
    const answer = await asked;
    expect(reasonOf(answer)).toBe('wrong-account');
    expect(fixture.view().accounts.map(({ login }) => login)).toEqual(['alice']);
    expect(refreshOnDisk(fixture)).toBe(before);
    expect([...fixture.twitch.state.access.values()].map(({ userId, dead }) => [userId, dead])).toEqual([
      [ALICE, false],
      [BOB, true],
    ]);
    expect(fixture.signIn.current).toMatchObject({
      stage: 'failed',
      problem: expect.stringContaining('bob'),
    });
  });

  it('of the wrong account that is here as well leaves that one alone, too', async () => {
    const fixture = await vaultFixtureWithAlice();
    await signInAs(fixture, BOB, ['bits:read']);
    const bot = await pairBot(fixture);
    const asked = wants(bot, 'chat:edit');
    await fixture.time.settle();
    fixture.twitch.decide(BOB);
    await fixture.time.pass(5 * SECOND);
    expect(reasonOf(await asked)).toBe('wrong-account');
    expect(fixture.account(BOB).scopes).toEqual(['bits:read']);
    expect(fixture.twitch.count('revoke')).toBe(0);
  });

  it('with fewer scopes than the account has is refused and the old login kept', async () => {
    const { fixture, asked } = await consenting();
    const before = refreshOnDisk(fixture);
    fixture.twitch.decide(ALICE, ['chat:read', 'chat:edit']);
    await fixture.time.pass(5 * SECOND);
    expect(await asked).toMatchObject({ data: { code: 'scope-missing', missing: ['bits:read'] } });
    expect([fixture.account(ALICE).scopes, refreshOnDisk(fixture)]).toEqual([
      ['chat:read', 'bits:read'],
      before,
    ]);
  });

  it('without the scope that was wanted is kept, and the bot told what is missing', async () => {
    const { fixture, asked } = await consenting();
    fixture.twitch.decide(ALICE, ['chat:read', 'bits:read']);
    await fixture.time.pass(5 * SECOND);
    expect(await asked).toMatchObject({ data: { code: 'scope-missing', missing: ['chat:edit'] } });
    expect(fixture.account(ALICE)).toMatchObject({ scopes: ['chat:read', 'bits:read'], state: 'ok' });
  });

  it('for a lost login makes it good again', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.twitch.kill('access', ALICE);
    fixture.twitch.kill('refresh', ALICE);
    await fixture.vault.actions['account.refresh'].run({ userId: ALICE });
    expect(fixture.account(ALICE).state).toBe('needs-sign-in');
    await fixture.vault.actions['account.signIn'].run({ userId: ALICE });
    await fixture.time.settle();
    fixture.twitch.decide(ALICE);
    await fixture.time.pass(5 * SECOND);
    expect(fixture.account(ALICE)).toMatchObject({ state: 'ok', advice: '' });
  });

  it('for an account that is here already, signed in as a new one, asks once more rather than lose scopes', async () => {
    const fixture = await vaultFixtureWithAlice(['chat:read', 'bits:read']);
    await fixture.vault.actions['account.signIn'].run({ scopes: ['chat:edit'] });
    await fixture.time.settle();
    fixture.twitch.decide(ALICE);
    await fixture.time.pass(5 * SECOND);
    expect(fixture.signIn.current).toMatchObject({
      expected: { userId: ALICE },
      problem: expect.stringMatching(/already here/),
    });
    expect(fixture.twitch.newestDevice().scopes).toEqual(['chat:read', 'bits:read', 'chat:edit']);
    fixture.twitch.decide(ALICE);
    await fixture.time.pass(5 * SECOND);
    expect(fixture.account(ALICE).scopes).toEqual(['chat:read', 'bits:read', 'chat:edit']);
    expect(fixture.view().accounts).toHaveLength(1);
  });

  it('for an account that is here already, with all it had, is taken at once', async () => {
    const fixture = await vaultFixtureWithAlice();
    await signInAs(fixture, ALICE, ['chat:read', 'chat:edit']);
    expect(fixture.account(ALICE).scopes).toEqual(['chat:read', 'chat:edit']);
    expect(fixture.signIn.current).toBeNull();
  });

  it('from another application than Castkey’s is not kept', async () => {
    const fixture = await openVaultFixture();
    await fixture.vault.actions['account.signIn'].run({});
    await fixture.time.settle();
    const row = fixture.twitch.newestDevice();
    row.state = { clientId: 'someoneelse', userId: ALICE, scopes: [] };
    await fixture.time.pass(5 * SECOND);
    expect(fixture.view().accounts).toEqual([]);
    expect(fixture.signIn.current?.problem).toMatch(/another application/);
  });
});

describe('several bots that want consent for one account', () => {
  it('share one window and one consent, with a new code for the wider scopes', async () => {
    const { fixture, asked } = await consenting();
    const first = fixture.signIn.current?.userCode;
    const two = await pairBot(fixture, undefined, 'always', 'two');
    const also = wants(two, 'user:read:chat');
    await fixture.time.settle();
    expect(fixture.signIn.current).toMatchObject({
      bots: ['bot', 'two'],
      newScopes: ['chat:edit', 'user:read:chat'],
    });
    expect(fixture.signIn.current?.userCode).not.toBe(first);
    fixture.twitch.decide(ALICE);
    await fixture.time.pass(5 * SECOND);
    const scope = ['chat:read', 'bits:read', 'chat:edit', 'user:read:chat'];
    expect([resultOf(await asked)?.scope, resultOf(await also)?.scope]).toEqual([scope, scope]);
    expect(fixture.view().bots.map(({ grants }) => grants[0]?.scopes)).toEqual([
      ['chat:read', 'chat:edit'],
      ['chat:read', 'user:read:chat'],
    ]);
  });

  it('keep the code when the second wants nothing new', async () => {
    const { fixture } = await consenting();
    const first = fixture.signIn.current?.userCode;
    const two = await pairBot(fixture, undefined, 'always', 'two');
    void wants(two, 'chat:edit');
    await fixture.time.settle();
    expect(fixture.signIn.current).toMatchObject({ userCode: first, bots: ['bot', 'two'] });
  });

  it('for different accounts get one window after the other', async () => {
    const fixture = await vaultFixtureWithAlice();
    await signInAs(fixture, BOB);
    const bot = await pairBot(fixture, [{ user: ALICE }, { user: BOB }]);
    const asked = [ALICE, BOB].map((user) =>
      bot.request('getAccessTokenForUser', { user, scopeSets: [['chat:edit']] }),
    );
    for (const user of [ALICE, BOB]) {
      await fixture.time.settle();
      expect(fixture.signIn.current?.expected?.userId).toBe(user);
      fixture.twitch.decide(user);
      await fixture.time.pass(5 * SECOND);
    }
    expect((await Promise.all(asked)).map((answer) => resultOf(answer)?.userId)).toEqual([ALICE, BOB]);
    expect(fixture.signIn.current).toBeNull();
  });
});

describe('a bot that waits for consent', () => {
  it.each([
    [
      'cancelled',
      'consent-denied',
      (fixture: VaultFixture) =>
        fixture.vault.actions['signIn.cancel'].run({ id: fixture.signIn.current?.id ?? '' }),
    ],
    ['closed', 'consent-denied', (fixture: VaultFixture) => fixture.vault.signIn.closed()],
    ['declined at Twitch', 'consent-denied', (fixture: VaultFixture) => fixture.twitch.decide('deny')],
  ] as const)('hears why not when the window is %s', async (_name, code, act) => {
    const { fixture, asked } = await consenting();
    act(fixture);
    await fixture.time.pass(2 * MINUTE);
    expect(reasonOf(await asked)).toBe(code);
    expect([fixture.signIn.current, fixture.signIn.page]).toEqual([null, null]);
  });

  it('waits no longer than it said, and at most 10 minutes', async () => {
    const { fixture, bot } = await consenting();
    fixture.vault.signIn.closed();
    const [brief, long] = [wants(bot, 'chat:edit', 3_000), wants(bot, 'chat:edit', 99_999_999)];
    await fixture.time.pass(3 * SECOND);
    expect(reasonOf(await brief)).toBe('consent-timeout');
    expect(fixture.signIn.current).not.toBeNull();
    await fixture.time.pass(10 * MINUTE);
    expect(reasonOf(await long)).toBe('consent-timeout');
  });

  it('and goes away closes the window', async () => {
    const { fixture, bot } = await consenting();
    bot.hangUp();
    await fixture.time.settle();
    expect(fixture.signIn.current).toBeNull();
    await fixture.time.pass(MINUTE);
    expect(fixture.twitch.count('poll')).toBe(0);
  });

  it('and goes away while the approval is being written opens no window', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture, []);
    void wants(bot, 'chat:edit');
    await fixture.time.pass(1_500);
    const disk = fixture.documents.hold();
    fixture.vault.actions['approval.decide'].run({ ...pictureOf(fixture.approval), decision: 'always' });
    await fixture.time.settle();
    bot.hangUp();
    disk();
    await fixture.time.settle();
    expect(fixture.signIn.shown.some(({ bots }) => bots.length > 0)).toBe(false);
    expect(fixture.signIn.current).toBeNull();
  });
});
