import { afterEach, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../support/fake-time.ts';
import { offline } from '../support/twitch-replies.ts';
import { ALICE, worldWithAlice } from '../support/vault-fixture.ts';

const zone = process.env.TZ;
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

it('a journey through time zones renews nothing and skips nothing, but tells times as on the wall', async () => {
  process.env.TZ = 'UTC';
  const world = await worldWithAlice();
  await world.time.pass(10 * MINUTE);
  const before = world.twitch.requests.length;
  process.env.TZ = 'Asia/Tokyo';
  world.vault.resume();
  await world.time.pass(10 * MINUTE);
  expect(world.twitch.count('refresh')).toBe(0);
  expect(world.twitch.requests.length - before).toBe(1); // the check that every waking brings

  for (const kind of ['refresh', 'validate'] as const) world.twitch.always(kind, offline);
  await world.time.pass(HOUR);
  expect(world.account(ALICE).stateText).toMatch(/Twitch unreachable since 22:\d\d$/);
  process.env.TZ = 'UTC';
  expect(world.account(ALICE).stateText).toMatch(/Twitch unreachable since 13:\d\d$/);
});
