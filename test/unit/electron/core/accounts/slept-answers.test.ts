import { expect, it } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../../../support/fake-time.ts';
import { ALICE } from '../../../../support/people.ts';
import { sha256 } from '../../../../support/sha256.ts';
import { resultOf } from '../../../../support/test-bot.ts';
import { neverArrived, offline } from '../../../../support/twitch-replies.ts';
import { pairBot, type VaultFixture, vaultFixtureWithAlice } from '../../../../support/vault-fixture.ts';

/** Twitch has answered, and the computer sleeps before that is read. */
async function sleepOver(fixture: VaultFixture, kind: 'refresh' | 'validate', begin: () => void) {
  const release = fixture.twitch.hold(kind);
  begin();
  await fixture.time.pass(1);
  fixture.time.sleep(3 * HOUR);
  release();
  await fixture.time.settle();
}

const refresh = ({ vault }: VaultFixture) => vault.actions['account.refresh'].run({ userId: ALICE });

it('a validation that was slept over doesn’t lengthen the token’s life', async () => {
  const fixture = await vaultFixtureWithAlice();
  const { expiresAt } = fixture.account(ALICE);
  await sleepOver(fixture, 'validate', () => fixture.vault.resume());
  expect(fixture.twitch.count('validate')).toBeGreaterThan(0);
  expect(Math.abs((fixture.account(ALICE).expiresAt ?? 0) - (expiresAt ?? 0))).toBeLessThan(MINUTE);
});

it('a renewal that was slept over is known to end when Twitch ends it', async () => {
  const fixture = await vaultFixtureWithAlice();
  const made = fixture.time.now();
  await sleepOver(fixture, 'refresh', () => void refresh(fixture));
  expect(fixture.account(ALICE).expiresAt).toBe(made + 4 * HOUR);
});

it('a token that ran out while the computer slept over the question isn’t taken for ended before its time', async () => {
  const fixture = await vaultFixtureWithAlice();
  fixture.twitch.next('refresh', neverArrived);
  fixture.twitch.next('validate', offline);
  await refresh(fixture);
  await fixture.time.pass(MINUTE);
  fixture.twitch.next('validate', (real) => {
    fixture.time.sleep(5 * HOUR);
    return real();
  });
  await refresh(fixture);
  await fixture.time.pass(MINUTE);
  expect(fixture.account(ALICE)).toMatchObject({ state: 'ok', tryAnyway: null });
  expect(fixture.twitch.state.reused).toEqual([]);
});

it('a token asked about in the last second of its life ends then, and doesn’t hold for ever', async () => {
  const fixture = await vaultFixtureWithAlice();
  const bot = await pairBot(fixture);
  const token = resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }));
  const ends = fixture.account(ALICE).expiresAt ?? 0;
  fixture.time.sleep(ends - fixture.time.now() - SECOND / 2);
  const rejected = sha256(token?.accessToken ?? '');
  const release = fixture.twitch.hold('refresh');
  void bot.request('refreshAccessTokenForUser', { user: ALICE, rejected });
  await fixture.time.settle();
  expect(fixture.twitch.requests.at(-1)).toMatchObject({ kind: 'validate', status: 200 });
  expect(fixture.account(ALICE).expiresAt).toBe(ends);
  release();
});
