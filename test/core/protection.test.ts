import { describe, expect, it } from 'vitest';
import { reasonOf, resultOf } from '../fakes/bot.ts';
import { HOUR } from '../fakes/clock.ts';
import { disk, FILE, furnished, hello, notices } from '../fakes/furnished.ts';
import { MARKER } from '../fakes/twitch-ledger.ts';
import { ALICE, CLIENT_ID, openWorld, pairBot, signInAs, type World } from '../fakes/world.ts';

describe('a passphrase', () => {
  it('missing at start keeps all closed and says “locked”, not “unknown”, to bots; then opens it', async () => {
    const { world, keys } = await furnished();
    const before = disk(world);
    world.box.mode = 'passphrase-missing';
    await world.restart();
    expect([world.view().accounts, world.view().protection.needsPassphrase]).toEqual([[], true]);
    expect(reasonOf(await hello(world, keys.keyId))).toBe('locked');
    expect(await world.vault.actions['passphrase.enter'].run({ passphrase: 'wrong' })).toMatchObject({
      ok: false,
    });
    expect(disk(world)).toEqual(before);
    expect(await world.vault.actions['passphrase.enter'].run({ passphrase: 'correct horse' })).toMatchObject({
      ok: true,
    });
    expect(world.account(ALICE).state).toBe('ok');
    expect(notices(world)).toBe('');
    expect(reasonOf(await world.connect().enter(keys))).toBe('no error');
  });

  it('set where nothing protects seals what was in memory', async () => {
    const world = await unprotected('weak');
    const bot = await pairBot(world);
    expect(await world.vault.actions['passphrase.set'].run({ passphrase: 'long enough' })).toMatchObject({
      ok: true,
    });
    expect([...world.accounts.files.keys()]).toEqual([FILE]);
    await world.restart();
    expect(world.account(ALICE).login).toBe('alice');
    expect(reasonOf(await world.connect().enter(bot.keys))).toBe('no error');
  });
});

/** A confidential application, Alice and a bot, on a system that protects nothing. */
async function unprotected(mode: 'weak' | 'none'): Promise<World> {
  const world = await openWorld('confidential');
  world.box.mode = mode;
  await world.vault.actions['app.configure'].run({
    clientId: CLIENT_ID,
    kind: 'confidential',
    clientSecret: world.twitch.ledger.apps.get(CLIENT_ID)?.secret ?? '',
  });
  await signInAs(world, ALICE);
  return world;
}
describe('without protection', () => {
  it.each(['weak', 'none'] as const)(
    '(%s) nothing secret is written, sealed or not, and bots are served from memory',
    async (mode) => {
      const world = await unprotected(mode);
      const sealed = world.box.sealed.length;
      const bot = await pairBot(world);
      await world.vault.actions['account.refresh'].run({ userId: ALICE });
      expect(resultOf(await bot.request('getAccessTokenForUser', { user: ALICE }))?.version).toBe(2);
      await world.time.pass(HOUR);
      expect(world.box.sealed).toHaveLength(sealed);
      expect(world.accounts.written).toEqual([]);
      const texts = world.documents.written.map(({ text }) => text).join('\n');
      expect(texts).not.toContain(MARKER);
      expect(texts).not.toContain(bot.keys.key);
      expect(world.account(ALICE).saved).toBe(true);
      expect(world.view().protection.kind).toBe(mode);
      await world.restart();
      expect(world.view().accounts).toEqual([]);
    },
  );

  it('a bot that is removed stays removed when the keychain is back', async () => {
    const { world, keys } = await furnished();
    world.box.mode = 'none';
    await world.restart();
    await world.vault.actions['bot.remove'].run({ keyId: keys.keyId });
    world.box.mode = 'os';
    await world.restart();
    expect(world.view().bots).toEqual([]);
  });
});
