import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../../../../../electron/core/settings/settings.ts';
import { exported, otherVaultFixture, restored } from '../../../../support/backup-fixture.ts';
import { HOUR, SECOND } from '../../../../support/fake-time.ts';
import { ALICE, CLIENT_ID } from '../../../../support/people.ts';
import { reasonOf, resultOf } from '../../../../support/test-bot.ts';
import { answers, no, offline } from '../../../../support/twitch-replies.ts';
import {
  createVaultFixture,
  pairBot,
  type VaultFixture,
  vaultFixtureWithAlice,
} from '../../../../support/vault-fixture.ts';

const refresh = (fixture: VaultFixture) => fixture.vault.actions['account.refresh'].run({ userId: ALICE });
/** The access token that is in force, by way of a bot that may have it. */
async function tokenIn(fixture: VaultFixture, keys: { keyId: string; key: string }): Promise<string> {
  const bot = fixture.connect();
  resultOf(await bot.authenticate(keys));
  const token = resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }));
  bot.hangUp();
  return token?.accessToken ?? 'none';
}

const swap = (letter: string): string => (letter === 'A' ? 'B' : 'A');

describe('a restore on an empty vault', () => {
  it('lets a bot go on with its key, without approval', async () => {
    const old = await vaultFixtureWithAlice(['chat:read'], 'confidential');
    await old.vault.actions['account.setIntents'].run({ userId: ALICE, intents: ['chat'] });
    const { keys } = await pairBot(old, [{ intent: 'chat', scopes: [['chat:read']] }]);
    const file = await exported(old);
    const fixture = await otherVaultFixture(old);
    const said = await restored(fixture, file);
    expect(said).toContain('good: The Twitch application was taken over.');
    expect(said).toContain('good: alice was taken over.');
    expect(said).toContain('good: The bot bot is paired with the key it has');
    expect(said).toContain('advice: The computer this backup comes from must not go on');
    const bot = fixture.connect();
    expect(reasonOf(await bot.authenticate(keys))).toBe('no error');
    const token = resultOf(await bot.request('getAccessTokenForIntent', { intent: 'chat' }));
    expect(token).toMatchObject({ userId: ALICE, scope: ['chat:read'] });
    expect(fixture.approval.shown).toEqual([]);
    expect(await refresh(fixture)).toMatchObject({ ok: true }); // with the client secret that came along
  });

  it('is on disk before it is used, and there after a restart', async () => {
    const old = await vaultFixtureWithAlice();
    const { keys } = await pairBot(old);
    await old.vault.actions['settings.change'].run({ notify: false, openAtLogin: true });
    const file = await exported(old);
    const fixture = await otherVaultFixture(old);
    await restored(fixture, file);
    const before = fixture.view();
    await fixture.restart();
    const { accounts, bots, settings, applications } = fixture.view();
    expect({ accounts, bots, settings, applications }).toEqual({
      accounts: before.accounts,
      bots: before.bots,
      settings: { ...DEFAULT_SETTINGS, notify: false, openAtLogin: true },
      applications: old.view().applications.map((one) => ({ ...one, source: 'backup' })),
    });
    expect(await tokenIn(fixture, keys)).not.toBe('none');
  });

  it('brings jobs whatever they are called, and they last', async () => {
    const old = await vaultFixtureWithAlice();
    const intents = ['__proto__', 'constructor', '7'];
    await old.vault.actions['account.setIntents'].run({ userId: ALICE, intents });
    const fixture = await otherVaultFixture(old);
    await restored(fixture, await exported(old));
    await fixture.restart();
    expect([...fixture.account(ALICE).intents].sort()).toEqual([...intents].sort());
  });

  it('asks Twitch about each login before anything else, and makes it its own', async () => {
    const old = await vaultFixtureWithAlice();
    const file = await exported(old);
    const fixture = await otherVaultFixture(old);
    fixture.twitch.requests.length = 0;
    await restored(fixture, file);
    expect(fixture.twitch.requests.map(({ kind }) => kind).slice(0, 1)).toEqual(['validate']);
    expect(fixture.twitch.count('refresh')).toBe(1);
    expect(fixture.account(ALICE).validatedAt).toBe(fixture.time.now());
  });

  it('asks as soon as it can when Twitch is away, and makes it its own then', async () => {
    const old = await vaultFixtureWithAlice();
    const file = await exported(old);
    const fixture = await otherVaultFixture(old);
    fixture.twitch.always('validate', offline);
    expect(await restored(fixture, file)).toContain('good: alice was taken over. Castkey asks Twitch');
    expect(fixture.twitch.count('refresh')).toBe(0);
    fixture.twitch.always('validate', null);
    await fixture.time.pass(10 * SECOND);
    expect(fixture.twitch.count('refresh')).toBe(1);
    expect(fixture.account(ALICE).state).toBe('ok');
  });

  it('leaves a login alone that has ended before its time, and says why', async () => {
    const old = await vaultFixtureWithAlice();
    const { keys } = await pairBot(old);
    const file = await exported(old);
    const before = await tokenIn(old, keys);
    await refresh(old);
    const fixture = await otherVaultFixture(old);
    expect(await restored(fixture, file)).toMatch(
      /bad: alice was taken over, but it has been renewed on the/,
    );
    expect(fixture.account(ALICE)).toMatchObject({
      state: 'needs-sign-in',
      stateText: 'used on another computer, or disconnected at Twitch',
      tryAnyway: expect.stringContaining('only once'),
    });
    await fixture.time.pass(50 * HOUR);
    expect(fixture.twitch.count('refresh')).toBe(1); // the old computer's
    expect(before).not.toBe(await tokenIn(old, keys));
    expect(old.account(ALICE).state).toBe('ok');
  });

  it('leaves the choice to the streamer when the login has run out, and a click renews it', async () => {
    const old = await vaultFixtureWithAlice();
    const { keys } = await pairBot(old);
    const file = await exported(old);
    const before = await tokenIn(old, keys);
    await old.vault.stop();
    await old.time.pass(5 * HOUR);
    const fixture = await otherVaultFixture(old);
    await fixture.time.pass(5 * HOUR);
    expect(await restored(fixture, file)).toMatch(
      /bad: alice was taken over, but it has run out.*Try anyway/,
    );
    await fixture.time.pass(30 * HOUR);
    expect(fixture.twitch.count('refresh')).toBe(0);
    await fixture.vault.actions['account.tryAnyway'].run({ userId: ALICE });
    expect(fixture.account(ALICE)).toMatchObject({ state: 'ok', tryAnyway: null });
    expect(await tokenIn(fixture, keys)).not.toBe(before);
  });

  it('says so when the one-time login was used up on the old computer, and keeps the rest', async () => {
    const old = await vaultFixtureWithAlice();
    await pairBot(old);
    const file = await exported(old);
    await refresh(old);
    old.twitch.kill('access', ALICE);
    const fixture = await otherVaultFixture(old);
    await restored(fixture, file);
    await fixture.time.pass(SECOND);
    expect(fixture.account(ALICE)).toMatchObject({ state: 'needs-sign-in' });
    expect(fixture.view().bots[0]?.grants).toHaveLength(1);
  });

  it('works while Twitch can’t be reached', async () => {
    const old = await vaultFixtureWithAlice();
    const { keys } = await pairBot(old);
    const file = await exported(old);
    for (const kind of ['validate', 'refresh', 'device'] as const) old.twitch.always(kind, offline);
    const fixture = await otherVaultFixture(old);
    await restored(fixture, file);
    await fixture.time.pass(SECOND);
    expect(fixture.account(ALICE).state).toBe('offline');
    expect(await tokenIn(fixture, keys)).not.toBe('none');
  });

  it('takes nothing when the disk refuses the application', async () => {
    const old = await vaultFixtureWithAlice();
    const file = await exported(old);
    const fixture = await otherVaultFixture(old);
    fixture.documents.fault = 'refuse';
    expect(await restored(fixture, file)).toMatch(/^bad: Nothing was changed: the disk refuses/);
    expect([fixture.view().applications, fixture.view().accounts]).toEqual([[], []]);
  });
});

describe('a backup made elsewhere', () => {
  it('for another application brings that along, beside the one here', async () => {
    const old = await vaultFixtureWithAlice();
    await pairBot(old);
    const file = await exported(old);
    const fixture = createVaultFixture();
    await fixture.vault.start();
    const clientId = 'anotherclient0000000000000001';
    fixture.twitch.state.apps.set(clientId, { secret: null });
    await fixture.vault.actions['app.configure'].run({ clientId, kind: 'public' });
    const said = await restored(fixture, file);
    expect(said).toContain('good: The Twitch application was taken over.');
    expect(said).toContain('alice was taken over');
    expect(fixture.view().applications).toMatchObject([
      { clientId, isDefault: true },
      { clientId: CLIENT_ID, isDefault: false, source: 'backup' },
    ]);
    expect(fixture.view().accounts.map(({ userId }) => userId)).toEqual([ALICE]);
  });

  it.each([true, false])(
    'never takes logins from Twitch to a stand-in or back (to a stand-in: %s)',
    async (to) => {
      const standIn = { url: 'http://127.0.0.1:9', builtIn: true };
      const old = await vaultFixtureWithAlice();
      if (!to) {
        old.deps.twitch = { ...old.deps.twitch, standIn };
        await old.restart();
      }
      const file = await exported(old);
      const fixture = await otherVaultFixture(old);
      if (to) fixture.deps.twitch = { ...fixture.deps.twitch, standIn };
      await fixture.restart();
      fixture.twitch.requests.length = 0;
      expect(await restored(fixture, file)).toMatch(/^refused: .*pretend Twitch.*Nothing was changed/);
      await fixture.time.pass(SECOND);
      expect([fixture.view().applications, fixture.twitch.requests]).toEqual([[], []]);
    },
  );

  it.each([
    ['the wrong passphrase', (file: string) => file, 'not the passphrase'],
    ['a changed byte', (file: string) => file.replace(/.$/, ' '), 'cut off or changed'],
    ['another salt', (file: string) => file.replace(/(?<="salt":")./, swap), 'somebody changed the file'],
    ['its end missing', (file: string) => file.slice(0, -9), 'cut off or changed'],
    ['a version of tomorrow', () => '{"castkeyBackup":3}', 'newer Castkey'],
    ['another program’s file', () => 'hello', 'no backup of Castkey’s'],
  ])('is refused with %s, and nothing changes', async (_what, change, reason) => {
    const old = await vaultFixtureWithAlice();
    const file = change(await exported(old));
    const fixture = await otherVaultFixture(old);
    const said = await restored(
      fixture,
      file,
      reason === 'not the passphrase' ? 'guessed wrongly' : undefined,
    );
    expect(said).toMatch(/^refused: .*Nothing was changed\.$/);
    expect(said).toContain(reason);
    expect([fixture.accounts.written, fixture.view().applications]).toEqual([[], []]);
  });

  it('is refused while Castkey is locked, without a dialog', async () => {
    const fixture = await vaultFixtureWithAlice();
    const file = await exported(fixture);
    fixture.files.asked.length = 0;
    await fixture.vault.actions['vault.lock'].run();
    expect(await restored(fixture, file)).toMatch(/^locked: /);
    expect(fixture.files.asked).toEqual([]);
  });

  it('that can’t be read is said; that nobody chose is nothing', async () => {
    const fixture = await vaultFixtureWithAlice();
    fixture.files.choice = 'gone';
    const ask = () => fixture.vault.actions['backup.restore'].run({ passphrase: 'whatever it was' });
    expect(await ask()).toMatchObject({ ok: false, error: { code: 'storage' } });
    fixture.files.choice = null;
    expect(await ask()).toEqual({ ok: true, value: null });
  });

  it('a login Twitch refuses is kept, not lost', async () => {
    const old = await vaultFixtureWithAlice();
    const file = await exported(old);
    const fixture = await otherVaultFixture(old);
    fixture.twitch.always('validate', answers(no(401, 'invalid access token')));
    fixture.twitch.next('refresh', answers(no(400, 'Invalid refresh token')));
    await restored(fixture, file);
    await fixture.time.pass(SECOND);
    expect(fixture.account(ALICE).state).toBe('needs-sign-in');
    fixture.twitch.always('validate', null);
    fixture.twitch.next('refresh'); // the refusal is over, too
    await fixture.vault.actions['account.tryAnyway'].run({ userId: ALICE });
    await fixture.vault.actions['account.tryAnyway'].run({ userId: ALICE });
    expect(fixture.account(ALICE).state).toBe('ok');
  });
});
