import { describe, expect, it } from 'vitest';
import type { ApprovalChoice } from '../../../../../shared/ipc.ts';
import { HOUR, MINUTE, SECOND } from '../../../../support/fake-time.ts';
import { ALICE } from '../../../../support/people.ts';
import { reasonOf, resultOf } from '../../../../support/test-bot.ts';
import {
  click,
  pairBot,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

const ask = { user: ALICE, interactive: 'never' } as const;
const grantsOf = (fixture: VaultFixture) => fixture.view().bots[0]?.grants ?? [];

async function allowed(decision: Exclude<ApprovalChoice, 'deny'> = 'for-8-hours') {
  const fixture = await vaultFixtureWithAlice();
  const bot = await pairBot(fixture, [{ user: ALICE, scopes: [['chat:read']] }], decision);
  return { fixture, bot };
}

describe('a permission for 8 hours', () => {
  it('ends after them: the bot hears it, the record says it, and it gets nothing more', async () => {
    const { fixture, bot } = await allowed();
    await bot.request('subscribe', {});
    expect(grantsOf(fixture)).toMatchObject([{ ends: { kind: 'at', at: fixture.time.now() + 8 * HOUR } }]);
    await fixture.time.pass(8 * HOUR - SECOND);
    expect(resultOf(await bot.request('getAccessTokenForUser', ask))).toMatchObject({ userId: ALICE });
    await fixture.time.pass(SECOND);
    expect(grantsOf(fixture)).toEqual([]);
    expect(reasonOf(await bot.request('getAccessTokenForUser', ask))).toBe('denied');
    expect(bot.events.filter(({ type }) => type === 'grant.revoked')).toMatchObject([
      { userId: ALICE, ended: true },
    ]);
    const told = fixture.view().activity.filter(({ kind }) => kind === 'grant.ended');
    expect(told.map(({ text }) => text)).toEqual(['bot may no longer use alice: its time is over']);
  });

  it.each([9 * HOUR, -9 * HOUR, 400 * 24 * HOUR])(
    'is neither ended nor lengthened by a clock that is set by %i ms',
    async (set) => {
      const { fixture } = await allowed();
      await fixture.time.pass(HOUR);
      fixture.time.setClockBy(set);
      await fixture.time.pass(MINUTE);
      const [grant] = grantsOf(fixture);
      expect(grant?.ends).toEqual({ kind: 'at', at: fixture.time.now() + 7 * HOUR - MINUTE });
      await fixture.restart();
      await fixture.time.pass(7 * HOUR - 2 * MINUTE);
      expect(grantsOf(fixture)).toHaveLength(1);
      await fixture.time.pass(2 * MINUTE);
      expect(grantsOf(fixture)).toEqual([]);
    },
  );

  it('a clock that was set right before quitting changes nothing either', async () => {
    const { fixture } = await allowed();
    await fixture.time.pass(HOUR);
    await fixture.restart(() => undefined);
    fixture.time.setClockBy(-3 * HOUR);
    await fixture.restart();
    expect(grantsOf(fixture)[0]?.ends).toEqual({ kind: 'at', at: fixture.time.now() + 7 * HOUR });
  });

  it('goes on in sleep, and is over for the first request after it', async () => {
    const { fixture, bot } = await allowed();
    fixture.time.sleep(8 * HOUR);
    expect(reasonOf(await bot.request('getAccessTokenForUser', ask))).toBe('denied');
  });

  it('is over at the next start if its time ended while Castkey was off', async () => {
    const { fixture } = await allowed();
    await fixture.restart(() => fixture.time.sleep(9 * HOUR));
    expect(grantsOf(fixture)).toEqual([]);
  });

  it('lasts once she keeps it, and joins what lasts already', async () => {
    const { fixture, bot } = await allowed();
    const asked = bot.request('getAccessTokenForUser', { user: ALICE, scopeSets: [['chat:read']] });
    expect(resultOf(await asked)).toMatchObject({ userId: ALICE });
    const [grant] = grantsOf(fixture);
    const named = { keyId: bot.keys.keyId, grantId: grant?.id ?? '' };
    expect(await fixture.vault.actions['grant.keep'].run(named)).toMatchObject({ ok: true });
    expect(grantsOf(fixture)).toMatchObject([{ ends: null, scopes: ['chat:read'] }]);
    await fixture.time.pass(9 * HOUR);
    expect(grantsOf(fixture)).toHaveLength(1);
  });
});

describe('more of an account for a time', () => {
  it('stays apart from what lasts, and leaves it when it ends', async () => {
    const fixture = await vaultFixtureWithAlice(['chat:read', 'chat:edit']);
    const bot = await pairBot(fixture, [{ user: ALICE, scopes: [['chat:read']] }]);
    const more = bot.request('getAccessTokenForUser', { user: ALICE, scopeSets: [['chat:edit']] });
    await click(fixture, 'for-8-hours');
    expect(resultOf(await more)).toMatchObject({ userId: ALICE });
    expect(grantsOf(fixture).map(({ ends, scopes }) => [ends === null, scopes])).toEqual([
      [true, ['chat:read']],
      [false, ['chat:edit']],
    ]);
    await fixture.time.pass(8 * HOUR);
    expect(grantsOf(fixture)).toMatchObject([{ ends: null, scopes: ['chat:read'] }]);
  });
});

describe('a permission until her stream ends', () => {
  it('ends after 12 hours in which nobody has seen her live', async () => {
    const { fixture } = await allowed('until-stream-ends');
    expect(grantsOf(fixture)).toMatchObject([{ ends: { kind: 'stream', offlineSince: null } }]);
    await fixture.time.pass(12 * HOUR - MINUTE);
    expect(grantsOf(fixture)).toHaveLength(1);
    await fixture.time.pass(MINUTE);
    expect(grantsOf(fixture)).toEqual([]);
  });
});

describe('answers with an end', () => {
  it('aren’t taken of a question about a changed program or about nothing', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = fixture.connect();
    await bot.request('hello', { protocol: 1, client: { name: 'b' }, nonce: 'a'.repeat(32) });
    void bot.request('pair', { wants: [] });
    await fixture.time.settle();
    await fixture.time.pass(1_500);
    const { id = '', digest = '' } = fixture.approval.current ?? {};
    const decision = 'for-8-hours';
    const answer = await fixture.vault.actions['approval.decide'].run({ id, digest, decision });
    expect(answer).toMatchObject({ ok: false, error: { code: 'refused' } });
    expect(fixture.approval.current).not.toBeNull();
  });
});

describe('a document of a Castkey that knew no ends', () => {
  it('still loads, and what it permits lasts', async () => {
    const { fixture } = await allowed('always');
    await fixture.restart(() => {
      const stored = fixture.documents.files.get('bots') ?? '';
      expect(stored).toContain('"app":false,"ends":null,');
      fixture.documents.files.set('bots', stored.replaceAll('"app":false,"ends":null,', ''));
    });
    expect(grantsOf(fixture)).toMatchObject([{ ends: null, app: false, userId: ALICE }]);
  });
});
