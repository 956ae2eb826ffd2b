import { describe, expect, it } from 'vitest';
import { resultOf, sha256 } from '../fakes/bot.ts';
import { HOUR } from '../fakes/clock.ts';
import { ALICE, BOB, pairBot, signInAs, worldWithAlice } from '../fakes/world.ts';

describe('many who want a token at once', () => {
  it('share one refresh: 1,000 gets, refreshes, validations and clicks', async () => {
    const world = await worldWithAlice();
    const [one, two] = [await pairBot(world), await pairBot(world, undefined, 'always', 'second')];
    const old = resultOf(await one.request('getAccessTokenForUser', { user: ALICE }));
    const rejected = sha256(old?.accessToken ?? '');
    world.time.sleep(5 * HOUR);
    const answers = Array.from({ length: 200 }, (_, index) => {
      const bot = index % 2 === 0 ? one : two;
      void world.vault.actions['account.refresh'].run({ userId: ALICE });
      world.vault.resume();
      return [
        bot.request('getAccessTokenForUser', { user: ALICE }),
        bot.request(
          'refreshAccessTokenForUser',
          index % 3 === 0 ? { user: ALICE } : { user: ALICE, rejected },
        ),
      ];
    }).flat();
    await world.time.pass(1_000);
    const tokens = (await Promise.all(answers)).map((answer) => resultOf(answer)?.accessToken);
    expect(tokens.length).toBe(400);
    expect(new Set(tokens).size).toBe(1);
    expect(tokens[0]).not.toBe(old?.accessToken);
    expect(world.twitch.count('refresh')).toBe(1);
  });

  it('share it while the disk is slow, too', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world);
    world.time.sleep(5 * HOUR);
    const release = world.accounts.hold();
    const early = bot.request('getAccessTokenForUser', { user: ALICE });
    await world.time.settle();
    const late = bot.request('refreshAccessTokenForUser', { user: ALICE });
    await world.time.settle();
    release();
    expect(resultOf(await early)?.accessToken).toBe(resultOf(await late).accessToken);
    expect(world.twitch.count('refresh')).toBe(1);
  });

  it('wait only for their own account', async () => {
    const world = await worldWithAlice();
    await signInAs(world, BOB);
    const bot = await pairBot(world, [{ user: ALICE }, { user: BOB }]);
    world.time.sleep(5 * HOUR);
    await bot.request('getAccessTokenForUser', { user: BOB });
    expect(world.twitch.count('refresh')).toBe(1);
    await bot.request('getAccessTokenForUser', { user: ALICE });
    expect(world.twitch.count('refresh')).toBe(2);
  });
});
