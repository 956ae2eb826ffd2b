import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../../../support/fake-time.ts';
import { flatAccounts } from '../../../../support/flat-accounts.ts';
import { ALICE, BOB } from '../../../../support/people.ts';
import { sha256 } from '../../../../support/sha256.ts';
import { answers, no, offline, text } from '../../../../support/twitch-replies.ts';
import {
  type PairedBot,
  pairBot,
  signInAs,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

const harmless = [offline, answers(no(503, 'x')), answers(text(502, '<html>')), answers(no(429, 'x'))];
const user = fc.constantFrom(ALICE, BOB);
type Step = (fixture: VaultFixture, bot: PairedBot) => void | Promise<void>;

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
    (fixture, bot) => {
      const token =
        [...fixture.twitch.state.access].filter(([, row]) => row.userId === who).at(-1)?.[0] ?? '';
      void bot.request('refreshAccessTokenForUser', { user: who, rejected: sha256(token) });
    },
  ]),
  user.map((who): [string, Step] => ['kill', (fixture) => fixture.twitch.kill('access', who)]),
  user.map((who): [string, Step] => [
    'click',
    (fixture) => void fixture.vault.actions['account.refresh'].run({ userId: who }),
  ]),
  fc
    .constantFrom(...harmless)
    .map((fault): [string, Step] => ['fault', (fixture) => fixture.twitch.next('refresh', fault)]),
  fc
    .constantFrom(...harmless)
    .map((fault): [string, Step] => ['doubt', (fixture) => fixture.twitch.next('validate', fault)]),
  fc
    .integer({ min: 0, max: 3 * HOUR })
    .map((ms): [string, Step] => ['pass', (fixture) => fixture.time.pass(ms)]),
  fc
    .integer({ min: 0, max: 30 * SECOND })
    .map((ms): [string, Step] => ['wait', (fixture) => fixture.time.pass(ms)]),
  fc.integer({ min: 0, max: 48 * HOUR }).map((ms): [string, Step] => [
    'sleep',
    (fixture) => {
      fixture.time.sleep(ms);
      fixture.vault.resume();
    },
  ]),
  fc
    .integer({ min: -HOUR, max: HOUR })
    .map((ms): [string, Step] => ['set clock', (fixture) => fixture.time.setClockBy(ms)]),
  fc
    .boolean()
    .map((full): [string, Step] => ['disk', (fixture) => fixture.accounts.failWith(full ? 'refuse' : null)]),
);

/** What Castkey leaves alone was never used, so her click brings it back. */
async function tryAnyway(fixture: VaultFixture): Promise<void> {
  for (const { userId, tryAnyway } of flatAccounts(fixture.view()))
    if (tryAnyway !== null) await fixture.vault.actions['account.tryAnyway'].run({ userId });
}

it('whatever happens in whatever order, no login is lost and no one-time token is sent twice', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const fixture = await vaultFixtureWithAlice();
      await signInAs(fixture, BOB);
      const bot = await pairBot(fixture, [{ user: ALICE }, { user: BOB }]);
      for (const [, run] of steps) await run(fixture, bot);
      fixture.accounts.fault = null;
      await fixture.time.pass(90 * MINUTE);
      // Only where an access token seems to have ended early, Castkey can't know that its refresh token is still good.
      const wasEnded = steps.some(([name]) => name === 'kill' || name === 'set clock');
      if (!wasEnded) expect(flatAccounts(fixture.view()).map((one) => one.tryAnyway)).toEqual([null, null]);
      fixture.twitch.clearFaults();
      await tryAnyway(fixture);
      expect(fixture.twitch.state.reused).toEqual([]);
      expect(flatAccounts(fixture.view()).map(({ state, saved }) => [state, saved])).toEqual([
        ['ok', true],
        ['ok', true],
      ]);
      await fixture.vault.stop();
    }),
    { numRuns: 60 },
  );
}, 60_000);
