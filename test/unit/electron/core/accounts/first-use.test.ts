import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../../../support/fake-time.ts';
import { ALICE } from '../../../../support/people.ts';
import { reasonOf, resultOf } from '../../../../support/test-bot.ts';
import { offline } from '../../../../support/twitch-replies.ts';
import {
  type PairedBot,
  pairBot,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

const get = (bot: PairedBot) => bot.request('getAccessTokenForUser', { user: ALICE });
const newest = (fixture: VaultFixture): string => [...fixture.twitch.state.access.keys()].at(-1) ?? 'none';

/** Castkey has just been started over, and Twitch takes its time to answer. */
async function justStarted(meanwhile: (fixture: VaultFixture) => void) {
  const fixture = await vaultFixtureWithAlice();
  const { keys } = await pairBot(fixture);
  let release = (): void => undefined;
  await fixture.restart(() => {
    meanwhile(fixture);
    release = fixture.twitch.hold('validate');
  });
  const bot = Object.assign(fixture.connect(), { keys });
  resultOf(await bot.authenticate(keys));
  return { fixture, bot, release };
}

describe('the first token after a start', () => {
  it('is handed out only once Twitch has confirmed it', async () => {
    const { fixture, bot, release } = await justStarted(() => undefined);
    const asked = get(bot);
    let answered = false;
    void asked.then(() => {
      answered = true;
    });
    await fixture.time.pass(3 * SECOND);
    expect(answered).toBe(false);
    release();
    expect(resultOf(await asked)?.accessToken).toBe(newest(fixture));
    expect(fixture.twitch.count('validate')).toBe(1); // the one that every start makes
  });

  it('is a new one when the old was ended at Twitch meanwhile', async () => {
    const { fixture, bot, release } = await justStarted((before) => before.twitch.kill('access', ALICE));
    const asked = get(bot);
    release();
    expect(resultOf(await asked)?.accessToken).toBe(newest(fixture));
    expect(fixture.twitch.state.access.get(newest(fixture))?.dead).toBe(false);
    expect(fixture.twitch.count('refresh')).toBe(1);
  });

  it('is none when the streamer has disconnected Castkey at Twitch', async () => {
    const { bot, release } = await justStarted((before) => {
      before.twitch.kill('access', ALICE);
      before.twitch.kill('refresh', ALICE);
    });
    const asked = get(bot);
    release();
    expect(reasonOf(await asked)).toBe('needs-sign-in');
  });

  it('does not wait for a Twitch that does not answer', async () => {
    const { fixture, bot } = await justStarted(() => undefined);
    const asked = get(bot);
    await fixture.time.pass(5 * SECOND);
    expect(resultOf(await asked)?.accessToken).toBe(newest(fixture));
  });
});

it('a token that was confirmed is handed out without asking, and while Twitch is away too', async () => {
  const fixture = await vaultFixtureWithAlice();
  const bot = await pairBot(fixture);
  await fixture.time.pass(30 * MINUTE);
  const before = fixture.twitch.requests.length;
  for (let turn = 0; turn < 20; turn += 1) resultOf(await get(bot));
  expect(fixture.twitch.requests.length).toBe(before);
  fixture.twitch.always('validate', offline);
  await fixture.time.pass(2 * HOUR);
  expect(resultOf(await get(bot))?.accessToken).toBe(newest(fixture));
});
