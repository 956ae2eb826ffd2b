import { describe, expect, it } from 'vitest';
import { HOUR } from '../support/fake-time.ts';
import { FACTS, newNonce, reasonOf } from '../support/test-bot.ts';
import { pairBot, type World, worldWithAlice } from '../support/vault-fixture.ts';

const refusals = (world: World) => world.view().activity.filter(({ kind }) => kind === 'peer.refused');

describe('a program that is turned away', () => {
  it('because it is another user’s, is in the record once, however often it knocks', async () => {
    const world = await worldWithAlice();
    for (let knock = 0; knock < 1000; knock += 1)
      world.vault.refusedPeer({ ...FACTS, uid: 1234, pid: knock });
    await world.time.pass(HOUR - 1);
    world.vault.refusedPeer({ ...FACTS, uid: 1234 });
    expect(refusals(world)).toMatchObject([
      {
        ...{ ok: false, text: expect.stringMatching(/\/usr\/bin\/node.*1234/) },
        peer: { claimed: null, proved: false, uid: 1234, program: '/usr/bin/node' },
      },
    ]);
    world.vault.refusedPeer({ ...FACTS, uid: 1235 });
    world.vault.refusedPeer({ ...FACTS, uid: 1234, program: '/opt/other' });
    expect(refusals(world)).toHaveLength(3);
    await world.time.pass(1);
    world.vault.refusedPeer({ ...FACTS, uid: 1234 });
    expect(refusals(world)).toHaveLength(4);
  });

  it('without a name, when the system tells none', async () => {
    const world = await worldWithAlice();
    world.vault.refusedPeer({ ...FACTS, uid: 99, program: null });
    expect(refusals(world)[0]?.text).toMatch(/^A program of another user/);
  });

  it('because its proof is wrong, is in the record once an hour and program', async () => {
    const world = await worldWithAlice();
    const { keys } = await pairBot(world);
    const lie = async (script: string): Promise<void> => {
      const bot = world.connect({ ...FACTS, script });
      await bot.request('hello', {
        protocol: 1,
        client: { name: 'b' },
        nonce: newNonce(),
        keyId: keys.keyId,
      });
      expect(reasonOf(await bot.request('authenticate', { proof: 'x' }))).toBe('bad-proof');
    };
    for (let turn = 0; turn < 20; turn += 1) await lie('/x/liar.js');
    expect(refusals(world)).toHaveLength(1);
    await lie('/x/other.js');
    expect(refusals(world)).toMatchObject([
      { peer: { claimed: 'bot', proved: false, script: '/x/other.js' } },
      { peer: { claimed: 'bot', proved: false, script: '/x/liar.js' } },
    ]);
  });

  it('is forgotten oldest first, so that a flood of new ones costs no memory', async () => {
    const world = await worldWithAlice();
    for (let uid = 0; uid < 600; uid += 1) world.vault.refusedPeer({ ...FACTS, uid });
    const before = refusals(world).length;
    world.vault.refusedPeer({ ...FACTS, uid: 599 });
    expect(refusals(world)).toHaveLength(before);
    await world.time.pass(60_000); // within a minute, more of them are only counted
    world.vault.refusedPeer({ ...FACTS, uid: 0 });
    expect(refusals(world)[0]?.text).toMatch(/number 0\b/);
  });
});
