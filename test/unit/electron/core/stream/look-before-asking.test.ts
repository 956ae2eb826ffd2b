import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../../../support/fake-time.ts';
import { ALICE, BOB } from '../../../../support/people.ts';
import { reasonOf, resultOf } from '../../../../support/test-bot.ts';
import { answers, no, offline } from '../../../../support/twitch-replies.ts';
import {
  click,
  pairBot,
  signInAs,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

const looks = (fixture: VaultFixture): number => fixture.twitch.count('streams');

/** A bot that may use nothing yet, paired long enough ago that nothing is known of the stream any more. */
async function paired(wants: Parameters<typeof pairBot>[1] = []) {
  const fixture = await vaultFixtureWithAlice();
  await signInAs(fixture, BOB);
  const bot = await pairBot(fixture, wants);
  await fixture.time.pass(3 * MINUTE);
  return { fixture, bot, before: looks(fixture) };
}

describe('before a question opens a window', () => {
  it('Twitch is asked once whether she is live, and a live streamer gets a notification', async () => {
    const { fixture, bot, before } = await paired();
    fixture.twitch.state.live.add(ALICE);
    const asked = bot.request('getAccessTokenForUser', { user: BOB, timeoutMs: 60_000 });
    await fixture.time.settle();
    expect(looks(fixture)).toBe(before + 1);
    expect(fixture.approval.current).toBeNull();
    expect(fixture.view().questions).toEqual([{ kind: 'approval', bot: 'bot' }]);
    await fixture.time.pass(60_000);
    expect(await asked).toMatchObject({
      data: { code: 'approval-timeout', hint: expect.stringContaining('is live') },
    });
  });

  it('of a sign-in likewise', async () => {
    const { fixture, bot, before } = await paired([{ user: ALICE, scopes: [['chat:read']] }]);
    fixture.twitch.state.live.add(ALICE);
    const shown = fixture.signIn.shown.length;
    void bot.request('getAccessTokenForUser', { user: ALICE, scopeSets: [['bits:read']] });
    await fixture.time.settle();
    expect(looks(fixture)).toBe(before + 1);
    expect(fixture.signIn.shown).toHaveLength(shown);
    expect(fixture.view().questions).toEqual([{ kind: 'sign-in', bot: 'bot' }]);
  });

  it('she gets the window when she isn’t, and what Twitch said counts for two minutes', async () => {
    const { fixture, bot, before } = await paired();
    for (const [user, passed] of [
      [ALICE, 0],
      [BOB, 1.5 * MINUTE],
      [ALICE, 1.5 * MINUTE],
    ] as const) {
      await fixture.time.pass(passed);
      const asked = bot.request('getAccessTokenForUser', { user });
      await click(fixture, 'once');
      expect(resultOf(await asked)).toMatchObject({ userId: user });
    }
    expect(looks(fixture)).toBe(before + 2);
  });

  it('questions that come together share one look, which they wait 1.5 s for', async () => {
    const { fixture, bot, before } = await paired();
    const answer = fixture.twitch.hold('streams');
    const asked = [ALICE, BOB].map((user) => bot.request('getAccessTokenForUser', { user }));
    await fixture.time.pass(1_499);
    expect([looks(fixture), fixture.approval.current]).toEqual([before + 1, null]);
    await fixture.time.pass(1);
    expect(fixture.approval.current).toMatchObject({ claimedName: 'bot', waiting: 1 });
    answer();
    for (const one of asked) {
      await click(fixture, 'once');
      expect(resultOf(await one)).toMatchObject({ accessToken: expect.any(String) });
    }
    expect(looks(fixture)).toBe(before + 1);
  });

  it.each([
    ['Twitch is out of reach', offline],
    ['no token is taken', answers(no(401, 'Invalid OAuth token'))],
  ])('she gets the window while %s', async (_why, fault) => {
    const { fixture, bot } = await paired();
    fixture.twitch.always('streams', fault);
    void bot.request('getAccessTokenForUser', { user: BOB });
    await fixture.time.settle();
    expect(fixture.approval.current).toMatchObject({ claimedName: 'bot' });
  });

  it('the time it takes counts as time the bot waits', async () => {
    const { fixture, bot } = await paired();
    fixture.twitch.hold('streams');
    const asked = bot.request('getAccessTokenForUser', { user: BOB, timeoutMs: 10_000 });
    await fixture.time.pass(10_000);
    expect(reasonOf(await asked)).toBe('approval-timeout');
  });
});

describe('while Twitch is asked', () => {
  it('a bot that hangs up leaves no question', async () => {
    const { fixture, bot } = await paired();
    const answer = fixture.twitch.hold('streams');
    void bot.request('getAccessTokenForUser', { user: BOB });
    await fixture.time.settle();
    bot.hangUp();
    answer();
    await fixture.time.pass(2_000);
    expect(fixture.approval.shown).toHaveLength(1);
    expect(fixture.view().questions).toEqual([]);
  });

  it('locking withdraws the question', async () => {
    const { fixture, bot } = await paired();
    const answer = fixture.twitch.hold('streams');
    const asked = bot.request('getAccessTokenForUser', { user: BOB });
    await fixture.time.settle();
    await fixture.vault.actions['vault.lock'].run();
    answer();
    expect(reasonOf(await asked)).toBe('locked');
    expect(fixture.approval.current).toBeNull();
  });

  it('quitting ends a sign-in that would have come up', async () => {
    const { fixture, bot } = await paired([{ user: ALICE, scopes: [['chat:read']] }]);
    const answer = fixture.twitch.hold('streams');
    const shown = fixture.signIn.shown.length;
    void bot.request('getAccessTokenForUser', { user: ALICE, scopeSets: [['bits:read']] });
    await fixture.time.settle();
    const stopping = fixture.vault.stop();
    answer();
    await fixture.time.pass(2_000);
    await stopping;
    expect(fixture.signIn.shown).toHaveLength(shown);
  });
});

describe('nothing is asked of Twitch', () => {
  it('when she signs somebody in herself, or when the bot asks quietly', async () => {
    const { fixture, bot, before } = await paired();
    await fixture.vault.actions['account.signIn'].run({});
    expect(fixture.signIn.current).not.toBeNull(); // no waiting either
    fixture.vault.signIn.closed();
    void bot.request('getAccessTokenForUser', { user: BOB, interactive: 'notify' });
    await fixture.time.settle();
    expect(looks(fixture)).toBe(before);
  });

  it('for a question that needs no window', async () => {
    const { fixture, bot } = await paired();
    const asked = bot.request('getAccessTokenForUser', { user: BOB });
    await click(fixture, 'deny');
    await asked;
    await fixture.time.pass(3 * MINUTE);
    const before = looks(fixture);
    expect(reasonOf(await bot.request('getAccessTokenForUser', { user: BOB }))).toBe('denied');
    expect(looks(fixture)).toBe(before);
  });
});
