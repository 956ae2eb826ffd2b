import { describe, expect, it } from 'vitest';
import { FACTS } from '../../fakes/bot.ts';
import { ALICE, click, pairBot, type World, worldWithAlice } from '../../fakes/world.ts';

const told = (world: World): [string, boolean][] =>
  world
    .view()
    .activity.filter(({ bot }) => bot === 'bot')
    .map(({ text, ok }) => [text, ok]);

describe('a refused request', () => {
  it('is in the record with who asked and what was missing', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world);
    await bot.request('getAccessTokenForUser', {
      user: ALICE,
      scopeSets: [['bits:read']],
      interactive: 'never',
    });
    const { pid, uid, program, script } = FACTS;
    expect(world.view().activity[0]).toMatchObject({
      kind: 'request.refused',
      text: 'bot was refused: alice has not granted what is needed.',
      scopes: ['bits:read'],
      ok: false,
      peer: { claimed: 'bot', proved: true, pid, uid, program, script },
    });
  });

  it('that comes in a loop while locked is one line', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world);
    await world.vault.actions['vault.lock'].run();
    for (let turn = 0; turn < 50; turn += 1) await bot.request('getAccessTokenForUser', { user: ALICE });
    expect(told(world)[0]).toEqual([
      expect.stringMatching(/^bot was refused: Castkey is locked.*\(×50\)$/),
      false,
    ]);
    expect(world.view().activity.filter(({ kind }) => kind === 'request.refused')).toHaveLength(1);
  });

  it('is not told twice when the streamer herself said no', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world, []);
    const asked = bot.request('getAccessTokenForUser', { user: ALICE });
    await click(world, 'deny');
    await asked;
    expect(told(world)[0]).toEqual(['bot may not use alice', false]);
    await bot.request('getAccessTokenForUser', { user: ALICE, interactive: 'never' });
    expect(told(world)[0]?.[0]).toMatch(/^bot was refused: This bot may not use/);
  });

  it('for a token that no application of this kind has is no entry', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world);
    const before = world.view().activity.length;
    await bot.request('getAppAccessToken', {});
    expect(world.view().activity).toHaveLength(before);
  });
});
