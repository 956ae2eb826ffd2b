import { describe, expect, it } from 'vitest';
import { ALICE, click, pairBot, worldWithAlice } from '../fakes/world.ts';

describe('the activity page', () => {
  it('tells who got what, newest first, and keeps it over a restart', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world);
    await bot.request('getAccessTokenForUser', { user: ALICE, scopeSets: [['chat:read']] });
    expect(world.view().activity[0]).toMatchObject({
      kind: 'token.served',
      text: 'bot got the token of alice',
      bot: 'bot',
      login: 'alice',
      scopes: ['chat:read'],
      ok: true,
    });
    const before = world.view().activity;
    await world.restart();
    expect(world.view().activity.map(({ text }) => text)).toEqual(before.map(({ text }) => text));
  });

  it('tells who got the token of the application', async () => {
    const world = await worldWithAlice(['chat:read'], 'confidential');
    const bot = await pairBot(world, []);
    await bot.request('getAppAccessToken', {});
    const told = { kind: 'token.served', text: 'bot got the application’s token', bot: 'bot', ok: true };
    expect(world.view().activity[0]).toMatchObject({ ...told, login: null, scopes: [] });
    expect(world.view().activity[0]?.peer).toMatchObject({ claimed: 'bot', proved: true });
  });

  it('tells of refusals as refusals', async () => {
    const world = await worldWithAlice();
    const bot = await pairBot(world, []);
    void bot.request('getAccessTokenForUser', { user: ALICE });
    await click(world, 'deny');
    expect(world.view().activity[0]).toMatchObject({ text: 'bot may not use alice', ok: false });
  });

  it('shows at most 200 lines and bears lines torn by a crash', async () => {
    const world = await worldWithAlice();
    for (let turn = 0; turn < 150; turn += 1) {
      await world.vault.actions['vault.lock'].run();
      await world.vault.actions['vault.unlock'].run({});
    }
    expect(world.view().activity).toHaveLength(200);
    world.lines.lines.push('{"at":1,"kind":"x"', '', 'null', '{"at":"soon"}');
    await world.restart();
    expect(world.view().activity[0]?.text).toBe('Castkey was unlocked');
  });

  it('is not worth an error when it can’t be written', async () => {
    const world = await worldWithAlice();
    world.deps.activity.append = () => Promise.reject(new Error('full'));
    await world.vault.actions['vault.lock'].run();
    await world.time.settle();
    expect(world.view().activity[0]?.text).toBe('Castkey was locked: you locked it');
    expect(world.log.lines.at(-1)).toMatchObject({ level: 'warn', message: 'activity could not be written' });
  });

  it('is not worth a start that fails when it can’t be read', async () => {
    const world = await worldWithAlice();
    world.deps.activity.tail = () => Promise.reject(new Error('torn'));
    await world.restart();
    expect(world.account(ALICE).login).toBe('alice');
  });
});
