import { describe, expect, it } from 'vitest';
import { reasonOf, resultOf } from '../../fakes/bot.ts';
import { HOUR } from '../../fakes/clock.ts';
import { exported, otherComputer, restored } from '../../fakes/other-computer.ts';
import { ALICE, BOB, pairBot, signInAs, type World, worldWithAlice } from '../../fakes/world.ts';

const refresh = (world: World) => world.vault.actions['account.refresh'].run({ userId: ALICE });
const logins = (world: World) => world.view().accounts.map(({ login }) => login);
/** The access token that is in force, by way of a bot that may have it. */
async function tokenIn(world: World, keys: { keyId: string; key: string }): Promise<string> {
  const bot = world.connect();
  resultOf(await bot.enter(keys));
  const token = resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }));
  bot.hang();
  return token?.accessToken ?? 'none';
}

describe('a restore where something is already', () => {
  it('keeps a login that is newer than the one in the backup', async () => {
    const world = await worldWithAlice();
    const { keys } = await pairBot(world);
    const file = await exported(world);
    await world.time.pass(HOUR);
    await refresh(world);
    const [before, records] = [await tokenIn(world, keys), new Map(world.accounts.files)];
    expect(await restored(world, file)).toContain('kept: alice stays as it is here: this login is newer');
    expect(await tokenIn(world, keys)).toBe(before);
    expect(world.accounts.files).toEqual(records);
  });

  it('takes a login that is newer than the one here, and tells bots', async () => {
    const old = await worldWithAlice([], 'confidential');
    const first = await exported(old);
    const world = await otherComputer(old);
    await restored(world, first);
    const bot = await pairBot(world, [{ user: ALICE }]);
    await bot.request('subscribe', {});
    await old.time.pass(HOUR);
    await refresh(old);
    expect(await restored(world, await exported(old))).toContain('good: alice was taken over.');
    expect(world.account(ALICE).obtainedAt).toBe(old.account(ALICE).obtainedAt);
    const changes = bot.events.filter(({ type }) => type === 'token.changed');
    expect(changes).toMatchObject([{ userId: ALICE, version: 3 }]);
  });

  it('does nothing the second time', async () => {
    const old = await worldWithAlice();
    await pairBot(old);
    const file = await exported(old);
    const world = await otherComputer(old);
    await restored(world, file);
    const before = world.view();
    const said = await restored(world, file);
    expect(said).toContain('kept: alice is here already, with the same login.');
    expect(said).toContain('kept: The bot bot is paired here already');
    expect(said).not.toContain('good:');
    expect([world.view().accounts, world.view().bots]).toEqual([before.accounts, before.bots]);
  });

  it('never takes permissions away', async () => {
    const old = await worldWithAlice(['chat:read'], 'confidential');
    const world = await otherComputer(old);
    await restored(world, await exported(old));
    await signInAs(world, ALICE, ['chat:read', 'chat:edit']);
    await old.time.pass(HOUR);
    await refresh(old);
    expect(await restored(world, await exported(old))).toContain(
      'it has permissions that the one in the backup lacks',
    );
    expect(world.account(ALICE).scopes).toEqual(['chat:read', 'chat:edit']);
  });

  it('leaves jobs with those who have them, and permissions as they are', async () => {
    const world = await worldWithAlice();
    await signInAs(world, BOB);
    await world.vault.actions['account.setIntents'].run({ userId: ALICE, intents: ['chat', 'clips'] });
    const { keys } = await pairBot(world);
    const file = await exported(world);
    await world.vault.actions['account.setIntents'].run({ userId: ALICE, intents: [] });
    await world.vault.actions['account.setIntents'].run({ userId: BOB, intents: ['chat'] });
    const grantId = world.view().bots[0]?.grants[0]?.id ?? '';
    await world.vault.actions['grant.revoke'].run({ keyId: keys.keyId, grantId });
    await world.vault.actions['settings.change'].run({ notify: false });
    expect(await restored(world, file)).toContain('kept: The job “chat” stays with bob.');
    expect([world.account(ALICE).intents, world.account(BOB).intents]).toEqual([['clips'], ['chat']]);
    expect(world.view().bots[0]?.grants).toEqual([]);
    expect(world.view().settings.notify).toBe(false);
  });

  it('brings back what was removed, naming each bot', async () => {
    const world = await worldWithAlice();
    const { keys } = await pairBot(world);
    const file = await exported(world);
    await world.vault.actions['bot.remove'].run({ keyId: keys.keyId });
    expect(await restored(world, file)).toContain('good: The bot bot is paired with the key it has');
    expect(reasonOf(await world.connect().enter(keys))).toBe('no error');
    expect(world.view().activity.map(({ text }) => text)).toContain('You restored the bot bot from a backup');
  });

  it('gives a bot its key again after the keychain was lost', async () => {
    const world = await worldWithAlice();
    const { keys } = await pairBot(world);
    const file = await exported(world);
    await world.restart(() => {
      world.box.mode = 'wrong-key';
    });
    expect(logins(world)).toEqual([]);
    world.box.mode = 'os';
    for (const [name, text] of world.documents.files)
      world.documents.files.set(name, text.replaceAll('fake:', 'gone:'));
    for (const [name, text] of world.accounts.files)
      world.accounts.files.set(name, text.replaceAll('fake:', 'gone:'));
    expect(await restored(world, file)).toContain('good: alice was taken over.');
    await world.restart();
    expect(await tokenIn(world, keys)).not.toBe('none');
  });

  it('compares with logins that could not be opened when Castkey started', async () => {
    const world = await worldWithAlice();
    const file = await exported(world);
    await world.time.pass(HOUR);
    await refresh(world);
    await world.restart(() => {
      world.box.mode = 'unavailable';
    });
    expect(logins(world)).toEqual([]);
    world.box.mode = 'os';
    expect(await restored(world, file)).toContain('kept: alice stays as it is here: this login is newer');
  });

  it('waits for a refresh under way before it compares', async () => {
    const world = await worldWithAlice();
    const other = await otherComputer(world);
    await restored(other, await exported(world));
    await world.time.pass(HOUR);
    await signInAs(world, ALICE, ['chat:read']);
    const newer = await exported(world);
    await other.time.pass(2 * HOUR);
    const letGo = other.twitch.hold('refresh');
    const refreshing = refresh(other);
    const { read } = other.documents;
    const comparing = new Promise<void>((resolve) => {
      other.documents.read = async (name) => {
        if (name === 'bots') resolve(); // the last thing looked at before logins are compared
        return read(name);
      };
    });
    const restoring = restored(other, newer);
    await comparing;
    await other.time.settle();
    letGo();
    expect(await restoring).toContain('kept: alice stays as it is here: this login is newer');
    expect(await refreshing).toMatchObject({ ok: true });
  });

  it('takes an account whole or not at all when the disk refuses', async () => {
    const old = await worldWithAlice([], 'confidential');
    const world = await otherComputer(old);
    await restored(world, await exported(old));
    const { keys } = await pairBot(world, [{ user: ALICE }]);
    await old.time.pass(HOUR);
    await refresh(old);
    const [before, newer] = [await tokenIn(world, keys), await exported(old)];
    world.accounts.fault = 'refuse';
    expect(await restored(world, newer)).toContain(
      'bad: alice was not taken over: the disk refuses to keep it.',
    );
    expect(await tokenIn(world, keys)).toBe(before);
    expect(world.account(ALICE).saved).toBe(true);
    world.accounts.fault = null;
    expect(await restored(world, newer)).toContain('good: alice was taken over.');
  });

  it('adds no bot when the disk refuses the list', async () => {
    const world = await worldWithAlice();
    const { keys } = await pairBot(world);
    const file = await exported(world);
    await world.vault.actions['bot.remove'].run({ keyId: keys.keyId });
    world.documents.fault = 'refuse';
    expect(await restored(world, file)).toContain('bad: No bot was taken over: the disk refuses to keep it.');
    expect(world.view().bots).toEqual([]);
    world.documents.fault = null;
    await world.restart();
    expect(world.view().bots).toEqual([]);
  });
});
