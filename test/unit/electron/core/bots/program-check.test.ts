import { describe, expect, it } from 'vitest';
import type { Peer } from '../../../../../electron/core/ports.ts';
import { MINUTE } from '../../../../support/fake-time.ts';
import { ALICE } from '../../../../support/people.ts';
import { LOCAL_PEER, newNonce, reasonOf, resultOf, type TestBot } from '../../../../support/test-bot.ts';
import { click, type VaultFixture, vaultFixtureWithAlice } from '../../../../support/vault-fixture.ts';

const [ONE, TWO] = ['1'.repeat(64), '2'.repeat(64)];
const COMPILED: Peer = { ...LOCAL_PEER, program: '/opt/bot/bot', script: null, interpreter: false };
const SSH: Peer = { ...LOCAL_PEER, program: '/usr/sbin/sshd', script: null, interpreter: false, relay: true };
const token = { user: ALICE } as const;
const never = { ...token, interactive: 'never' } as const;
type Keys = { keyId: string; key: string };

/** A bot that was paired as this program and may use alice's account. */
async function pairedAs(
  peer: Peer,
  print: string | null,
): Promise<{ fixture: VaultFixture; keys: Keys; bot: TestBot }> {
  const fixture = await vaultFixtureWithAlice();
  const bot = fixture.connect(peer, print);
  await bot.request('hello', { protocol: 1, client: { name: 'bot' }, nonce: newNonce() });
  const pairing = bot.request('pair', { wants: [{ user: ALICE, scopes: [['chat:read']] }] });
  await click(fixture, 'always');
  return { fixture, bot, keys: resultOf(await pairing) };
}
async function enterAs(
  fixture: VaultFixture,
  keys: Keys,
  peer: Peer,
  print: string | null,
): Promise<TestBot> {
  const bot = fixture.connect(peer, print);
  expect(reasonOf(await bot.authenticate(keys))).toBe('no error');
  await fixture.time.settle();
  return bot;
}
const told = (fixture: VaultFixture) => fixture.view().activity.filter(({ kind }) => kind === 'bot.changed');
const accept = (fixture: VaultFixture, { keyId }: Keys, at = changedOf(fixture)?.at ?? 0) =>
  fixture.vault.actions['bot.acceptChange'].run({ keyId, at });
const changedOf = (fixture: VaultFixture) => fixture.view().bots[0]?.changed ?? null;
const noticed = (fixture: VaultFixture): number =>
  fixture.view().notices.filter(({ text }) => text.includes('used by something else')).length;

describe('a script that was edited', () => {
  it('gets its token as ever; the change is shown and told once, and gone when the old one is back', async () => {
    const { fixture, keys } = await pairedAs(LOCAL_PEER, ONE);
    for (let turn = 0; turn < 3; turn += 1) {
      const bot = await enterAs(fixture, keys, LOCAL_PEER, TWO);
      expect(resultOf(await bot.request('getAccessTokenForUser', never))?.userId).toBe(ALICE);
      bot.hangUp();
    }
    expect(changedOf(fixture)).toMatchObject({ held: false, changes: [{ what: 'contents' }] });
    expect([told(fixture).length, noticed(fixture)]).toEqual([1, 0]);
    await enterAs(fixture, keys, LOCAL_PEER, ONE);
    expect(changedOf(fixture)).toBeNull();
  });

  it('at another path makes one notice, too', async () => {
    const { fixture, keys } = await pairedAs(LOCAL_PEER, ONE);
    const bot = await enterAs(fixture, keys, { ...LOCAL_PEER, script: '/tmp/x.js' }, TWO);
    expect(resultOf(await bot.request('getAccessTokenForUser', never))?.userId).toBe(ALICE);
    expect(changedOf(fixture)?.changes).toEqual([
      { what: 'script', before: '/home/s/bot.js', after: '/tmp/x.js' },
    ]);
    expect([told(fixture).length, noticed(fixture)]).toEqual([1, 1]);
    expect(await accept(fixture, keys)).toMatchObject({ ok: true });
    expect(changedOf(fixture)).toBeNull();
    expect(fixture.view().bots[0]).toMatchObject({ script: '/tmp/x.js' });
    expect(await accept(fixture, keys)).toMatchObject({ ok: false });
  });
});

describe('a compiled program that was exchanged', () => {
  it('gets nothing without a window, and the streamer is told', async () => {
    const { fixture, keys } = await pairedAs(COMPILED, ONE);
    const bot = await enterAs(fixture, keys, COMPILED, TWO);
    expect(reasonOf(await bot.request('getAccessTokenForUser', never))).toBe('denied');
    expect(reasonOf(await bot.request('getAnyAccessToken', token))).toBe('denied');
    expect(changedOf(fixture)).toMatchObject({ held: true, changes: [{ what: 'contents' }] });
    expect([told(fixture).length, noticed(fixture)]).toEqual([1, 1]);
    expect(fixture.approval.current).toBeNull();
  });

  it('is asked about with what changed and what it may do; “always” keeps all of it', async () => {
    const { fixture, keys } = await pairedAs(COMPILED, ONE);
    const other = { ...COMPILED, program: '/opt/bot-2/bot' };
    const bot = await enterAs(fixture, keys, other, TWO);
    const asked = bot.request('getAccessTokenForUser', token);
    await fixture.time.settle();
    expect(fixture.approval.current).toMatchObject({
      kind: 'changed',
      interpreter: false,
      remote: false,
      changes: [{ what: 'program', before: '/opt/bot/bot', after: '/opt/bot-2/bot' }],
      wants: [{ account: { login: 'alice' }, scopes: ['chat:read'] }],
    });
    await click(fixture, 'always');
    expect(resultOf(await asked)?.userId).toBe(ALICE);
    expect([changedOf(fixture), fixture.view().bots[0]?.grants.length]).toEqual([null, 1]);
    await fixture.restart();
    const again = await enterAs(fixture, keys, other, TWO);
    expect(resultOf(await again.request('getAccessTokenForUser', never))?.userId).toBe(ALICE);
  });

  it('with “once” gets one answer', async () => {
    const { fixture, keys } = await pairedAs(COMPILED, ONE);
    const bot = await enterAs(fixture, keys, COMPILED, TWO);
    const asked = bot.request('getAccessTokenForUser', token);
    await click(fixture, 'once');
    expect(resultOf(await asked)?.userId).toBe(ALICE);
    expect(reasonOf(await bot.request('getAccessTokenForUser', never))).toBe('denied');
  });

  it('with “deny” is not asked about again for ten minutes, but yet another one is', async () => {
    const { fixture, keys } = await pairedAs(COMPILED, ONE);
    const bot = await enterAs(fixture, keys, COMPILED, TWO);
    const asked = bot.request('getAccessTokenForUser', token);
    await click(fixture, 'deny');
    expect(reasonOf(await asked)).toBe('denied');
    expect(reasonOf(await bot.request('getAccessTokenForUser', token))).toBe('denied');
    const third = await enterAs(fixture, keys, COMPILED, '3'.repeat(64));
    void third.request('getAccessTokenForUser', token);
    await fixture.time.settle();
    expect(fixture.approval.current?.kind).toBe('changed');
  });

  it('does not hold up the one that was allowed, which has the same key', async () => {
    const { fixture, keys, bot } = await pairedAs(COMPILED, ONE);
    await enterAs(fixture, keys, COMPILED, TWO);
    expect(resultOf(await bot.request('getAccessTokenForUser', never))?.userId).toBe(ALICE);
    expect(changedOf(fixture)?.held).toBe(true);
  });

  it('is not accepted in the place of the one she has looked at', async () => {
    const { fixture, keys } = await pairedAs(COMPILED, ONE);
    await enterAs(fixture, keys, COMPILED, TWO);
    const seen = changedOf(fixture)?.at;
    await fixture.time.pass(5_000);
    await enterAs(fixture, keys, COMPILED, TWO);
    expect(changedOf(fixture)?.at).toBe(seen);
    const other = await enterAs(fixture, keys, { ...COMPILED, program: '/tmp/evil' }, '3'.repeat(64));
    expect(await accept(fixture, keys, seen)).toMatchObject({ error: { code: 'refused' } });
    expect(reasonOf(await other.request('getAccessTokenForUser', never))).toBe('denied');
  });

  it('may be accepted on the page Bots while it is connected', async () => {
    const { fixture, keys } = await pairedAs(COMPILED, ONE);
    const bot = await enterAs(fixture, keys, COMPILED, TWO);
    expect(await accept(fixture, keys)).toMatchObject({ ok: true });
    expect(resultOf(await bot.request('getAccessTokenForUser', never))?.userId).toBe(ALICE);
  });

  it('that was only moved goes on, and where it is now is remembered', async () => {
    const { fixture, keys } = await pairedAs(COMPILED, ONE);
    const bot = await enterAs(fixture, keys, { ...COMPILED, program: '/tmp/.mount_x/bot' }, ONE);
    expect(resultOf(await bot.request('getAccessTokenForUser', never))?.userId).toBe(ALICE);
    expect([changedOf(fixture), told(fixture)]).toEqual([null, []]);
    expect(fixture.view().bots[0]?.program).toBe('/tmp/.mount_x/bot');
  });

  it('is still known as changed after a restart', async () => {
    const { fixture, keys } = await pairedAs(COMPILED, ONE);
    await enterAs(fixture, keys, COMPILED, TWO);
    await fixture.restart();
    expect(changedOf(fixture)?.held).toBe(true);
    const bot = await enterAs(fixture, keys, COMPILED, TWO);
    expect(reasonOf(await bot.request('getAccessTokenForUser', never))).toBe('denied');
  });

  it('gets nothing before it has been looked at, and no longer than ten seconds to be', async () => {
    const { fixture, keys } = await pairedAs(COMPILED, ONE);
    let tell = (_print: string): void => {};
    const reading = new Promise<string>((resolve) => {
      tell = resolve;
    });
    const bot = fixture.connect(COMPILED, reading);
    expect(reasonOf(await bot.authenticate(keys))).toBe('no error');
    const asked = bot.request('getAccessTokenForUser', never);
    await fixture.time.pass(MINUTE / 12);
    expect(bot.lines).toHaveLength(2);
    tell(TWO);
    expect(reasonOf(await asked)).toBe('denied');
    const endless = fixture.connect(COMPILED, new Promise<string>(() => {}));
    await endless.authenticate(keys);
    const later = endless.request('getAccessTokenForUser', never);
    await fixture.time.pass(MINUTE / 6);
    expect(resultOf(await later)?.userId).toBe(ALICE);
  });
});

describe('a key that comes from another computer', () => {
  it('is held when it was paired here, and the other way round', async () => {
    const here = await pairedAs(LOCAL_PEER, ONE);
    const far = await enterAs(here.fixture, here.keys, SSH, null);
    expect(reasonOf(await far.request('getAccessTokenForUser', never))).toBe('denied');
    expect(changedOf(here.fixture)).toMatchObject({ held: true, changes: [{ what: 'place' }] });
    const there = await pairedAs(SSH, null);
    const near = await enterAs(there.fixture, there.keys, LOCAL_PEER, ONE);
    expect(reasonOf(await near.request('getAccessTokenForUser', never))).toBe('denied');
    expect(there.fixture.view().bots[0]?.remote).toBe(true);
  });
});

describe('what can’t be told', () => {
  it('never counts as a change', async () => {
    const { fixture, keys } = await pairedAs(COMPILED, ONE);
    const unknown = { ...COMPILED, pid: null, program: null };
    const bot = await enterAs(fixture, keys, unknown, null);
    expect(resultOf(await bot.request('getAccessTokenForUser', never))?.userId).toBe(ALICE);
    const unread = await enterAs(fixture, keys, COMPILED, null);
    expect(resultOf(await unread.request('getAccessTokenForUser', never))?.userId).toBe(ALICE);
    expect(changedOf(fixture)).toBeNull();
  });

  it('is learned later of a bot that an older Castkey paired', async () => {
    const { fixture, keys } = await pairedAs(COMPILED, ONE);
    await fixture.restart(() => {
      const list = JSON.parse(fixture.documents.files.get('bots') ?? '') as {
        bots: Record<string, unknown>[];
      };
      for (const bot of list.bots) {
        delete bot.programs;
        delete bot.changed;
      }
      fixture.documents.files.set('bots', JSON.stringify(list));
    });
    await enterAs(fixture, keys, COMPILED, TWO);
    expect(changedOf(fixture)).toBeNull();
    const other = await enterAs(fixture, keys, COMPILED, ONE);
    expect(reasonOf(await other.request('getAccessTokenForUser', never))).toBe('denied');
  });
});
