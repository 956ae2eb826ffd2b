import { afterEach, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../../../support/fake-time.ts';
import { ALICE } from '../../../../support/people.ts';
import { offline } from '../../../../support/twitch-replies.ts';
import { vaultFixtureWithAlice } from '../../../../support/vault-fixture.ts';

const zone = process.env.TZ;
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

it('a journey through time zones renews nothing and skips nothing, but tells times as on the wall', async () => {
  process.env.TZ = 'UTC';
  const fixture = await vaultFixtureWithAlice();
  await fixture.time.pass(10 * MINUTE);
  const before = fixture.twitch.requests.length;
  process.env.TZ = 'Asia/Tokyo';
  fixture.vault.resume();
  await fixture.time.pass(10 * MINUTE);
  expect(fixture.twitch.count('refresh')).toBe(0);
  expect(fixture.twitch.requests.length - before).toBe(1); // the check that every waking brings

  for (const kind of ['refresh', 'validate'] as const) fixture.twitch.always(kind, offline);
  await fixture.time.pass(HOUR);
  expect(fixture.account(ALICE).stateText).toMatch(/Twitch unreachable since 22:\d\d$/);
  process.env.TZ = 'UTC';
  expect(fixture.account(ALICE).stateText).toMatch(/Twitch unreachable since 13:\d\d$/);
});
