import { describe, expect, it } from 'vitest';
import type { ApprovalChoice } from '../../../../../shared/ipc.ts';
import { SECOND } from '../../../../support/fake-time.ts';
import { pictureOf } from '../../../../support/fake-windows.ts';
import { ALICE } from '../../../../support/people.ts';
import { reasonOf, resultOf } from '../../../../support/test-bot.ts';
import {
  click,
  type PairedBot,
  pairBot,
  signInAs,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

const ask = (bot: PairedBot, scope = 'chat:read') =>
  bot.request('getAccessTokenForUser', { user: ALICE, scopeSets: [[scope]] });

async function asking(scopes = ['chat:read']) {
  const fixture = await vaultFixtureWithAlice(scopes);
  const bot = await pairBot(fixture, []);
  const asked = ask(bot);
  await fixture.time.settle();
  return { fixture, bot, asked };
}
/** The same, with a page that has drawn nothing yet. */
async function drawnLate() {
  const fixture = await vaultFixtureWithAlice();
  const bot = await pairBot(fixture, []);
  fixture.approval.draws = null;
  const asked = ask(bot);
  await fixture.time.settle();
  return { fixture, bot, asked };
}

/** Whether the answer to what is on the screen was taken. */
async function decide(fixture: VaultFixture, decision: ApprovalChoice, understood = false): Promise<boolean> {
  const answer = { ...pictureOf(fixture.approval), decision, understood };
  return (await fixture.vault.actions['approval.decide'].run(answer)).ok;
}

describe('the approval window', () => {
  it('takes Deny 0.5 s and Allow 1.5 s after its own picture was there, nothing before', async () => {
    const { fixture } = await asking();
    expect([await decide(fixture, 'always'), await decide(fixture, 'once')]).toEqual([false, false]);
    const stages: (string | undefined)[] = [];
    for (const ms of [499, 1, 999, 1]) {
      await fixture.time.pass(ms);
      stages.push(fixture.vault.approvalView()?.answerable);
    }
    expect(stages).toEqual(['nothing', 'deny', 'deny', 'all']);
    expect(await decide(fixture, 'always')).toBe(true);
  });

  it('counts neither guard nor time to answer from before the picture was there', async () => {
    const { fixture, asked } = await drawnLate();
    await fixture.time.pass(20 * SECOND);
    expect(await decide(fixture, 'always')).toBe(false);
    await fixture.vault.actions['approval.presented'].run(pictureOf(fixture.approval));
    expect(fixture.vault.approvalView()).toMatchObject({ expiresAt: fixture.time.now() + 60 * SECOND });
    await fixture.time.pass(1_499);
    expect(await decide(fixture, 'always')).toBe(false);
    await fixture.time.pass(1);
    expect(await decide(fixture, 'always')).toBe(true);
    expect(resultOf(await asked)?.userId).toBe(ALICE);
  });

  it.each([
    [
      'the window is not on the screen',
      (fixture: VaultFixture) => {
        fixture.approval.onScreen = false;
        return pictureOf(fixture.approval);
      },
    ],
    [
      'the picture is of another question',
      (fixture: VaultFixture) => ({ ...pictureOf(fixture.approval), id: 'another' }),
    ],
    [
      'the picture says something else',
      (fixture: VaultFixture) => ({ ...pictureOf(fixture.approval), digest: 'else' }),
    ],
  ])('believes no page that says it is drawn while %s', async (_why, picture) => {
    const { fixture } = await drawnLate();
    expect(await fixture.vault.actions['approval.presented'].run(picture(fixture))).toMatchObject({
      ok: false,
    });
    await fixture.time.pass(2_000);
    expect(await decide(fixture, 'always')).toBe(false);
  });

  it('tells a bot that nobody was asked when its window never came up or its page died', async () => {
    const late = await drawnLate();
    await late.fixture.time.pass(60 * SECOND);
    const unshown = { data: { code: 'internal', retryable: true } };
    expect(await late.asked).toMatchObject(unshown);
    const dead = await asking();
    dead.fixture.vault.approval.failed();
    expect(await dead.asked).toMatchObject(unshown);
    expect(dead.fixture.approval.current).toBeNull();
    void ask(dead.bot);
    await dead.fixture.time.settle();
    expect(dead.fixture.approval.current).not.toBeNull();
  });

  it('does not hold a no against the bot that came before the question could be read', async () => {
    const { fixture, bot, asked } = await asking();
    fixture.vault.approval.closed();
    expect(reasonOf(await asked)).toBe('denied');
    const again = ask(bot);
    await fixture.time.pass(500);
    fixture.vault.approval.closed();
    expect(reasonOf(await again)).toBe('denied');
    expect(reasonOf(await ask(bot))).toBe('denied');
    expect(fixture.approval.current).toBeNull();
  });

  it('refuses a decision on a question that is no longer shown, or that says something else', async () => {
    const { fixture } = await asking();
    await fixture.time.pass(1_500);
    const { id, digest } = pictureOf(fixture.approval);
    const { run } = fixture.vault.actions['approval.decide'];
    expect(await run({ id, digest: `${digest}x`, decision: 'always' })).toMatchObject({ ok: false });
    await fixture.time.pass(61 * SECOND);
    expect(await run({ id, digest, decision: 'always' })).toMatchObject({ ok: false });
    expect(fixture.view().bots[0]?.grants).toEqual([]);
  });

  it('asks anew when what a yes would give has changed since she read it', async () => {
    const { fixture, asked } = await asking();
    await fixture.time.pass(1_500);
    const read = pictureOf(fixture.approval);
    await signInAs(fixture, ALICE, ['chat:read', 'channel:read:stream_key']);
    expect(await fixture.vault.actions['approval.decide'].run({ ...read, decision: 'once' })).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('has changed') },
    });
    expect(fixture.approval.current?.id).not.toBe(read.id);
    expect(fixture.approval.current).toMatchObject({ again: true, answerable: 'nothing' });
    expect(fixture.approval.current?.wants[0]?.granted).toContain('channel:read:stream_key');
    await click(fixture, 'once');
    expect(resultOf(await asked)?.scope).toContain('channel:read:stream_key');
  });

  it('shows what the token can do, and wants a tick before a lasting yes to what is dangerous', async () => {
    const { fixture, asked } = await asking(['chat:read', 'channel:read:stream_key']);
    expect(fixture.approval.current?.wants).toMatchObject([
      { scopes: ['chat:read'], granted: ['chat:read', 'channel:read:stream_key'] },
    ]);
    await fixture.time.pass(1_500);
    expect(await decide(fixture, 'always')).toBe(false);
    expect(fixture.approval.current).not.toBeNull();
    expect(await decide(fixture, 'always', true)).toBe(true);
    expect(resultOf(await asked)?.userId).toBe(ALICE);
  });

  it('gives up after 60 s and counts as unanswered, which is not remembered', async () => {
    const { fixture, bot, asked } = await asking();
    await fixture.time.pass(60 * SECOND);
    const answer = await asked;
    expect(answer).toMatchObject({ data: { code: 'approval-timeout', retryable: true } });
    expect(fixture.approval.current).toBeNull();
    void ask(bot);
    await fixture.time.settle();
    expect(fixture.approval.current).not.toBeNull();
  });

  it('closed by the streamer means deny', async () => {
    const { fixture, asked } = await asking();
    await fixture.time.pass(2_000);
    fixture.vault.approval.closed();
    expect(reasonOf(await asked)).toBe('denied');
    expect(fixture.approval.current).toBeNull();
  });

  it('gives up earlier when the request says so', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture, []);
    const asked = bot.request('getAccessTokenForUser', { user: ALICE, timeoutMs: 5_000 });
    await fixture.time.pass(5 * SECOND);
    expect(reasonOf(await asked)).toBe('approval-timeout');
    expect(fixture.approval.current).toBeNull();
  });

  it('merges equal requests of a bot, whatever the order of its scopes', async () => {
    const { fixture, bot, asked } = await asking(['chat:read', 'bits:read']);
    const sets = [['chat:read'], ['bits:read']];
    const one = bot.request('getAccessTokenForUser', { user: ALICE, scopeSets: sets });
    const two = bot.request('getAccessTokenForUser', { user: ALICE, scopeSets: [...sets].reverse() });
    const three = ask(bot);
    await fixture.time.settle();
    expect(fixture.approval.current?.waiting).toBe(1);
    await click(fixture, 'always');
    expect([resultOf(await asked)?.version, resultOf(await three)?.version]).toEqual([1, 1]);
    await click(fixture, 'always');
    expect([resultOf(await one)?.version, resultOf(await two)?.version]).toEqual([1, 1]);
    expect(fixture.approval.current).toBeNull();
  });

  it('shows one question after the other, each with its own 60 s', async () => {
    const { fixture, bot, asked } = await asking(['chat:read', 'bits:read']);
    const second = ask(bot, 'bits:read');
    await fixture.time.pass(50 * SECOND);
    await click(fixture, 'deny');
    expect(reasonOf(await asked)).toBe('denied');
    expect(fixture.vault.approvalView()?.expiresAt).toBe(fixture.time.now() + 60 * SECOND);
    await fixture.time.pass(30 * SECOND);
    await click(fixture, 'always');
    expect(resultOf(await second)?.version).toBe(1);
  });

  it('withdraws the question of a connection that is gone, and goes on to the next', async () => {
    const fixture = await vaultFixtureWithAlice();
    const [bot, other] = [await pairBot(fixture, []), await pairBot(fixture, [], 'always', 'other')];
    void ask(bot);
    void ask(other);
    await fixture.time.settle();
    expect(fixture.approval.current).toMatchObject({ claimedName: 'bot', waiting: 1 });
    bot.hangUp();
    await fixture.time.settle();
    expect(fixture.approval.current?.claimedName).toBe('other');
    other.hangUp();
    await fixture.time.settle();
    expect(fixture.approval.current).toBeNull();
    expect(fixture.vault.approvalView()).toBeNull();
  });

  it('stays for the others when one of several equal requests is gone', async () => {
    const { fixture, bot } = await asking();
    const again = fixture.connect();
    await again.authenticate(bot.keys);
    const asked = again.request('getAccessTokenForUser', { user: ALICE, scopeSets: [['chat:read']] });
    bot.hangUp();
    await click(fixture, 'always');
    expect(resultOf(await asked)?.userId).toBe(ALICE);
  });
});

describe('in the middle of a request', () => {
  const sets = { user: ALICE, scopeSets: [['chat:edit']] };

  it('a revoked grant means no, though consent was given meanwhile', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    const asked = bot.request('getAccessTokenForUser', sets);
    await fixture.time.settle();
    const [view] = fixture.view().bots;
    const grantId = view?.grants[0]?.id ?? '';
    await fixture.vault.actions['grant.revoke'].run({ keyId: bot.keys.keyId, grantId });
    fixture.twitch.decide(ALICE);
    await fixture.time.pass(5 * SECOND);
    expect(reasonOf(await asked)).toBe('denied');
  });

  it('locking means no: no token leaves, windows close', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    const consent = bot.request('getAccessTokenForUser', sets);
    const release = fixture.twitch.hold('refresh');
    const refreshed = bot.request('refreshAccessTokenForUser', { user: ALICE });
    await fixture.time.settle();
    await fixture.vault.actions['vault.lock'].run();
    release();
    expect([reasonOf(await consent), reasonOf(await refreshed)]).toEqual(['locked', 'locked']);
    expect(fixture.signIn.current).toBeNull();
    expect(reasonOf(await bot.request('getAccessTokenForUser', { user: ALICE }))).toBe('locked');
    await fixture.vault.actions['vault.unlock'].run({});
    expect(resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }))?.userId).toBe(ALICE);
  });

  it('locking answers a question that waits', async () => {
    const { fixture, asked } = await asking();
    await fixture.vault.actions['vault.lock'].run();
    expect(reasonOf(await asked)).toBe('locked');
    expect(fixture.approval.current).toBeNull();
  });

  it('an intent that moves to another account takes the permission with it', async () => {
    const fixture = await vaultFixtureWithAlice();
    await fixture.vault.actions['account.setIntents'].run({ userId: ALICE, intents: ['chat'] });
    const bot = await pairBot(fixture, [{ intent: 'chat', scopes: [['chat:read']] }]);
    const release = fixture.twitch.hold('refresh');
    const asked = bot.request('refreshAccessTokenForIntent', { intent: 'chat' });
    await fixture.time.settle();
    await fixture.vault.actions['account.setIntents'].run({ userId: ALICE, intents: [] });
    release();
    expect(reasonOf(await asked)).toBe('denied');
  });

  it('a disk that refuses does not turn the streamer’s yes into a no', async () => {
    const { fixture, asked } = await asking();
    fixture.documents.fault = 'refuse';
    await click(fixture, 'always');
    expect(resultOf(await asked)?.userId).toBe(ALICE);
  });
});
