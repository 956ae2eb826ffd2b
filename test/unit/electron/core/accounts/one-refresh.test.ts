import { describe, expect, it } from 'vitest';
import { HOUR } from '../../../../support/fake-time.ts';
import { ALICE, BOB } from '../../../../support/people.ts';
import { sha256 } from '../../../../support/sha256.ts';
import { resultOf } from '../../../../support/test-bot.ts';
import { pairBot, signInAs, vaultFixtureWithAlice } from '../../../../support/vault-fixture.ts';

describe('many who want a token at once', () => {
  it('share one refresh: 1,000 gets, refreshes, validations and clicks', async () => {
    const fixture = await vaultFixtureWithAlice();
    const [one, two] = [await pairBot(fixture), await pairBot(fixture, undefined, 'always', 'second')];
    const old = resultOf(await one.request('getAccessTokenForUser', { user: ALICE }));
    const rejected = sha256(old?.accessToken ?? '');
    fixture.time.sleep(5 * HOUR);
    const answers = Array.from({ length: 200 }, (_, index) => {
      const bot = index % 2 === 0 ? one : two;
      void fixture.vault.actions['account.refresh'].run({ userId: ALICE });
      fixture.vault.resume();
      return [
        bot.request('getAccessTokenForUser', { user: ALICE }),
        bot.request(
          'refreshAccessTokenForUser',
          index % 3 === 0 ? { user: ALICE } : { user: ALICE, rejected },
        ),
      ];
    }).flat();
    await fixture.time.pass(1_000);
    const tokens = (await Promise.all(answers)).map((answer) => resultOf(answer)?.accessToken);
    expect(tokens.length).toBe(400);
    expect(new Set(tokens).size).toBe(1);
    expect(tokens[0]).not.toBe(old?.accessToken);
    expect(fixture.twitch.count('refresh')).toBe(1);
  });

  it('share it while the disk is slow, too', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    fixture.time.sleep(5 * HOUR);
    const release = fixture.accounts.hold();
    const early = bot.request('getAccessTokenForUser', { user: ALICE });
    await fixture.time.settle();
    const late = bot.request('refreshAccessTokenForUser', { user: ALICE });
    await fixture.time.settle();
    release();
    expect(resultOf(await early)?.accessToken).toBe(resultOf(await late).accessToken);
    expect(fixture.twitch.count('refresh')).toBe(1);
  });

  it('wait only for their own account', async () => {
    const fixture = await vaultFixtureWithAlice();
    await signInAs(fixture, BOB);
    const bot = await pairBot(fixture, [{ user: ALICE }, { user: BOB }]);
    fixture.time.sleep(5 * HOUR);
    await bot.request('getAccessTokenForUser', { user: BOB });
    expect(fixture.twitch.count('refresh')).toBe(1);
    await bot.request('getAccessTokenForUser', { user: ALICE });
    expect(fixture.twitch.count('refresh')).toBe(2);
  });
});
