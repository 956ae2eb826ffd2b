import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE, SECOND } from '../../../../support/fake-time.ts';
import { ALICE, BOB } from '../../../../support/people.ts';
import { reasonOf, resultOf } from '../../../../support/test-bot.ts';
import { answers, no, offline } from '../../../../support/twitch-replies.ts';
import {
  click,
  pairBot,
  signInAs,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

const want = { user: ALICE, scopes: [['chat:read']] };
const grantsOf = (fixture: VaultFixture) => fixture.view().bots[0]?.grants ?? [];
const setMode = (fixture: VaultFixture, on: boolean) => fixture.vault.actions['stream.setMode'].run({ on });

/** Alice streams, and a bot may use her account until she ends. */
async function streaming() {
  const fixture = await vaultFixtureWithAlice();
  const bot = await pairBot(fixture, [want], 'until-stream-ends');
  fixture.twitch.state.live.add(ALICE);
  await fixture.time.pass(15 * SECOND);
  return { fixture, bot };
}

describe('Twitch is asked who is live', () => {
  it('again and again only while a permission ends with the stream, or stream mode is on', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture, [want]);
    await fixture.time.pass(HOUR);
    expect(fixture.twitch.count('streams')).toBe(1);
    await setMode(fixture, true);
    await fixture.time.pass(HOUR);
    const asked = fixture.twitch.count('streams');
    expect(asked).toBeGreaterThan(26);
    expect(asked).toBeLessThan(37);
    await setMode(fixture, false);
    await fixture.time.pass(HOUR);
    expect(fixture.twitch.count('streams')).toBe(asked);
    expect(bot.closed).toBe(false);
  });

  it('with all accounts in one request, and shows which of them are', async () => {
    const { fixture } = await streaming();
    await signInAs(fixture, BOB);
    await fixture.time.pass(3 * MINUTE);
    const url = fixture.twitch.requests.findLast(({ kind }) => kind === 'streams')?.url ?? '';
    expect(new URL(url).searchParams.getAll('user_id')).toEqual([ALICE, BOB]);
    expect(fixture.view().stream).toEqual({ mode: false, live: ['alice'] });
  });
});

describe('a permission until the stream ends', () => {
  it('holds while she is live, and ends a quarter of an hour after', async () => {
    const { fixture, bot } = await streaming();
    await fixture.time.pass(20 * HOUR);
    expect(grantsOf(fixture)).toMatchObject([{ ends: { kind: 'stream', offlineSince: null } }]);
    fixture.twitch.state.live.clear();
    await fixture.time.pass(3 * MINUTE);
    expect(grantsOf(fixture)).toMatchObject([{ ends: { offlineSince: expect.any(Number) } }]);
    await fixture.time.pass(11 * MINUTE);
    expect(grantsOf(fixture)).toHaveLength(1);
    await fixture.time.pass(6 * MINUTE);
    expect(grantsOf(fixture)).toEqual([]);
    expect(fixture.view().activity.find(({ kind }) => kind === 'grant.ended')?.text).toBe(
      'bot may no longer use alice: your stream is over',
    );
    const never = { user: ALICE, interactive: 'never' } as const;
    expect(reasonOf(await bot.request('getAccessTokenForUser', never))).toBe('denied');
  });

  it('survives a stream that breaks off for ten minutes', async () => {
    const { fixture } = await streaming();
    fixture.twitch.state.live.clear();
    await fixture.time.pass(10 * MINUTE);
    fixture.twitch.state.live.add(ALICE);
    await fixture.time.pass(3 * MINUTE);
    fixture.twitch.state.live.clear();
    await fixture.time.pass(13 * MINUTE);
    expect(grantsOf(fixture)).toHaveLength(1);
  });

  it('given while she gets ready holds until she has been live', async () => {
    const fixture = await vaultFixtureWithAlice();
    await pairBot(fixture, [want], 'until-stream-ends');
    await fixture.time.pass(2 * HOUR);
    expect(grantsOf(fixture)).toMatchObject([{ ends: { kind: 'stream', offlineSince: null } }]);
  });

  it.each([
    ['Twitch is out of reach', offline],
    ['no token is taken', answers(no(401, 'Invalid OAuth token'))],
  ])('holds for 12 hours and no longer while %s', async (_why, fault) => {
    const { fixture } = await streaming();
    fixture.twitch.always('streams', fault);
    fixture.twitch.state.live.clear();
    await fixture.time.pass(12 * HOUR - 5 * MINUTE);
    expect(grantsOf(fixture)).toHaveLength(1);
    await fixture.time.pass(6 * MINUTE);
    expect(grantsOf(fixture)).toEqual([]);
  });

  it('is looked after at once when Castkey starts again', async () => {
    const { fixture } = await streaming();
    await fixture.restart(() => {
      fixture.twitch.state.live.clear();
      fixture.time.sleep(3 * HOUR);
    });
    await fixture.time.pass(15 * SECOND);
    expect(grantsOf(fixture)).toMatchObject([{ ends: { offlineSince: expect.any(Number) } }]);
  });
});

describe('stream mode', () => {
  it('outlives a restart, and is no setting that a backup brings', async () => {
    const { fixture } = await streaming();
    await setMode(fixture, true);
    await fixture.restart();
    expect(fixture.view().stream.mode).toBe(true);
    expect(Object.keys(fixture.view().settings)).not.toContain('streamMode');
  });

  it('isn’t switched while the disk refuses, nor while Castkey is locked', async () => {
    const { fixture } = await streaming();
    fixture.documents.failWith('refuse');
    expect(await setMode(fixture, true)).toMatchObject({ ok: false, error: { code: 'storage' } });
    fixture.documents.failWith(null);
    await fixture.vault.actions['vault.lock'].run();
    expect(await setMode(fixture, true)).toMatchObject({ ok: false, error: { code: 'locked' } });
    expect(fixture.view().stream.mode).toBe(false);
  });
});

describe('while she is live', () => {
  it('a question comes as a notification, and the bot that waited in vain is told why', async () => {
    const { fixture, bot } = await streaming();
    await signInAs(fixture, BOB);
    const asked = bot.request('getAccessTokenForUser', { user: BOB, timeoutMs: 60_000 });
    await fixture.time.settle();
    expect(fixture.approval.current).toBeNull();
    expect(fixture.desktop.notified).toMatchObject([{ title: 'A bot waits for your answer' }]);
    expect(fixture.view().questions).toEqual([{ kind: 'approval', bot: 'bot' }]);
    await fixture.time.pass(60_000);
    expect(await asked).toMatchObject({
      data: { code: 'approval-timeout', retryable: true, hint: expect.stringContaining('is live') },
    });
    expect(fixture.view().questions).toEqual([]);
  });

  it('she opens it when it suits her, and the bot gets its answer', async () => {
    const { fixture, bot } = await streaming();
    await signInAs(fixture, BOB);
    const asked = bot.request('getAccessTokenForUser', { user: BOB });
    await fixture.time.settle();
    expect(await fixture.vault.actions['question.open'].run()).toMatchObject({ ok: true });
    expect(fixture.view().questions).toEqual([]);
    await click(fixture, 'always');
    expect(resultOf(await asked)).toMatchObject({ userId: BOB });
  });

  it('a consent waits as quietly', async () => {
    const { fixture, bot } = await streaming();
    const shown = fixture.signIn.shown.length;
    const asked = bot.request('getAccessTokenForUser', { user: ALICE, scopeSets: [['bits:read']] });
    await fixture.time.settle();
    expect(fixture.signIn.shown).toHaveLength(shown);
    expect(fixture.view().questions).toEqual([{ kind: 'sign-in', bot: 'bot' }]);
    await fixture.vault.actions['question.open'].run();
    await fixture.time.settle();
    expect(fixture.signIn.current).toMatchObject({ bots: ['bot'], newScopes: ['bits:read'] });
    fixture.twitch.decide(ALICE);
    await fixture.time.pass(6_000);
    expect(resultOf(await asked)).toMatchObject({ userId: ALICE });
  });

  it('a consent nobody opens ends with the request, hint and all', async () => {
    const { fixture, bot } = await streaming();
    const params = { user: ALICE, scopeSets: [['bits:read']], timeoutMs: 30_000 };
    const asked = bot.request('getAccessTokenForUser', params);
    await fixture.time.pass(30_000);
    expect(await asked).toMatchObject({ data: { code: 'consent-timeout', hint: expect.any(String) } });
    expect(fixture.view().questions).toEqual([]);
    expect(fixture.signIn.current).toBeNull();
  });
});

describe('a bot that asks quietly itself', () => {
  it('is told no reason, and a window request of its own brings the window', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture, []);
    const quiet = { user: ALICE, interactive: 'notify', timeoutMs: 5_000 } as const;
    const late = bot.request('getAccessTokenForUser', quiet);
    await fixture.time.settle();
    expect(fixture.approval.current).toBeNull();
    await fixture.time.pass(5_000);
    expect(await late).toMatchObject({ data: { code: 'approval-timeout', retryable: true } });
    expect(JSON.stringify(await late)).not.toContain('hint');
    const first = bot.request('getAccessTokenForUser', { ...quiet, timeoutMs: 60_000 });
    await fixture.time.settle();
    const second = bot.request('getAccessTokenForUser', { user: ALICE });
    await fixture.time.settle();
    expect(fixture.view().questions).toEqual([]);
    await click(fixture, 'always');
    expect(resultOf(await first)).toMatchObject({ userId: ALICE });
    expect(resultOf(await second)).toMatchObject({ userId: ALICE });
  });

  it('is told of by one notification in ten minutes, and by none if she wants none', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture, []);
    const quiet = { user: ALICE, interactive: 'notify', timeoutMs: 40_000 } as const;
    for (let count = 0; count < 8; count += 1) {
      const asked = bot.request('getAccessTokenForUser', quiet);
      await fixture.time.pass(40_000);
      expect(reasonOf(await asked)).toBe('approval-timeout');
    }
    expect(fixture.desktop.notified).toHaveLength(1);
    await fixture.vault.actions['settings.change'].run({ notify: false });
    await fixture.time.pass(11 * MINUTE);
    void bot.request('getAccessTokenForUser', quiet);
    await fixture.time.settle();
    expect(fixture.desktop.notified).toHaveLength(1);
    expect(fixture.view().questions).toHaveLength(1);
  });

  it('pairs as quietly, and “never” lets no program in', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = fixture.connect();
    await bot.request('hello', { protocol: 1, client: { name: 'new' }, nonce: 'b'.repeat(32) });
    expect(reasonOf(await bot.request('pair', { interactive: 'never' }))).toBe('denied');
    const pairing = bot.request('pair', { interactive: 'notify', wants: [want] });
    await fixture.time.settle();
    expect(fixture.approval.current).toBeNull();
    await fixture.vault.actions['question.open'].run();
    await click(fixture, 'always');
    expect(resultOf(await pairing)).toMatchObject({ users: [{ userId: ALICE }] });
  });

  it('doesn’t change what is on the screen, and comes after it', async () => {
    const fixture = await vaultFixtureWithAlice();
    await signInAs(fixture, BOB);
    const bot = await pairBot(fixture, []);
    const loud = bot.request('getAccessTokenForUser', { user: ALICE });
    await fixture.time.settle();
    const { id } = fixture.approval.current ?? {};
    void bot.request('getAccessTokenForUser', { user: BOB, interactive: 'notify' });
    await fixture.time.settle();
    expect(fixture.approval.current).toMatchObject({ id, waiting: 0 });
    await click(fixture, 'deny');
    expect(reasonOf(await loud)).toBe('denied');
    expect(fixture.approval.current).toBeNull();
    expect(fixture.view().questions).toEqual([{ kind: 'approval', bot: 'bot' }]);
  });
});

describe('what she chose last', () => {
  it('is remembered if it has an end, over a restart', async () => {
    const { fixture } = await streaming();
    fixture.twitch.state.live.clear();
    await fixture.time.pass(20 * MINUTE);
    await fixture.restart();
    const bot = fixture.connect();
    await bot.request('hello', { protocol: 1, client: { name: 'other' }, nonce: 'c'.repeat(32) });
    void bot.request('pair', { wants: [want] });
    await fixture.time.settle();
    expect(fixture.approval.current).toMatchObject({ habit: 'until-stream-ends' });
  });
});
