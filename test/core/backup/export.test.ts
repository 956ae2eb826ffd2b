import { describe, expect, it } from 'vitest';
import { exported, otherComputer, PASSPHRASE, restored, sentences } from '../../fakes/other-computer.ts';
import { MARKER } from '../../fakes/twitch-ledger.ts';
import { ALICE, openWorld, pairBot, type World, worldWithAlice } from '../../fakes/world.ts';

/** As a window does it: the argument is checked first. */
async function tryExport(world: World, passphrase = PASSPHRASE): Promise<string> {
  const { arg, run } = world.vault.actions['backup.export'];
  if (!arg.safeParse({ passphrase }).success) return 'bad-request: an argument that does not fit';
  return sentences(world, await run({ passphrase }));
}

describe('exporting a backup', () => {
  it('writes a file without a secret in it, and says what it holds', async () => {
    const world = await worldWithAlice(['chat:read'], 'confidential');
    const bot = await pairBot(world);
    const said = await tryExport(world);
    expect(said).toContain('good: backup holds 1 account (alice), 1 bot (bot), jobs and settings.');
    expect(said).toContain('Whoever has this file and its passphrase has these logins.');
    expect(said).toContain('Don’t use Remove here');
    const file = world.files.disk.get('backup') ?? '';
    expect(file.length).toBeGreaterThan(500);
    for (const secret of [MARKER, bot.keys.key, PASSPHRASE, 'alice'])
      for (const form of [secret, Buffer.from(secret).toString('base64url').slice(0, -2)])
        expect(file).not.toContain(form);
    expect(world.view().activity[0]).toMatchObject({ kind: 'backup.exported', ok: true });
  });

  it('tells that a public application’s logins can be renewed only once', async () => {
    expect(await tryExport(await worldWithAlice())).toContain('each login can be renewed only once');
    expect(await tryExport(await worldWithAlice([], 'confidential'))).not.toContain('only once');
  });

  it('waits for a refresh under way, whose one-time token would be worthless', async () => {
    const world = await worldWithAlice();
    const letGo = world.twitch.hold('refresh');
    const refreshing = world.vault.actions['account.refresh'].run({ userId: ALICE });
    await world.time.settle();
    const exporting = tryExport(world);
    await world.time.settle();
    expect(world.files.disk.size).toBe(0);
    letGo();
    await Promise.all([refreshing, exporting]);
    const other = await otherComputer(world);
    await restored(other, world.files.disk.get('backup') ?? '');
    expect(await other.vault.actions['account.refresh'].run({ userId: ALICE })).toMatchObject({ ok: true });
  });

  it('names bots whose key can’t be opened', async () => {
    const world = await worldWithAlice();
    await pairBot(world);
    await world.restart(() => {
      world.box.mode = 'wrong-key';
    });
    expect(await tryExport(world)).toContain('bad: bot is not in it: its key can’t be opened now.');
  });

  it.each([
    ['a short passphrase', 'bad-request', async () => 'ninechars', openWorld],
    [
      'a locked Castkey',
      'locked',
      async (world: World): Promise<string> => {
        await world.vault.actions['vault.lock'].run();
        return PASSPHRASE;
      },
      openWorld,
    ],
    [
      'a passphrase not entered yet',
      'locked',
      async (world: World): Promise<string> => {
        world.box.mode = 'passphrase-missing';
        return PASSPHRASE;
      },
      openWorld,
    ],
  ] as const)('is refused with %s, without a dialog', async (_why, code, prepare, open) => {
    const world = await open();
    expect(await tryExport(world, await prepare(world))).toMatch(new RegExp(`^${code}: `));
    expect([world.files.asked, world.files.disk.size]).toEqual([[], 0]);
  });

  it('that is cancelled writes nothing and says nothing', async () => {
    const world = await worldWithAlice();
    world.files.choice = null;
    expect(await tryExport(world)).toBe('nothing');
    expect(world.view().activity.map(({ kind }) => kind)).not.toContain('backup.exported');
  });

  it('that the disk refuses is said', async () => {
    const world = await worldWithAlice();
    world.files.refuse = true;
    expect(await tryExport(world)).toMatch(/^storage: .*ENOSPC/);
  });

  it('goes one at a time', async () => {
    const world = await worldWithAlice();
    let second = '';
    world.files.meanwhile = async () => {
      second = await tryExport(world);
    };
    await exported(world);
    expect(second).toMatch(/^refused: /);
  });

  it('writes nothing for a vault that was left while the dialog was open', async () => {
    const world = await worldWithAlice();
    world.files.meanwhile = () => world.vault.stop();
    expect(await tryExport(world)).toMatch(/^refused: /);
    expect(world.files.disk.size).toBe(0);
  });
});
