import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../../../shared/protocol.ts';
import { HOUR, MINUTE, SECOND } from '../../../../support/fake-time.ts';
import { LOCAL_PEER, newNonce, reasonOf, resultOf, type TestBot } from '../../../../support/test-bot.ts';
import {
  type PairedBot,
  pairBot,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

const { burst, perSecond, slowedMs, refusedMs } = LIMITS.lines;
const COST = 11;
/** Lines that are refused at once. */
const lines = (count: number): string => '{}\n'.repeat(count);
/** So long that each counts as many. */
const dear = (count: number): string => `${'x'.repeat((COST - 1) * 1024 + 1)}\n`.repeat(count);
const slowed = (fixture: VaultFixture) => fixture.view().activity.filter(({ kind }) => kind === 'bot.slowed');

async function fixtureWithTwoBots(): Promise<{ fixture: VaultFixture; bot: PairedBot; other: PairedBot }> {
  const fixture = await vaultFixtureWithAlice();
  const bot = await pairBot(fixture, undefined, 'always', 'loud');
  return { fixture, bot, other: await pairBot(fixture, undefined, 'always', 'calm') };
}
/** Uses up what may come at once. */
function spend(bot: TestBot): void {
  bot.send(dear(Math.ceil(burst / COST)));
}
/** Sends on and on without waiting for answers. */
async function push(fixture: VaultFixture, bot: TestBot, ms: number): Promise<void> {
  const portion = 2 * LIMITS.requestsInFlight;
  for (let sent = 0; sent < ((ms / 1000) * perSecond) / COST + 2 * portion; sent += portion)
    bot.send(dear(portion));
  await fixture.time.pass(ms);
}

describe('a bot that sends more than any needs', () => {
  it('is not read for a while, so that it waits; nothing of it is lost', async () => {
    const { fixture, bot } = await fixtureWithTwoBots();
    spend(bot);
    bot.lines.length = 0;
    bot.send(lines(1_000));
    expect(bot.paused).toBe(true);
    await fixture.time.pass(SECOND / 2);
    const answered = bot.lines.length;
    expect(answered).toBeGreaterThanOrEqual(perSecond / 2 - perSecond / 20);
    expect(answered).toBeLessThanOrEqual(1_000);
    await fixture.time.pass(SECOND / 10);
    expect([bot.lines.length, bot.paused]).toEqual([1_000, false]);
    expect(resultOf(await bot.request('status', {})).users).toHaveLength(1);
  });

  it('shares one allowance among its connections', async () => {
    const { fixture, bot } = await fixtureWithTwoBots();
    spend(bot);
    const again = fixture.connect();
    await again.authenticate(bot.keys);
    bot.send(lines(200));
    again.send(lines(200));
    expect(again.paused).toBe(true);
    await fixture.time.pass(MINUTE);
    expect(again.paused).toBe(false);
  });

  it('holds up nobody else', async () => {
    const { fixture, bot, other } = await fixtureWithTwoBots();
    spend(bot);
    bot.send(lines(1_000));
    expect(resultOf(await other.request('getAccessTokenForUser', { user: '1001' }))?.userId).toBe('1001');
    expect(resultOf(await other.request('status', {})).users).toHaveLength(1);
    expect([other.paused, bot.paused]).toEqual([false, true]);
    await fixture.time.settle();
  });

  it('pays more for long lines', async () => {
    const { bot } = await fixtureWithTwoBots();
    const long = `${JSON.stringify({ pad: 'x'.repeat(60_000) })}\n`;
    const enough = Math.ceil(burst / (1 + Math.floor(long.length / 1024)));
    for (let sent = 0; sent <= enough; sent += 1) bot.send(long);
    bot.send('{}\n');
    expect(bot.paused).toBe(true);
  });

  it('is told of once an hour', async () => {
    const { fixture, bot } = await fixtureWithTwoBots();
    for (let turn = 0; turn < 3; turn += 1) {
      spend(bot);
      bot.send(lines(10));
      await fixture.time.pass(MINUTE);
    }
    expect(slowed(fixture)).toMatchObject([
      { bot: 'loud', ok: false, text: expect.stringMatching(/^loud sends/) },
    ]);
    expect(fixture.view().notices.filter(({ text }) => text.startsWith('loud sends'))).toHaveLength(1);
    await fixture.time.pass(HOUR);
    spend(bot);
    bot.send(lines(10));
    expect(slowed(fixture)).toHaveLength(2);
  });

  it('and never waits for answers, is cut off after half a minute and refused for a minute', async () => {
    const { fixture, bot } = await fixtureWithTwoBots();
    const again = fixture.connect();
    await again.authenticate(bot.keys);
    spend(bot);
    await push(fixture, bot, slowedMs - SECOND);
    expect(bot.closed).toBe(false);
    await push(fixture, bot, 5 * SECOND);
    expect(bot.closed).toBe(true);
    expect(bot.lines.at(-1)?.error?.data).toMatchObject({ code: 'rate-limited', retryable: true });
    again.send('{}\n');
    expect(again.closed).toBe(true);
    const refused = await fixture.connect().authenticate(bot.keys);
    const left = 'data' in refused ? (refused.data.retryAfterMs ?? 0) : 0;
    expect([reasonOf(refused), left > 0 && left <= refusedMs]).toEqual(['rate-limited', true]);
    await fixture.time.pass(refusedMs);
    expect(reasonOf(await fixture.connect().authenticate(bot.keys))).toBe('no error');
  });

  it('but waits for its answers, is slowed for as long as it likes and never cut off', async () => {
    const { fixture, bot } = await fixtureWithTwoBots();
    spend(bot);
    for (let second = 0; second < 45; second += 1) {
      for (let portion = 0; portion < 10; portion += 1) {
        bot.send(dear(20));
        await fixture.time.pass(SECOND / 10);
      }
    }
    expect(bot.closed).toBe(false);
    bot.hangUp();
  });

  it('may let its clock be set without getting more, or being held for ever', async () => {
    const { fixture, bot } = await fixtureWithTwoBots();
    spend(bot);
    fixture.time.setClockBy(-HOUR);
    bot.send(lines(10));
    expect(bot.paused).toBe(true);
    await fixture.time.pass(SECOND);
    expect(bot.paused).toBe(false);
  });
});

describe('a program that has not proved a key', () => {
  const met = (bot: TestBot) =>
    bot.request('hello', { protocol: 1, client: { name: 'x' }, nonce: newNonce() });

  it('has one allowance for all its connections, and others have theirs', async () => {
    const fixture = await vaultFixtureWithAlice();
    const [loud, again] = [fixture.connect(), fixture.connect()];
    const calm = fixture.connect({ ...LOCAL_PEER, program: '/opt/calm', script: null, interpreter: false });
    spend(loud);
    again.send(lines(10));
    expect(again.paused).toBe(true);
    expect(resultOf(await met(calm)).paired).toBe(false);
    loud.hangUp();
    again.hangUp();
  });

  it('does not use up what others have, when the system can’t tell them apart', async () => {
    const fixture = await vaultFixtureWithAlice();
    const unknown = { ...LOCAL_PEER, pid: null, program: null, script: null };
    const loud = fixture.connect(unknown);
    spend(loud);
    loud.send(lines(10));
    expect(loud.paused).toBe(true);
    expect(resultOf(await met(fixture.connect(unknown))).paired).toBe(false);
    loud.hangUp();
  });

  it('costs no memory when it comes under ever new names', async () => {
    const fixture = await vaultFixtureWithAlice();
    for (let turn = 0; turn < 1_500; turn += 1) {
      const bot = fixture.connect({ ...LOCAL_PEER, script: `/x/${turn}.js` });
      bot.send('{}\n');
      bot.hangUp();
      if (turn % 100 === 0) await fixture.time.pass(SECOND);
    }
    expect(resultOf(await met(fixture.connect())).paired).toBe(false);
  });
});
