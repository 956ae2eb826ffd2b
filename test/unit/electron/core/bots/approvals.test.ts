import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../../support/fake-time.ts';
import { pictureOf } from '../../../../support/fake-windows.ts';
import { ALICE } from '../../../../support/people.ts';
import { reasonOf, resultOf } from '../../../../support/test-bot.ts';
import { click, pairBot, vaultFixtureWithAlice } from '../../../../support/vault-fixture.ts';
import { ask, asking, decide } from './approval-fixture.ts';

describe('the approval window', () => {
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

  it('puts no question any more once Castkey closes, though it was being looked at', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture, []);
    const shown = fixture.approval.shown.length;
    void ask(bot);
    const stopped = fixture.vault.stop();
    await fixture.time.settle();
    await stopped;
    expect(fixture.approval.shown).toHaveLength(shown);
    expect(fixture.approval.current).toBeNull();
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
