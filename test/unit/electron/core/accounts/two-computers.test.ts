import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exported, otherVaultFixture, restored } from '../../../../support/backup-fixture.ts';
import { HOUR, MINUTE, SECOND } from '../../../../support/fake-time.ts';
import { ALICE } from '../../../../support/people.ts';
import { answers, lostAnswer, neverArrived, no, offline } from '../../../../support/twitch-replies.ts';
import { signInAs, type VaultFixture, vaultFixtureWithAlice } from '../../../../support/vault-fixture.ts';

/** The old computer, still running, and the new one, with one login of a public application. */
interface Computers {
  old: VaultFixture;
  new: VaultFixture;
}

async function moved(): Promise<Computers> {
  const old = await vaultFixtureWithAlice();
  const file = await exported(old);
  const fresh = await otherVaultFixture(old);
  await restored(fresh, file);
  return { old, new: fresh };
}

/** Time passes on both, in small steps, so that neither is always first. */
async function pass(computers: Computers, ms: number): Promise<void> {
  const step = 20 * MINUTE;
  for (let left = ms; left > 0; left -= step) {
    await computers.old.time.pass(Math.min(step, left));
    await computers.new.time.pass(Math.min(step, left));
  }
}

const click = (fixture: VaultFixture) => fixture.vault.actions['account.refresh'].run({ userId: ALICE });

describe('a login restored on a second computer while the first goes on', () => {
  it('is the second’s; the first notices, and never ends it', async () => {
    const computers = await moved();
    await pass(computers, 26 * HOUR);
    expect(computers.new.account(ALICE).state).toBe('ok');
    expect(computers.old.account(ALICE)).toMatchObject({
      state: 'needs-sign-in',
      stateText: 'used on another computer, or disconnected at Twitch',
    });
    expect(computers.old.twitch.state.reused).toEqual([]);
  });

  it('is ended only by her own “Try anyway” on the first, which says so', async () => {
    const computers = await moved();
    await pass(computers, 2 * HOUR);
    expect(computers.old.account(ALICE).tryAnyway).toMatch(/signs this account out of every Castkey/);
    await computers.old.vault.actions['account.tryAnyway'].run({ userId: ALICE });
    expect(computers.old.twitch.state.reused).toHaveLength(1);
    await pass(computers, 2 * HOUR);
    expect(computers.new.account(ALICE).state).toBe('needs-sign-in');
  });

  it('that was signed in to anew on the second is safe from the first, too', async () => {
    const old = await vaultFixtureWithAlice();
    const file = await exported(old);
    await click(old); // so that what the backup holds has been used
    const computers = { old, new: await otherVaultFixture(old) };
    await restored(computers.new, file);
    expect(computers.new.account(ALICE).state).toBe('needs-sign-in');
    await signInAs(computers.new, ALICE);
    // An answer to the first is lost at the worst time: it can't tell whether its login was renewed.
    old.twitch.next('refresh', lostAnswer);
    old.time.sleep(5 * HOUR);
    await pass(computers, 26 * HOUR);
    expect(old.twitch.state.reused).toEqual([]);
    expect(computers.new.account(ALICE).state).toBe('ok');
  });
});

type Step = (computers: Computers) => Promise<unknown>;
const where = fc.constantFrom<'old' | 'new'>('old', 'new');
const step: fc.Arbitrary<[string, Step]> = fc.oneof(
  fc
    .integer({ min: SECOND, max: 3 * HOUR })
    .map((ms): [string, Step] => ['pass', (computers) => pass(computers, ms)]),
  where.map((side): [string, Step] => [`click ${side}`, (computers) => click(computers[side])]),
  where.map((side): [string, Step] => [`restart ${side}`, (computers) => computers[side].restart()]),
  where.map((side): [string, Step] => [
    `resume ${side}`,
    async (computers) => computers[side].vault.resume(),
  ]),
  fc
    .integer({ min: HOUR, max: 40 * HOUR })
    .map((ms): [string, Step] => ['sleep old', async ({ old }) => old.time.sleep(ms)]),
  fc
    .constantFrom(offline, neverArrived, answers(no(503, 'x')), answers(no(429, 'x')))
    .map((fault): [string, Step] => ['fault', async ({ old }) => old.twitch.next('refresh', fault)]),
  fc
    .constantFrom(offline, answers(no(503, 'x')))
    .map((fault): [string, Step] => ['doubt', async ({ old }) => old.twitch.next('validate', fault)]),
);

it('whatever two computers with one login do, no used refresh token is sent, and the newer keeps its login', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 7 }), async (steps) => {
      const computers = await moved();
      for (const [, run] of steps) await run(computers);
      await pass(computers, 3 * HOUR);
      expect(computers.old.twitch.state.reused).toEqual([]);
      computers.old.twitch.clearFaults();
      const { tryAnyway } = computers.new.account(ALICE);
      // Nobody else has used it, so her click is all that it takes where an answer was lost.
      if (tryAnyway !== null) await computers.new.vault.actions['account.tryAnyway'].run({ userId: ALICE });
      expect(computers.old.twitch.state.reused).toEqual([]);
      expect(computers.new.account(ALICE).state).toBe('ok');
      await computers.old.vault.stop();
      await computers.new.vault.stop();
    }),
    { numRuns: 8 },
  );
}, 60_000);
