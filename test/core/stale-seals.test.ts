import { describe, expect, it } from 'vitest';
import { MINUTE } from '../support/fake-time.ts';
import { offline } from '../support/twitch-replies.ts';
import { pairBot, type World, worldWithAlice } from '../support/vault-fixture.ts';

/** Seals differ each time, as real ones do, so that a new one can be told from the old. */
async function furnished(): Promise<World> {
  const world = await worldWithAlice(['chat:read'], 'confidential');
  await pairBot(world);
  world.twitch.always('validate', offline); // a confirmed login is written anyway
  const { seal, open } = world.box;
  let count = 0;
  world.box.seal = async (plain) => {
    count += 1;
    return `${await seal(plain)}#${count}`;
  };
  world.box.open = (sealed) => open(sealed.split('#')[0] ?? '');
  return world;
}
const seals = (world: World): string[] =>
  [...world.accounts.files.values(), ...world.documents.files.values()]
    .flatMap((text) => [...text.matchAll(/"fake:[^"]+"/g)].map(([seal]) => seal))
    .sort();

describe('what a replaced key sealed', () => {
  it('is sealed anew soon after it was opened: login, secret and pairing key', async () => {
    const world = await furnished();
    const before = seals(world);
    await world.restart(() => {
      world.box.replaced = true;
    });
    world.box.replaced = false;
    await world.time.pass(MINUTE);
    expect(before).toHaveLength(3);
    expect(seals(world)).toHaveLength(3);
    for (const seal of before) expect(seals(world)).not.toContain(seal);
    await world.restart();
    expect([world.view().accounts.length, world.view().bots.length, world.view().app?.kind]).toEqual([
      1,
      1,
      'confidential',
    ]);
  });

  it('stays as it is, and in use, while the disk refuses', async () => {
    const world = await furnished();
    const before = seals(world);
    await world.restart(() => {
      world.box.replaced = true;
      world.accounts.fault = 'refuse';
      world.documents.fault = 'refuse';
    });
    await world.time.pass(MINUTE);
    expect(seals(world)).toEqual(before);
    expect([world.view().accounts.length, world.view().bots.length]).toEqual([1, 1]);
  });

  it('is not touched when the key is the same', async () => {
    const world = await furnished();
    const before = seals(world);
    await world.restart();
    await world.time.pass(MINUTE);
    expect(seals(world)).toEqual(before);
  });
});
