import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sha256 } from '../fakes/bot.ts';
import { HOUR, MINUTE, SECOND } from '../fakes/clock.ts';
import { answers, no, offline, text } from '../fakes/replies.ts';
import { ALICE, BOB, type PairedBot, pairBot, signInAs, type World, worldWithAlice } from '../fakes/world.ts';

const harmless = [offline, answers(no(503, 'x')), answers(text(502, '<html>')), answers(no(429, 'x'))];
const user = fc.constantFrom(ALICE, BOB);
type Step = (world: World, bot: PairedBot) => void | Promise<void>;

/** What can happen in a day of streaming, none of it a reason to lose a login. */
const step: fc.Arbitrary<[string, Step]> = fc.oneof(
  user.map((who): [string, Step] => [
    'get',
    (_world, bot) => void bot.request('getAccessTokenForUser', { user: who }),
  ]),
  user.map((who): [string, Step] => [
    'force',
    (_world, bot) => void bot.request('refreshAccessTokenForUser', { user: who }),
  ]),
  user.map((who): [string, Step] => [
    'reject',
    (world, bot) => {
      const token = [...world.twitch.ledger.access].filter(([, row]) => row.userId === who).at(-1)?.[0] ?? '';
      void bot.request('refreshAccessTokenForUser', { user: who, rejected: sha256(token) });
    },
  ]),
  user.map((who): [string, Step] => ['kill', (world) => world.twitch.kill('access', who)]),
  user.map((who): [string, Step] => [
    'click',
    (world) => void world.vault.actions['account.refresh'].run({ userId: who }),
  ]),
  fc
    .constantFrom(...harmless)
    .map((fault): [string, Step] => ['fault', (world) => world.twitch.next('refresh', fault)]),
  fc
    .constantFrom(...harmless)
    .map((fault): [string, Step] => ['doubt', (world) => world.twitch.next('validate', fault)]),
  fc.integer({ min: 0, max: 3 * HOUR }).map((ms): [string, Step] => ['pass', (world) => world.time.pass(ms)]),
  fc
    .integer({ min: 0, max: 30 * SECOND })
    .map((ms): [string, Step] => ['wait', (world) => world.time.pass(ms)]),
  fc.integer({ min: 0, max: 48 * HOUR }).map((ms): [string, Step] => [
    'sleep',
    (world) => {
      world.time.sleep(ms);
      world.vault.resume();
    },
  ]),
  fc
    .integer({ min: -HOUR, max: HOUR })
    .map((ms): [string, Step] => ['set clock', (world) => world.time.setClockBy(ms)]),
  fc
    .boolean()
    .map((full): [string, Step] => ['disk', (world) => world.accounts.failWith(full ? 'refuse' : null)]),
);

/** Refresh tokens that Twitch was sent again though it had renewed them already. */
function reused(world: World): number {
  const refreshes = world.twitch.requests.filter(({ kind }) => kind === 'refresh');
  return refreshes.filter(({ status }) => status === 400).length;
}

it('whatever happens in whatever order, no login is lost and no one-time token is sent twice', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const world = await worldWithAlice();
      await signInAs(world, BOB);
      const bot = await pairBot(world, [{ user: ALICE }, { user: BOB }]);
      for (const [, run] of steps) await run(world, bot);
      world.accounts.fault = null;
      await world.time.pass(90 * MINUTE);
      expect(reused(world)).toBe(0);
      expect(world.view().accounts.map(({ state, saved }) => [state, saved])).toEqual([
        ['ok', true],
        ['ok', true],
      ]);
      await world.vault.stop();
    }),
    { numRuns: 60 },
  );
}, 60_000);
