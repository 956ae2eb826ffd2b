import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../../../electron/core/settings/settings.ts';
import { reasonOf, resultOf } from '../../fakes/bot.ts';
import { SECOND } from '../../fakes/clock.ts';
import { exported, otherComputer, restored } from '../../fakes/other-computer.ts';
import { answers, no, offline } from '../../fakes/replies.ts';
import { ALICE, CLIENT_ID, openWorld, pairBot, type World, worldWithAlice } from '../../fakes/world.ts';

const refresh = (world: World) => world.vault.actions['account.refresh'].run({ userId: ALICE });
/** The access token that is in force, by way of a bot that may have it. */
async function tokenIn(world: World, keys: { keyId: string; key: string }): Promise<string> {
  const bot = world.connect();
  resultOf(await bot.enter(keys));
  const token = resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }));
  bot.hang();
  return token?.accessToken ?? 'none';
}

const swap = (letter: string): string => (letter === 'A' ? 'B' : 'A');

describe('a restore on an empty vault', () => {
  it('lets a bot go on with its key, without approval', async () => {
    const old = await worldWithAlice(['chat:read'], 'confidential');
    await old.vault.actions['account.setIntents'].run({ userId: ALICE, intents: ['chat'] });
    const { keys } = await pairBot(old, [{ intent: 'chat', scopes: [['chat:read']] }]);
    const file = await exported(old);
    const world = await otherComputer(old);
    const said = await restored(world, file);
    expect(said).toContain('good: The Twitch application was taken over.');
    expect(said).toContain('good: alice was taken over.');
    expect(said).toContain('good: The bot bot is paired with the key it has');
    expect(said).toContain('advice: The computer this backup comes from must not go on');
    const bot = world.connect();
    expect(reasonOf(await bot.enter(keys))).toBe('no error');
    const token = resultOf(await bot.request('getAccessTokenForIntent', { intent: 'chat' }));
    expect(token).toMatchObject({ userId: ALICE, scope: ['chat:read'] });
    expect(world.approval.shown).toEqual([]);
    expect(await refresh(world)).toMatchObject({ ok: true }); // with the client secret that came along
  });

  it('is on disk before it is used, and there after a restart', async () => {
    const old = await worldWithAlice();
    const { keys } = await pairBot(old);
    await old.vault.actions['settings.change'].run({ notify: false, openAtLogin: true });
    const file = await exported(old);
    const world = await otherComputer(old);
    await restored(world, file);
    const before = world.view();
    await world.restart();
    const { accounts, bots, settings, app } = world.view();
    expect({ accounts, bots, settings, app }).toEqual({
      accounts: before.accounts,
      bots: before.bots,
      settings: { ...DEFAULT_SETTINGS, notify: false, openAtLogin: true },
      app: old.view().app,
    });
    expect(await tokenIn(world, keys)).not.toBe('none');
  });

  it('brings jobs whatever they are called, and they last', async () => {
    const old = await worldWithAlice();
    const intents = ['__proto__', 'constructor', '7'];
    await old.vault.actions['account.setIntents'].run({ userId: ALICE, intents });
    const world = await otherComputer(old);
    await restored(world, await exported(old));
    await world.restart();
    expect([...world.account(ALICE).intents].sort()).toEqual([...intents].sort());
  });

  it('asks Twitch about each login soon after', async () => {
    const old = await worldWithAlice();
    const file = await exported(old);
    const world = await otherComputer(old);
    world.twitch.requests.length = 0;
    await restored(world, file);
    expect(world.twitch.requests).toEqual([]);
    await world.time.pass(SECOND);
    expect(world.twitch.count('validate')).toBe(1);
    expect(world.account(ALICE).validatedAt).toBe(world.time.now() - SECOND);
  });

  it('renews a login that has died meanwhile', async () => {
    const old = await worldWithAlice();
    const { keys } = await pairBot(old);
    const file = await exported(old);
    const before = await tokenIn(old, keys);
    old.twitch.kill('access', ALICE);
    const world = await otherComputer(old);
    await restored(world, file);
    await world.time.pass(SECOND);
    expect(world.account(ALICE)).toMatchObject({ state: 'ok' });
    expect(world.twitch.count('refresh')).toBe(1);
    expect(await tokenIn(world, keys)).not.toBe(before);
  });

  it('says so when the one-time login was used up on the old computer, and keeps the rest', async () => {
    const old = await worldWithAlice();
    await pairBot(old);
    const file = await exported(old);
    await refresh(old);
    old.twitch.kill('access', ALICE);
    const world = await otherComputer(old);
    await restored(world, file);
    await world.time.pass(SECOND);
    expect(world.account(ALICE)).toMatchObject({ state: 'needs-sign-in' });
    expect(world.view().bots[0]?.grants).toHaveLength(1);
  });

  it('works while Twitch can’t be reached', async () => {
    const old = await worldWithAlice();
    const { keys } = await pairBot(old);
    const file = await exported(old);
    for (const kind of ['validate', 'refresh', 'device'] as const) old.twitch.always(kind, offline);
    const world = await otherComputer(old);
    await restored(world, file);
    await world.time.pass(SECOND);
    expect(world.account(ALICE).state).toBe('offline');
    expect(await tokenIn(world, keys)).not.toBe('none');
  });

  it('takes nothing when the disk refuses the application', async () => {
    const old = await worldWithAlice();
    const file = await exported(old);
    const world = await otherComputer(old);
    world.documents.fault = 'refuse';
    expect(await restored(world, file)).toMatch(/^bad: Nothing was changed: the disk refuses/);
    expect([world.view().app, world.view().accounts]).toEqual([null, []]);
  });
});

describe('a backup that does not fit', () => {
  it('for another application is refused account by account, with the way out', async () => {
    const old = await worldWithAlice();
    await pairBot(old);
    const file = await exported(old);
    const world = await openWorld();
    const clientId = 'anotherclient0000000000000001';
    world.twitch.ledger.apps.set(clientId, { secret: null });
    await world.vault.actions['app.configure'].run({ clientId, kind: 'public' });
    const said = await restored(world, file);
    expect(said).toContain('bad: alice was refused: it belongs to another Twitch application.');
    expect(said).toContain(
      `for the Twitch application ${CLIENT_ID}, but Castkey here works with ${clientId}`,
    );
    expect([world.view().accounts, world.view().bots]).toEqual([[], []]);
  });

  it.each([true, false])(
    'never takes logins from Twitch to a stand-in or back (to a stand-in: %s)',
    async (to) => {
      const standIn = { url: 'http://127.0.0.1:9', builtIn: true };
      const old = await worldWithAlice();
      if (!to) {
        old.deps.twitch = { ...old.deps.twitch, standIn };
        await old.restart();
      }
      const file = await exported(old);
      const world = await otherComputer(old);
      if (to) world.deps.twitch = { ...world.deps.twitch, standIn };
      await world.restart();
      world.twitch.requests.length = 0;
      expect(await restored(world, file)).toMatch(/^refused: .*pretend Twitch.*Nothing was changed/);
      await world.time.pass(SECOND);
      expect([world.view().app, world.twitch.requests]).toEqual([null, []]);
    },
  );

  it.each([
    ['the wrong passphrase', (file: string) => file, 'not the passphrase'],
    ['a changed byte', (file: string) => file.replace(/.$/, ' '), 'cut off or changed'],
    ['another salt', (file: string) => file.replace(/(?<="salt":")./, swap), 'somebody changed the file'],
    ['its end missing', (file: string) => file.slice(0, -9), 'cut off or changed'],
    ['a version of tomorrow', () => '{"castkeyBackup":2}', 'newer Castkey'],
    ['another program’s file', () => 'hello', 'no backup of Castkey’s'],
  ])('is refused with %s, and nothing changes', async (_what, change, reason) => {
    const old = await worldWithAlice();
    const file = change(await exported(old));
    const world = await otherComputer(old);
    const said = await restored(world, file, reason === 'not the passphrase' ? 'guessed wrongly' : undefined);
    expect(said).toMatch(/^refused: .*Nothing was changed\.$/);
    expect(said).toContain(reason);
    expect([world.accounts.written, world.view().app]).toEqual([[], null]);
  });

  it('is refused while Castkey is locked, without a dialog', async () => {
    const world = await worldWithAlice();
    const file = await exported(world);
    world.files.asked.length = 0;
    await world.vault.actions['vault.lock'].run();
    expect(await restored(world, file)).toMatch(/^locked: /);
    expect(world.files.asked).toEqual([]);
  });

  it('that can’t be read is said; that nobody chose is nothing', async () => {
    const world = await worldWithAlice();
    world.files.choice = 'gone';
    const ask = () => world.vault.actions['backup.restore'].run({ passphrase: 'whatever it was' });
    expect(await ask()).toMatchObject({ ok: false, error: { code: 'storage' } });
    world.files.choice = null;
    expect(await ask()).toEqual({ ok: true, value: null });
  });

  it('a login Twitch refuses is parked, not lost', async () => {
    const old = await worldWithAlice();
    const file = await exported(old);
    const world = await otherComputer(old);
    world.twitch.always('validate', answers(no(401, 'invalid access token')));
    world.twitch.next('refresh', answers(no(400, 'Invalid refresh token')));
    await restored(world, file);
    await world.time.pass(SECOND);
    expect(world.account(ALICE).state).toBe('needs-sign-in');
    expect(await refresh(world)).toMatchObject({ ok: true });
  });
});
