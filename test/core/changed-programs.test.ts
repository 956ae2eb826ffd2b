import { describe, expect, it } from 'vitest';
import type { Peer } from '../../electron/core/ports.ts';
import { FACTS, newNonce, reasonOf, resultOf, type TestBot } from '../fakes/bot.ts';
import { MINUTE } from '../fakes/clock.ts';
import { ALICE, click, type World, worldWithAlice } from '../fakes/world.ts';

const [ONE, TWO] = ['1'.repeat(64), '2'.repeat(64)];
const COMPILED: Peer = { ...FACTS, program: '/opt/bot/bot', script: null, interpreter: false };
const SSH: Peer = { ...FACTS, program: '/usr/sbin/sshd', script: null, interpreter: false, relay: true };
const token = { user: ALICE } as const;
const never = { ...token, interactive: 'never' } as const;
type Keys = { keyId: string; key: string };

/** A bot that was paired as this program and may use alice's account. */
async function pairedAs(
  facts: Peer,
  print: string | null,
): Promise<{ world: World; keys: Keys; bot: TestBot }> {
  const world = await worldWithAlice();
  const bot = world.connect(facts, print);
  await bot.request('hello', { protocol: 1, client: { name: 'bot' }, nonce: newNonce() });
  const pairing = bot.request('pair', { wants: [{ user: ALICE, scopes: [['chat:read']] }] });
  await click(world, 'always');
  return { world, bot, keys: resultOf(await pairing) };
}
async function enterAs(world: World, keys: Keys, facts: Peer, print: string | null): Promise<TestBot> {
  const bot = world.connect(facts, print);
  expect(reasonOf(await bot.enter(keys))).toBe('no error');
  await world.time.settle();
  return bot;
}
const told = (world: World) => world.view().activity.filter(({ kind }) => kind === 'bot.changed');
const accept = (world: World, { keyId }: Keys, at = changedOf(world)?.at ?? 0) =>
  world.vault.actions['bot.acceptChange'].run({ keyId, at });
const changedOf = (world: World) => world.view().bots[0]?.changed ?? null;
const noticed = (world: World): number =>
  world.view().notices.filter(({ text }) => text.includes('used by something else')).length;

describe('a script that was edited', () => {
  it('gets its token as ever; the change is shown and told once, and gone when the old one is back', async () => {
    const { world, keys } = await pairedAs(FACTS, ONE);
    for (let turn = 0; turn < 3; turn += 1) {
      const bot = await enterAs(world, keys, FACTS, TWO);
      expect(resultOf(await bot.request('getAccessTokenForUser', never))?.userId).toBe(ALICE);
      bot.hang();
    }
    expect(changedOf(world)).toMatchObject({ held: false, changes: [{ what: 'contents' }] });
    expect([told(world).length, noticed(world)]).toEqual([1, 0]);
    await enterAs(world, keys, FACTS, ONE);
    expect(changedOf(world)).toBeNull();
  });

  it('at another path makes one notice, too', async () => {
    const { world, keys } = await pairedAs(FACTS, ONE);
    const bot = await enterAs(world, keys, { ...FACTS, script: '/tmp/x.js' }, TWO);
    expect(resultOf(await bot.request('getAccessTokenForUser', never))?.userId).toBe(ALICE);
    expect(changedOf(world)?.changes).toEqual([
      { what: 'script', before: '/home/s/bot.js', after: '/tmp/x.js' },
    ]);
    expect([told(world).length, noticed(world)]).toEqual([1, 1]);
    expect(await accept(world, keys)).toMatchObject({ ok: true });
    expect(changedOf(world)).toBeNull();
    expect(world.view().bots[0]).toMatchObject({ script: '/tmp/x.js' });
    expect(await accept(world, keys)).toMatchObject({ ok: false });
  });
});

describe('a compiled program that was exchanged', () => {
  it('gets nothing without a window, and the streamer is told', async () => {
    const { world, keys } = await pairedAs(COMPILED, ONE);
    const bot = await enterAs(world, keys, COMPILED, TWO);
    expect(reasonOf(await bot.request('getAccessTokenForUser', never))).toBe('denied');
    expect(reasonOf(await bot.request('getAnyAccessToken', token))).toBe('denied');
    expect(changedOf(world)).toMatchObject({ held: true, changes: [{ what: 'contents' }] });
    expect([told(world).length, noticed(world)]).toEqual([1, 1]);
    expect(world.approval.current).toBeNull();
  });

  it('is asked about with what changed and what it may do; “always” keeps all of it', async () => {
    const { world, keys } = await pairedAs(COMPILED, ONE);
    const other = { ...COMPILED, program: '/opt/bot-2/bot' };
    const bot = await enterAs(world, keys, other, TWO);
    const asked = bot.request('getAccessTokenForUser', token);
    await world.time.settle();
    expect(world.approval.current).toMatchObject({
      kind: 'changed',
      interpreter: false,
      remote: false,
      changes: [{ what: 'program', before: '/opt/bot/bot', after: '/opt/bot-2/bot' }],
      wants: [{ account: { login: 'alice' }, scopes: ['chat:read'] }],
    });
    await click(world, 'always');
    expect(resultOf(await asked)?.userId).toBe(ALICE);
    expect([changedOf(world), world.view().bots[0]?.grants.length]).toEqual([null, 1]);
    await world.restart();
    const again = await enterAs(world, keys, other, TWO);
    expect(resultOf(await again.request('getAccessTokenForUser', never))?.userId).toBe(ALICE);
  });

  it('with “once” gets one answer', async () => {
    const { world, keys } = await pairedAs(COMPILED, ONE);
    const bot = await enterAs(world, keys, COMPILED, TWO);
    const asked = bot.request('getAccessTokenForUser', token);
    await click(world, 'once');
    expect(resultOf(await asked)?.userId).toBe(ALICE);
    expect(reasonOf(await bot.request('getAccessTokenForUser', never))).toBe('denied');
  });

  it('with “deny” is not asked about again for ten minutes, but yet another one is', async () => {
    const { world, keys } = await pairedAs(COMPILED, ONE);
    const bot = await enterAs(world, keys, COMPILED, TWO);
    const asked = bot.request('getAccessTokenForUser', token);
    await click(world, 'deny');
    expect(reasonOf(await asked)).toBe('denied');
    expect(reasonOf(await bot.request('getAccessTokenForUser', token))).toBe('denied');
    const third = await enterAs(world, keys, COMPILED, '3'.repeat(64));
    void third.request('getAccessTokenForUser', token);
    await world.time.settle();
    expect(world.approval.current?.kind).toBe('changed');
  });

  it('does not hold up the one that was allowed, which has the same key', async () => {
    const { world, keys, bot } = await pairedAs(COMPILED, ONE);
    await enterAs(world, keys, COMPILED, TWO);
    expect(resultOf(await bot.request('getAccessTokenForUser', never))?.userId).toBe(ALICE);
    expect(changedOf(world)?.held).toBe(true);
  });

  it('is not accepted in the place of the one she has looked at', async () => {
    const { world, keys } = await pairedAs(COMPILED, ONE);
    await enterAs(world, keys, COMPILED, TWO);
    const seen = changedOf(world)?.at;
    await world.time.pass(5_000);
    await enterAs(world, keys, COMPILED, TWO);
    expect(changedOf(world)?.at).toBe(seen);
    const other = await enterAs(world, keys, { ...COMPILED, program: '/tmp/evil' }, '3'.repeat(64));
    expect(await accept(world, keys, seen)).toMatchObject({ error: { code: 'refused' } });
    expect(reasonOf(await other.request('getAccessTokenForUser', never))).toBe('denied');
  });

  it('may be accepted on the page Bots while it is connected', async () => {
    const { world, keys } = await pairedAs(COMPILED, ONE);
    const bot = await enterAs(world, keys, COMPILED, TWO);
    expect(await accept(world, keys)).toMatchObject({ ok: true });
    expect(resultOf(await bot.request('getAccessTokenForUser', never))?.userId).toBe(ALICE);
  });

  it('that was only moved goes on, and where it is now is remembered', async () => {
    const { world, keys } = await pairedAs(COMPILED, ONE);
    const bot = await enterAs(world, keys, { ...COMPILED, program: '/tmp/.mount_x/bot' }, ONE);
    expect(resultOf(await bot.request('getAccessTokenForUser', never))?.userId).toBe(ALICE);
    expect([changedOf(world), told(world)]).toEqual([null, []]);
    expect(world.view().bots[0]?.program).toBe('/tmp/.mount_x/bot');
  });

  it('is still known as changed after a restart', async () => {
    const { world, keys } = await pairedAs(COMPILED, ONE);
    await enterAs(world, keys, COMPILED, TWO);
    await world.restart();
    expect(changedOf(world)?.held).toBe(true);
    const bot = await enterAs(world, keys, COMPILED, TWO);
    expect(reasonOf(await bot.request('getAccessTokenForUser', never))).toBe('denied');
  });

  it('gets nothing before it has been looked at, and no longer than ten seconds to be', async () => {
    const { world, keys } = await pairedAs(COMPILED, ONE);
    let tell = (_print: string): void => {};
    const reading = new Promise<string>((resolve) => {
      tell = resolve;
    });
    const bot = world.connect(COMPILED, reading);
    expect(reasonOf(await bot.enter(keys))).toBe('no error');
    const asked = bot.request('getAccessTokenForUser', never);
    await world.time.pass(MINUTE / 12);
    expect(bot.lines).toHaveLength(2);
    tell(TWO);
    expect(reasonOf(await asked)).toBe('denied');
    const endless = world.connect(COMPILED, new Promise<string>(() => {}));
    await endless.enter(keys);
    const later = endless.request('getAccessTokenForUser', never);
    await world.time.pass(MINUTE / 6);
    expect(resultOf(await later)?.userId).toBe(ALICE);
  });
});

describe('a key that comes from another computer', () => {
  it('is held when it was paired here, and the other way round', async () => {
    const here = await pairedAs(FACTS, ONE);
    const far = await enterAs(here.world, here.keys, SSH, null);
    expect(reasonOf(await far.request('getAccessTokenForUser', never))).toBe('denied');
    expect(changedOf(here.world)).toMatchObject({ held: true, changes: [{ what: 'place' }] });
    const there = await pairedAs(SSH, null);
    const near = await enterAs(there.world, there.keys, FACTS, ONE);
    expect(reasonOf(await near.request('getAccessTokenForUser', never))).toBe('denied');
    expect(there.world.view().bots[0]?.remote).toBe(true);
  });
});

describe('what can’t be told', () => {
  it('never counts as a change', async () => {
    const { world, keys } = await pairedAs(COMPILED, ONE);
    const unknown = { ...COMPILED, pid: null, program: null };
    const bot = await enterAs(world, keys, unknown, null);
    expect(resultOf(await bot.request('getAccessTokenForUser', never))?.userId).toBe(ALICE);
    const unread = await enterAs(world, keys, COMPILED, null);
    expect(resultOf(await unread.request('getAccessTokenForUser', never))?.userId).toBe(ALICE);
    expect(changedOf(world)).toBeNull();
  });

  it('is learned later of a bot that an older Castkey paired', async () => {
    const { world, keys } = await pairedAs(COMPILED, ONE);
    await world.restart(() => {
      const list = JSON.parse(world.documents.files.get('bots') ?? '') as { bots: Record<string, unknown>[] };
      for (const bot of list.bots) {
        delete bot.programs;
        delete bot.changed;
      }
      world.documents.files.set('bots', JSON.stringify(list));
    });
    await enterAs(world, keys, COMPILED, TWO);
    expect(changedOf(world)).toBeNull();
    const other = await enterAs(world, keys, COMPILED, ONE);
    expect(reasonOf(await other.request('getAccessTokenForUser', never))).toBe('denied');
  });
});
