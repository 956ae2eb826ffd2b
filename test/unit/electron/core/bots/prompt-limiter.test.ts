import { describe, expect, it } from 'vitest';
import type { Peer } from '../../../../../electron/core/ports.ts';
import { LIMITS } from '../../../../../shared/protocol.ts';
import { MINUTE, SECOND } from '../../../../support/fake-time.ts';
import { pictureOf } from '../../../../support/fake-windows.ts';
import { ALICE } from '../../../../support/people.ts';
import { LOCAL_PEER, newNonce, reasonOf, resultOf, type TestBot } from '../../../../support/test-bot.ts';
import {
  click,
  pairBot,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

const program = (name: string): Peer => ({ ...LOCAL_PEER, script: `/home/s/${name}.js` });
async function met(fixture: VaultFixture, name: string, peer = LOCAL_PEER): Promise<TestBot> {
  const bot = fixture.connect(peer);
  await bot.request('hello', { protocol: 1, client: { name }, nonce: newNonce() });
  return bot;
}
const pairAs = async (fixture: VaultFixture, name: string, peer = LOCAL_PEER) =>
  (await met(fixture, name, peer)).request('pair', {});

describe('questions', () => {
  it('of one program are few, whatever it calls itself', async () => {
    const fixture = await vaultFixtureWithAlice();
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f'].slice(0, LIMITS.questions)) void pairAs(fixture, name);
    await fixture.time.settle();
    expect(reasonOf(await pairAs(fixture, 'one-more'))).toBe('busy');
    void pairAs(fixture, 'other', program('other'));
    await fixture.time.settle();
    expect(fixture.approval.current).toMatchObject({ claimedName: 'a', waiting: LIMITS.questions });
  });

  it('of one bot are few', async () => {
    const scopes = [
      ...['chat:read', 'bits:read', 'chat:edit', 'user:read:email'],
      ...['channel:read:polls', 'channel:read:goals', 'moderator:read:followers'],
    ].slice(0, LIMITS.questions + 1);
    const fixture = await vaultFixtureWithAlice(scopes);
    const bot = await pairBot(fixture, []);
    const asked = scopes.map((scope) =>
      bot.request('getAccessTokenForUser', { user: ALICE, scopeSets: [[scope]] }),
    );
    await fixture.time.settle();
    expect(fixture.approval.current?.waiting).toBe(LIMITS.questions - 1);
    expect(reasonOf((await asked.at(-1)) ?? { result: null })).toBe('busy');
  });

  it('of paired bots go ahead of strangers’, but not in place of what is shown', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture, [], 'always', 'friend');
    for (const name of ['a', 'b']) void pairAs(fixture, name, program(name));
    await fixture.time.settle();
    void bot.request('getAccessTokenForUser', { user: ALICE });
    await fixture.time.settle();
    const order: string[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      order.push(fixture.approval.current?.claimedName ?? '');
      await click(fixture, 'deny');
    }
    expect(order).toEqual(['a', 'friend', 'b']);
  });

  it('are twenty at most; a paired bot’s takes the place of the last stranger’s', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture, [], 'always', 'friend');
    const strangers: Promise<unknown>[] = [];
    for (let number = 0; number < 20; number += 1) {
      const name = `stranger-${number}`;
      strangers.push(pairAs(fixture, name, program(name)).then(reasonOf));
      await fixture.time.settle();
    }
    expect(fixture.approval.current?.waiting).toBe(19);
    expect(reasonOf(await pairAs(fixture, 'late', program('late')))).toBe('busy');
    void bot.request('getAccessTokenForUser', { user: ALICE });
    expect(await strangers[19]).toBe('busy');
    expect(fixture.approval.current?.waiting).toBe(19);
    await click(fixture, 'deny');
    expect(fixture.approval.current?.claimedName).toBe('friend');
  });

  it('of a program refused too often in ten minutes aren’t asked any more, and it is told for how long', async () => {
    const fixture = await vaultFixtureWithAlice();
    for (let turn = 0; turn < LIMITS.pairings.refused; turn += 1) {
      const asked = pairAs(fixture, `name-${turn}`);
      await fixture.time.settle();
      if (turn % 2 === 0) await click(fixture, 'deny');
      else await fixture.time.pass(MINUTE);
      expect(reasonOf(await asked)).toBe(turn % 2 === 0 ? 'denied' : 'approval-timeout');
    }
    const refused = await pairAs(fixture, 'yet-another');
    const wait = 'data' in refused ? (refused.data.retryAfterMs ?? 0) : 0;
    expect([reasonOf(refused), wait > 5 * MINUTE && wait <= 10 * MINUTE]).toEqual(['rate-limited', true]);
    expect(fixture.approval.current).toBeNull();
    for (let turn = 0; turn < 50; turn += 1) await pairAs(fixture, `name-${turn}`);
    expect(fixture.view().activity.filter(({ text }) => text.includes('keeps asking'))).toHaveLength(1);
    expect(fixture.view().notices.filter(({ text }) => text.includes('keeps asking'))).toHaveLength(1);
    void pairAs(fixture, 'other', program('other'));
    await fixture.time.settle();
    expect(fixture.approval.current?.claimedName).toBe('other');
    await click(fixture, 'deny');
    await fixture.time.pass(wait);
    void pairAs(fixture, 'again');
    await fixture.time.settle();
    expect(fixture.approval.current?.claimedName).toBe('again');
  });

  it('that waited behind a notification she never opened count for nothing, and are told of once', async () => {
    const fixture = await vaultFixtureWithAlice();
    for (let turn = 0; turn <= LIMITS.pairings.refused; turn += 1) {
      const bot = await met(fixture, `quiet-${turn}`);
      const asked = bot.request('pair', { interactive: 'notify', timeoutMs: 45_000 });
      await fixture.time.pass(45_000);
      expect(reasonOf(await asked)).toBe('approval-timeout');
    }
    expect(fixture.desktop.notified).toHaveLength(1);
    expect(fixture.view().activity.filter(({ text }) => text.includes('Nobody answered'))).toHaveLength(1);
    void pairAs(fixture, 'loud');
    await fixture.time.settle();
    expect(fixture.approval.current?.claimedName).toBe('loud');
  });

  it('that she opened and left unanswered count', async () => {
    const fixture = await vaultFixtureWithAlice();
    for (let turn = 0; turn < LIMITS.pairings.refused; turn += 1) {
      const bot = await met(fixture, 'opened');
      const asked = bot.request('pair', { interactive: 'notify', timeoutMs: 30_000 });
      await fixture.time.settle();
      await fixture.vault.actions['question.open'].run();
      await fixture.time.pass(30_000);
      expect(reasonOf(await asked)).toBe('approval-timeout');
    }
    expect(reasonOf(await pairAs(fixture, 'opened'))).toBe('rate-limited');
  });

  it('that were hung up on count as well: no window that flashes for ever', async () => {
    const fixture = await vaultFixtureWithAlice();
    for (let turn = 0; turn < LIMITS.pairings.refused; turn += 1) {
      const bot = await met(fixture, 'flash');
      void bot.request('pair', {});
      await fixture.time.settle();
      bot.hangUp();
      await fixture.time.settle();
    }
    expect(reasonOf(await pairAs(fixture, 'flash'))).toBe('rate-limited');
  });
});

describe('equal requests that share a window', () => {
  it('of one process make one bot, with one key', async () => {
    const fixture = await vaultFixtureWithAlice();
    const asked = [pairAs(fixture, 'bot'), pairAs(fixture, 'bot'), pairAs(fixture, 'bot')];
    await click(fixture, 'always');
    const keys = (await Promise.all(asked)).map((answer) => resultOf(answer).key);
    expect([new Set(keys).size, fixture.view().bots.length]).toEqual([1, 1]);
    expect(fixture.view().bots[0]?.connections).toBe(3);
  });

  it('are asked one by one where the system can’t tell the programs apart', async () => {
    const fixture = await vaultFixtureWithAlice();
    const unknown = { ...LOCAL_PEER, pid: null, program: null, script: null };
    const asked = [pairAs(fixture, 'bot', unknown), pairAs(fixture, 'bot', unknown)];
    await fixture.time.settle();
    expect(fixture.vault.approvalView()?.sameNameWaiting).toBe(1);
    await click(fixture, 'always');
    // The one who waited is by now another one of a name she knows, and she is told so first.
    await fixture.vault.actions['approval.presented'].run(pictureOf(fixture.approval));
    await fixture.time.settle();
    expect(fixture.vault.approvalView()?.similarNames).toHaveLength(1);
    await click(fixture, 'always');
    const keys = (await Promise.all(asked)).map((answer) => resultOf(answer).keyId);
    expect([new Set(keys).size, fixture.view().bots.length]).toEqual([2, 2]);
  });

  it('of two processes: a no to one is none to the other, which she may not have seen', async () => {
    const fixture = await vaultFixtureWithAlice();
    const evil = pairAs(fixture, 'bot');
    const honest = pairAs(fixture, 'bot', { ...LOCAL_PEER, pid: 4_242 });
    await click(fixture, 'deny');
    expect(reasonOf(await evil)).toBe('denied');
    await click(fixture, 'always');
    expect(resultOf(await honest).keyId).toBe(fixture.view().bots[0]?.keyId);
    expect(reasonOf(await pairAs(fixture, 'bot'))).toBe('denied');
  });

  it('of two processes are two questions, though program and words are the same', async () => {
    const fixture = await vaultFixtureWithAlice();
    const asked = [pairAs(fixture, 'bot'), pairAs(fixture, 'bot', { ...LOCAL_PEER, pid: 4_242 })];
    await click(fixture, 'always');
    expect(fixture.view().bots).toHaveLength(1);
    const [first] = await Promise.all([asked[0]]);
    expect(first && resultOf(first).keyId).toBe(fixture.view().bots[0]?.keyId);
    await fixture.time.pass(2_000);
    fixture.vault.approval.closed();
    expect((await Promise.all(asked)).map(reasonOf)).toEqual(['no error', 'denied']);
  });

  it('get one answer each with “once”, and no more', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture, []);
    const ask = () => bot.request('getAccessTokenForUser', { user: ALICE });
    const asked = [ask(), ask(), ask()];
    await click(fixture, 'once');
    expect((await Promise.all(asked)).map(reasonOf)).toEqual(['no error', 'no error', 'no error']);
    const next = bot.request('getAccessTokenForUser', { user: ALICE, interactive: 'never' });
    expect(reasonOf(await next)).toBe('denied');
  });
});

describe('a pairing whose program hangs up between the yes and the key', () => {
  it('leaves no bot', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await met(fixture, 'bot');
    void bot.request('pair', { wants: [{ user: ALICE }] });
    await fixture.time.pass(1_500);
    const release = fixture.documents.hold();
    fixture.vault.actions['approval.decide'].run({ ...pictureOf(fixture.approval), decision: 'always' });
    await fixture.time.settle();
    bot.hangUp();
    release();
    await fixture.time.pass(SECOND);
    expect(fixture.view().bots).toEqual([]);
    await fixture.restart();
    expect(fixture.view().bots).toEqual([]);
  });

  it('leaves the bot to another process that waited for the same yes', async () => {
    const fixture = await vaultFixtureWithAlice();
    const [bot, other] = [await met(fixture, 'bot'), await met(fixture, 'bot')];
    void bot.request('pair', {});
    const asked = other.request('pair', {});
    await fixture.time.pass(1_500);
    const release = fixture.documents.hold();
    fixture.vault.actions['approval.decide'].run({ ...pictureOf(fixture.approval), decision: 'always' });
    await fixture.time.settle();
    bot.hangUp();
    release();
    expect(resultOf(await asked).keyId).toBe(fixture.view().bots[0]?.keyId);
  });
});
