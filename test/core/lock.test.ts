import { describe, expect, it } from 'vitest';
import type { SettingsView } from '../../shared/views.ts';
import { reasonOf } from '../fakes/bot.ts';
import { HOUR, MINUTE, SECOND } from '../fakes/clock.ts';
import { ALICE, click, openWorld, pairBot, type World, worldWithAlice } from '../fakes/world.ts';

const DAY = 24 * HOUR;

async function lockedWorld(): Promise<World> {
  const world = await worldWithAlice();
  await world.vault.actions['vault.lock'].run();
  return world;
}
const set = (world: World, change: Partial<SettingsView>) =>
  world.vault.actions['settings.change'].run(change);
const unlock = (world: World, passphrase?: string) =>
  world.vault.actions['vault.unlock'].run(passphrase === undefined ? {} : { passphrase });
const lockState = (world: World) => [world.view().locked, world.view().lockReason];

describe('a vault that locks by itself', () => {
  it('does so once nobody has used the computer for as long as was set, and not before', async () => {
    const world = await worldWithAlice();
    await set(world, { lockAfterMinutes: 10 });
    world.idle.now = 599;
    await world.time.pass(20 * SECOND);
    expect(lockState(world)).toEqual([false, null]);
    world.idle.now = 600;
    await world.time.pass(20 * SECOND);
    expect(lockState(world)).toEqual([true, 'idle']);
    expect(world.view().activity[0]).toMatchObject({
      kind: 'vault.locked',
      text: expect.stringContaining('nobody had used the computer'),
    });
  });

  it('counts the time the computer slept, which no system’s count may have', async () => {
    const world = await worldWithAlice();
    await set(world, { lockAfterMinutes: 10 });
    await world.time.pass(MINUTE);
    world.time.sleep(9 * MINUTE);
    await world.time.pass(10 * SECOND);
    expect(lockState(world)).toEqual([false, null]);
    world.time.sleep(11 * MINUTE);
    await world.time.pass(10 * SECOND);
    expect(lockState(world)).toEqual([true, 'idle']);
  });

  it('asks the system nothing while it is not to, nor while it is locked', async () => {
    const world = await worldWithAlice();
    world.idle.now = 99_999;
    await world.time.pass(HOUR);
    expect(world.idle.asked).toBe(0);
    await set(world, { lockAfterMinutes: 5 });
    await world.time.pass(MINUTE);
    expect(lockState(world)).toEqual([true, 'idle']);
    const asked = world.idle.asked;
    await world.time.pass(HOUR);
    expect(world.idle.asked).toBe(asked);
  });

  it('goes on looking after an unlock, and after a restart', async () => {
    const world = await worldWithAlice();
    await set(world, { lockAfterMinutes: 5 });
    world.idle.now = 300;
    await world.time.pass(MINUTE);
    world.idle.now = 0;
    await unlock(world);
    await world.time.pass(MINUTE);
    expect(lockState(world)).toEqual([false, null]);
    await world.restart();
    world.idle.now = 300;
    await world.time.pass(MINUTE);
    expect(lockState(world)).toEqual([true, 'idle']);
  });

  it('does so with the screen if that was set, whether the system tells or has to be asked', async () => {
    const world = await worldWithAlice();
    world.vault.screenLocked();
    expect(lockState(world)).toEqual([false, null]);
    await set(world, { lockWithScreen: true });
    world.vault.screenLocked();
    expect(lockState(world)).toEqual([true, 'screen']);
    expect(world.view().activity[0]?.text).toContain('the screen was locked');
    await unlock(world);
    await world.time.pass(MINUTE);
    expect(lockState(world)).toEqual([false, null]);
    world.idle.screen = true;
    await world.time.pass(5 * SECOND);
    expect(lockState(world)).toEqual([true, 'screen']);
  });

  it('locks once a locked screen: an unlock holds though the system still says locked', async () => {
    const world = await worldWithAlice();
    await set(world, { lockWithScreen: true });
    world.idle.screen = true;
    await world.time.pass(5 * SECOND);
    await unlock(world);
    await world.time.pass(MINUTE);
    expect(lockState(world)).toEqual([false, null]);
    world.idle.screen = false;
    await world.time.pass(5 * SECOND);
    world.idle.screen = true;
    await world.time.pass(5 * SECOND);
    expect(lockState(world)).toEqual([true, 'screen']);
  });

  it('keeps the first reason, and tells of one lock', async () => {
    const world = await worldWithAlice();
    await set(world, { lockAfterMinutes: 5 });
    world.idle.now = 300;
    await world.time.pass(MINUTE);
    await world.vault.actions['vault.lock'].run();
    expect(lockState(world)).toEqual([true, 'idle']);
    expect(world.view().activity.filter(({ kind }) => kind === 'vault.locked')).toHaveLength(1);
  });
});

describe('while locked', () => {
  const refused = [
    ['settings.change', { lockAfterMinutes: null }],
    ['account.setIntents', { userId: ALICE, intents: ['chat'] }],
    ['account.remove', { userId: ALICE }],
    ['account.signIn', {}],
    ['account.addToken', { accessToken: 'x' }],
    ['app.configure', { clientId: 'abc', kind: 'public' }],
    ['passphrase.set', { passphrase: 'long enough' }],
    ['backup.export', { passphrase: 'long enough' }],
    ['activity.export', undefined],
  ] as const;
  it.each(refused)('%s is refused and changes nothing', async (name, arg) => {
    const world = await lockedWorld();
    const before = world.view();
    const act = world.vault.actions[name].run as (arg: unknown) => Promise<unknown>;
    expect(await act(arg)).toMatchObject({ ok: false, error: { code: 'locked' } });
    expect({ ...world.view(), seq: 0 }).toEqual({ ...before, seq: 0 });
  });

  it('what takes rights away still works', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world);
    await world.vault.actions['vault.lock'].run();
    const [{ id } = { id: '' }] = world.view().bots[0]?.grants ?? [];
    expect(
      await world.vault.actions['grant.revoke'].run({ keyId: bot.keys.keyId, grantId: id }),
    ).toMatchObject({
      ok: true,
    });
    expect(await world.vault.actions['bot.remove'].run({ keyId: bot.keys.keyId })).toMatchObject({
      ok: true,
    });
    expect(world.view().bots).toEqual([]);
  });

  it('no question opens for a request that came a moment before', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world, []);
    const asked = bot.request('getAccessTokenForUser', { user: ALICE });
    await Promise.all([world.vault.actions['vault.lock'].run(), world.time.settle()]);
    expect(world.approval.current).toBeNull();
    expect(reasonOf(await asked)).toBe('locked');
  });

  it('no window opens though the yes that led to it was being written', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world, []);
    world.signIn.shown.length = 0;
    const asked = bot.request('getAccessTokenForUser', { user: ALICE, scopeSets: [['bits:read']] });
    const write = world.documents.write;
    world.documents.write = async (name, value) => {
      await world.vault.actions['vault.lock'].run();
      return write(name, value);
    };
    await click(world, 'always');
    expect(reasonOf(await asked)).toBe('locked');
    expect(world.signIn.shown).toEqual([]);
  });

  it('no application token leaves that was asked for before', async () => {
    const world = await worldWithAlice(['chat:read'], 'confidential');
    const bot = await pairBot(world);
    const open = world.twitch.hold('app');
    const asked = bot.request('getAppAccessToken', {});
    await world.time.settle();
    await world.vault.actions['vault.lock'].run();
    open();
    expect(reasonOf(await asked)).toBe('locked');
  });
});

describe('renewing while locked', () => {
  it('goes on as a rule', async () => {
    const world = await lockedWorld();
    await world.time.pass(4 * HOUR);
    expect(world.twitch.count('refresh')).toBe(1);
  });

  it('pauses if that was set, says so, and catches up on unlock', async () => {
    const world = await worldWithAlice();
    await set(world, { refreshWhileLocked: false });
    await world.vault.actions['vault.lock'].run();
    world.vault.resume();
    world.twitch.requests.length = 0;
    await world.time.pass(3 * HOUR);
    expect(world.account(ALICE)).toMatchObject({
      stateText: expect.stringMatching(/^valid .*; not renewed while Castkey is locked$/),
      advice: '',
    });
    await world.time.pass(2 * HOUR);
    expect(world.account(ALICE).advice).toMatch(/has run out: unlock Castkey/);
    expect(world.twitch.requests).toEqual([]);
    await unlock(world);
    await world.time.pass(SECOND);
    expect(world.twitch.count('refresh')).toBe(1);
    expect(world.account(ALICE).stateText).toMatch(/^valid [^;]*$/);
    await world.time.pass(DAY);
    expect(world.twitch.count('refresh')).toBeGreaterThan(5);
  });

  it('stays paused, not started, by a passphrase that opens the store meanwhile', async () => {
    const world = await worldWithAlice();
    await set(world, { refreshWhileLocked: false });
    await world.restart(() => {
      world.box.mode = 'passphrase-missing';
    });
    await world.vault.actions['vault.lock'].run();
    world.twitch.requests.length = 0;
    await world.vault.actions['passphrase.enter'].run({ passphrase: 'correct horse' });
    await world.time.pass(5 * HOUR);
    expect(world.account(ALICE).login).toBe('alice');
    expect(world.twitch.requests).toEqual([]);
  });
});

describe('unlocking', () => {
  it('needs the passphrase where one protects the vault', async () => {
    const world = await openWorld();
    world.box.mode = 'none';
    await world.vault.actions['passphrase.set'].run({ passphrase: 'correct horse' });
    await world.vault.actions['vault.lock'].run();
    expect(await unlock(world)).toMatchObject({ ok: false, error: { code: 'locked' } });
    expect(await unlock(world, 'wrong horse')).toMatchObject({ ok: false, error: { code: 'refused' } });
    expect(lockState(world)).toEqual([true, 'streamer']);
    expect(
      world
        .view()
        .activity.slice(0, 2)
        .map(({ kind, ok }) => [kind, ok]),
    ).toEqual([
      ['vault.unlock-refused', false],
      ['vault.unlock-refused', false],
    ]);
    expect(await unlock(world, 'correct horse')).toMatchObject({ ok: true });
    expect(lockState(world)).toEqual([false, null]);
  });

  it('with the passphrase also opens a store that was sealed until then', async () => {
    const world = await worldWithAlice();
    await world.restart(() => {
      world.box.mode = 'passphrase-missing';
    });
    await world.vault.actions['vault.lock'].run();
    expect(world.view().accounts).toEqual([]);
    expect(await unlock(world, 'correct horse')).toMatchObject({ ok: true });
    expect(world.account(ALICE).login).toBe('alice');
  });

  it('is asked of the system where it can check who is there', async () => {
    const world = await lockedWorld();
    Object.assign(world.presence, { has: true, confirms: false });
    expect(await unlock(world)).toMatchObject({ ok: false, error: { code: 'refused' } });
    expect([world.presence.asked, world.view().locked]).toEqual([['unlock Castkey'], true]);
    world.presence.confirms = true;
    expect(await unlock(world)).toMatchObject({ ok: true });
    expect(world.view().locked).toBe(false);
  });

  it('is tried once at a time', async () => {
    const world = await lockedWorld();
    let answer = (_yes: boolean): void => undefined;
    world.presence.has = true;
    world.presence.ask = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const first = unlock(world);
    expect(await unlock(world)).toMatchObject({ ok: false, error: { code: 'refused' } });
    answer(true);
    expect(await first).toMatchObject({ ok: true });
  });
});
