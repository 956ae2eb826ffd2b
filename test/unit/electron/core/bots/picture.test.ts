import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../../support/fake-time.ts';
import { pictureOf } from '../../../../support/fake-windows.ts';
import { ALICE } from '../../../../support/people.ts';
import { LOCAL_PEER, reasonOf, resultOf } from '../../../../support/test-bot.ts';
import {
  click,
  pairBot,
  signInAs,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';
import { ask, asking, decide, drawnLate } from './approval-fixture.ts';

describe('the picture of a question', () => {
  it('counts anew when the screen stood still in between, but not the time to answer', async () => {
    const { fixture } = await asking();
    await fixture.time.pass(400);
    const until = fixture.vault.approvalView()?.expiresAt;
    fixture.approval.still = true;
    await fixture.time.pass(3_000);
    expect(fixture.vault.approvalView()?.answerable).toBe('nothing');
    expect(await decide(fixture, 'always')).toBe(false);
    fixture.approval.still = false;
    await fixture.time.pass(200);
    expect(await decide(fixture, 'always')).toBe(false);
    await fixture.time.pass(1_500);
    expect(fixture.vault.approvalView()).toMatchObject({ answerable: 'all', expiresAt: until });
    fixture.approval.still = true;
    await fixture.time.pass(3_000);
    expect(await decide(fixture, 'always')).toBe(true);
  });

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
    fixture.approval.still = false;
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
    const { id } = pictureOf(dead.fixture.approval);
    await dead.fixture.time.pass(1_500);
    dead.fixture.vault.approval.lost();
    expect(pictureOf(dead.fixture.approval).id).not.toBe(id);
    expect(dead.fixture.vault.approvalView()?.answerable).toBe('nothing');
    dead.fixture.vault.approval.lost();
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

  it('looks at the program again before a yes counts, and allows none that has taken its place', async () => {
    const { fixture, bot, asked } = await asking();
    await fixture.time.pass(1_500);
    const read = pictureOf(fixture.approval);
    bot.peerNow = { ...LOCAL_PEER, program: '/usr/bin/evil', run: 'another' };
    expect(await fixture.vault.actions['approval.decide'].run({ ...read, decision: 'once' })).toMatchObject({
      ok: false,
    });
    expect(fixture.approval.current).toMatchObject({
      ...{ again: true, otherProgram: true, peer: { program: '/usr/bin/evil' } },
    });
    await fixture.time.pass(1_500);
    expect(await decide(fixture, 'once', true)).toBe(false);
    expect(await decide(fixture, 'deny')).toBe(true);
    expect(reasonOf(await asked)).toBe('denied');
    // She was told to start the bot again: it is asked about.
    bot.peerNow = LOCAL_PEER;
    void ask(bot);
    await fixture.time.settle();
    expect(fixture.approval.current).toMatchObject({ otherProgram: false });
  });

  it('looks by a connection that still waits, when the one that asked first has ended', async () => {
    const { fixture, bot } = await asking();
    const again = fixture.connect();
    await again.authenticate(bot.keys);
    const asked = again.request('getAccessTokenForUser', { user: ALICE, scopeSets: [['chat:read']] });
    await fixture.time.pass(1_500);
    bot.hangUp();
    expect(await decide(fixture, 'once')).toBe(true);
    expect(resultOf(await asked)?.userId).toBe(ALICE);
  });

  it('says why what the system tells may not be so, as of the moment it asks', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture, []);
    bot.peerNow = { ...LOCAL_PEER, otherFile: true };
    void ask(bot);
    await fixture.time.settle();
    expect(fixture.approval.current).toMatchObject({ doubts: ['other-file'], otherProgram: false });
  });
});
