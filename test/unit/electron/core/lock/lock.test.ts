import { describe, expect, it } from 'vitest';
import type { SettingsView } from '../../../../../shared/views.ts';
import { HOUR, MINUTE, SECOND } from '../../../../support/fake-time.ts';
import { ALICE } from '../../../../support/people.ts';
import { reasonOf } from '../../../../support/test-bot.ts';
import {
  click,
  openVaultFixture,
  pairBot,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

const DAY = 24 * HOUR;

async function lockedWorld(): Promise<VaultFixture> {
  const fixture = await vaultFixtureWithAlice();
  await fixture.vault.actions['vault.lock'].run();
  return fixture;
}
const set = (fixture: VaultFixture, change: Partial<SettingsView>) =>
  fixture.vault.actions['settings.change'].run(change);
const unlock = (fixture: VaultFixture, passphrase?: string) =>
  fixture.vault.actions['vault.unlock'].run(passphrase === undefined ? {} : { passphrase });
const lockState = (fixture: VaultFixture) => [fixture.view().locked, fixture.view().lockReason];

describe('a vault that locks by itself', () => {
  it('does so once nobody has used the computer for as long as was set, and not before', async () => {
    const fixture = await vaultFixtureWithAlice();
    await set(fixture, { lockAfterMinutes: 10 });
    fixture.idle.now = 599;
    await fixture.time.pass(20 * SECOND);
    expect(lockState(fixture)).toEqual([false, null]);
    fixture.idle.now = 600;
    await fixture.time.pass(20 * SECOND);
    expect(lockState(fixture)).toEqual([true, 'idle']);
    expect(fixture.view().activity[0]).toMatchObject({
      kind: 'vault.locked',
      text: expect.stringContaining('nobody had used the computer'),
    });
  });

  it('counts the time the computer slept, which no system’s count may have', async () => {
    const fixture = await vaultFixtureWithAlice();
    await set(fixture, { lockAfterMinutes: 10 });
    await fixture.time.pass(MINUTE);
    fixture.time.sleep(9 * MINUTE);
    await fixture.time.pass(10 * SECOND);
    expect(lockState(fixture)).toEqual([false, null]);
    fixture.time.sleep(11 * MINUTE);
    await fixture.time.pass(10 * SECOND);
    expect(lockState(fixture)).toEqual([true, 'idle']);
  });

  it('asks the system nothing while it is not to, nor while it is locked', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.idle.now = 99_999;
    await fixture.time.pass(HOUR);
    expect(fixture.idle.asked).toBe(0);
    await set(fixture, { lockAfterMinutes: 5 });
    await fixture.time.pass(MINUTE);
    expect(lockState(fixture)).toEqual([true, 'idle']);
    const asked = fixture.idle.asked;
    await fixture.time.pass(HOUR);
    expect(fixture.idle.asked).toBe(asked);
  });

  it('goes on looking after an unlock, and after a restart', async () => {
    const fixture = await vaultFixtureWithAlice();
    await set(fixture, { lockAfterMinutes: 5 });
    fixture.idle.now = 300;
    await fixture.time.pass(MINUTE);
    fixture.idle.now = 0;
    await unlock(fixture);
    await fixture.time.pass(MINUTE);
    expect(lockState(fixture)).toEqual([false, null]);
    await fixture.restart();
    fixture.idle.now = 300;
    await fixture.time.pass(MINUTE);
    expect(lockState(fixture)).toEqual([true, 'idle']);
  });

  it('does so with the screen if that was set, whether the system tells or has to be asked', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.vault.screenLocked();
    expect(lockState(fixture)).toEqual([false, null]);
    await set(fixture, { lockWithScreen: true });
    fixture.vault.screenLocked();
    expect(lockState(fixture)).toEqual([true, 'screen']);
    expect(fixture.view().activity[0]?.text).toContain('the screen was locked');
    await unlock(fixture);
    await fixture.time.pass(MINUTE);
    expect(lockState(fixture)).toEqual([false, null]);
    fixture.idle.screen = true;
    await fixture.time.pass(5 * SECOND);
    expect(lockState(fixture)).toEqual([true, 'screen']);
  });

  it('locks once a locked screen: an unlock holds though the system still says locked', async () => {
    const fixture = await vaultFixtureWithAlice();
    await set(fixture, { lockWithScreen: true });
    fixture.idle.screen = true;
    await fixture.time.pass(5 * SECOND);
    await unlock(fixture);
    await fixture.time.pass(MINUTE);
    expect(lockState(fixture)).toEqual([false, null]);
    fixture.idle.screen = false;
    await fixture.time.pass(5 * SECOND);
    fixture.idle.screen = true;
    await fixture.time.pass(5 * SECOND);
    expect(lockState(fixture)).toEqual([true, 'screen']);
  });

  it('keeps the first reason, and tells of one lock', async () => {
    const fixture = await vaultFixtureWithAlice();
    await set(fixture, { lockAfterMinutes: 5 });
    fixture.idle.now = 300;
    await fixture.time.pass(MINUTE);
    await fixture.vault.actions['vault.lock'].run();
    expect(lockState(fixture)).toEqual([true, 'idle']);
    expect(fixture.view().activity.filter(({ kind }) => kind === 'vault.locked')).toHaveLength(1);
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
    const fixture = await lockedWorld();
    const before = fixture.view();
    const act = fixture.vault.actions[name].run as (arg: unknown) => Promise<unknown>;
    expect(await act(arg)).toMatchObject({ ok: false, error: { code: 'locked' } });
    expect({ ...fixture.view(), seq: 0 }).toEqual({ ...before, seq: 0 });
  });

  it('what takes rights away still works', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture);
    await fixture.vault.actions['vault.lock'].run();
    const [{ id } = { id: '' }] = fixture.view().bots[0]?.grants ?? [];
    expect(
      await fixture.vault.actions['grant.revoke'].run({ keyId: bot.keys.keyId, grantId: id }),
    ).toMatchObject({
      ok: true,
    });
    expect(await fixture.vault.actions['bot.remove'].run({ keyId: bot.keys.keyId })).toMatchObject({
      ok: true,
    });
    expect(fixture.view().bots).toEqual([]);
  });

  it('no question opens for a request that came a moment before', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture, []);
    const asked = bot.request('getAccessTokenForUser', { user: ALICE });
    await Promise.all([fixture.vault.actions['vault.lock'].run(), fixture.time.settle()]);
    expect(fixture.approval.current).toBeNull();
    expect(reasonOf(await asked)).toBe('locked');
  });

  it('no window opens though the yes that led to it was being written', async () => {
    const fixture = await vaultFixtureWithAlice();
    const bot = await pairBot(fixture, []);
    fixture.signIn.shown.length = 0;
    const asked = bot.request('getAccessTokenForUser', { user: ALICE, scopeSets: [['bits:read']] });
    const write = fixture.documents.write;
    fixture.documents.write = async (name, value) => {
      if (name === 'bots') await fixture.vault.actions['vault.lock'].run();
      return write(name, value);
    };
    await click(fixture, 'always');
    expect(reasonOf(await asked)).toBe('locked');
    expect(fixture.signIn.shown).toEqual([]);
  });

  it('no application token leaves that was asked for before', async () => {
    const fixture = await vaultFixtureWithAlice(['chat:read'], 'confidential');
    const bot = await pairBot(fixture);
    const open = fixture.twitch.hold('app');
    const asked = bot.request('getAppAccessToken', {});
    await fixture.time.settle();
    await fixture.vault.actions['vault.lock'].run();
    open();
    expect(reasonOf(await asked)).toBe('locked');
  });
});

describe('renewing while locked', () => {
  it('goes on as a rule', async () => {
    const fixture = await lockedWorld();
    await fixture.time.pass(4 * HOUR);
    expect(fixture.twitch.count('refresh')).toBe(1);
  });

  it('pauses if that was set, says so, and catches up on unlock', async () => {
    const fixture = await vaultFixtureWithAlice();
    await set(fixture, { refreshWhileLocked: false });
    await fixture.vault.actions['vault.lock'].run();
    fixture.vault.resume();
    fixture.twitch.requests.length = 0;
    await fixture.time.pass(3 * HOUR);
    expect(fixture.account(ALICE)).toMatchObject({
      stateText: 'valid; not renewed while Castkey is locked',
      advice: '',
    });
    await fixture.time.pass(2 * HOUR);
    expect(fixture.account(ALICE).advice).toMatch(/has run out: unlock Castkey/);
    expect(fixture.twitch.requests).toEqual([]);
    await unlock(fixture);
    await fixture.time.pass(SECOND);
    expect(fixture.twitch.count('refresh')).toBe(1);
    expect(fixture.account(ALICE).stateText).toBe('valid');
    await fixture.time.pass(DAY);
    expect(fixture.twitch.count('refresh')).toBeGreaterThan(5);
  });

  it('stays paused, not started, by a passphrase that opens the store meanwhile', async () => {
    const fixture = await vaultFixtureWithAlice();
    await set(fixture, { refreshWhileLocked: false });
    await fixture.restart(() => {
      fixture.box.mode = 'passphrase-missing';
    });
    await fixture.vault.actions['vault.lock'].run();
    fixture.twitch.requests.length = 0;
    await fixture.vault.actions['passphrase.enter'].run({ passphrase: 'correct horse' });
    await fixture.time.pass(5 * HOUR);
    expect(fixture.account(ALICE).login).toBe('alice');
    expect(fixture.twitch.requests).toEqual([]);
  });
});

describe('unlocking', () => {
  it('needs the passphrase where one protects the vault', async () => {
    const fixture = await openVaultFixture();
    fixture.box.mode = 'none';
    await fixture.vault.actions['passphrase.set'].run({ passphrase: 'correct horse' });
    await fixture.vault.actions['vault.lock'].run();
    expect(await unlock(fixture)).toMatchObject({ ok: false, error: { code: 'locked' } });
    expect(await unlock(fixture, 'wrong horse')).toMatchObject({ ok: false, error: { code: 'refused' } });
    expect(lockState(fixture)).toEqual([true, 'streamer']);
    expect(
      fixture
        .view()
        .activity.slice(0, 2)
        .map(({ kind, ok }) => [kind, ok]),
    ).toEqual([
      ['vault.unlock-refused', false],
      ['vault.unlock-refused', false],
    ]);
    expect(await unlock(fixture, 'correct horse')).toMatchObject({ ok: true });
    expect(lockState(fixture)).toEqual([false, null]);
  });

  it('with the passphrase also opens a store that was sealed until then', async () => {
    const fixture = await vaultFixtureWithAlice();
    await fixture.restart(() => {
      fixture.box.mode = 'passphrase-missing';
    });
    await fixture.vault.actions['vault.lock'].run();
    expect(fixture.view().accounts).toEqual([]);
    expect(await unlock(fixture, 'correct horse')).toMatchObject({ ok: true });
    expect(fixture.account(ALICE).login).toBe('alice');
  });

  it('is asked of the system where it can check who is there', async () => {
    const fixture = await lockedWorld();
    Object.assign(fixture.presence, { has: true, confirms: false });
    expect(await unlock(fixture)).toMatchObject({ ok: false, error: { code: 'refused' } });
    expect([fixture.presence.asked, fixture.view().locked]).toEqual([['unlock Castkey'], true]);
    fixture.presence.confirms = true;
    expect(await unlock(fixture)).toMatchObject({ ok: true });
    expect(fixture.view().locked).toBe(false);
  });

  it('is tried once at a time', async () => {
    const fixture = await lockedWorld();
    let answer = (_yes: boolean): void => undefined;
    fixture.presence.has = true;
    fixture.presence.ask = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const first = unlock(fixture);
    expect(await unlock(fixture)).toMatchObject({ ok: false, error: { code: 'refused' } });
    answer(true);
    expect(await first).toMatchObject({ ok: true });
  });
});
