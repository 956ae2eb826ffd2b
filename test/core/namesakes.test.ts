import { describe, expect, it } from 'vitest';
import { newNonce } from '../fakes/bot.ts';
import { MINUTE } from '../fakes/clock.ts';
import { ALICE, pairBot, type World, worldWithAlice } from '../fakes/world.ts';

async function askAs(world: World, name: string): Promise<void> {
  const bot = world.connect();
  await bot.request('hello', { protocol: 1, client: { name }, nonce: newNonce() });
  void bot.request('pair', {});
  await world.time.settle();
}

describe('a name that is taken', () => {
  it.each(['chat-bot', 'Chat Bot', 'ｃｈａｔ＿ｂｏｔ'])('as “%s” is shown to be', async (name) => {
    const world = await worldWithAlice();
    await pairBot(world, [], 'always', 'chat-bot');
    await world.time.pass(MINUTE);
    await askAs(world, name);
    const [bot] = world.view().bots;
    expect(world.approval.current?.similarNames).toEqual([
      { pairedAt: bot?.pairedAt, lastSeenAt: bot?.lastSeenAt },
    ]);
  });

  it('is not taken by another one', async () => {
    const world = await worldWithAlice();
    await pairBot(world, [], 'always', 'chat-bot');
    await askAs(world, 'chat-bot-2');
    expect(world.approval.current?.similarNames).toEqual([]);
  });

  it('makes two bots, each with its own key, told apart in the list and in the record', async () => {
    const world = await worldWithAlice();
    const one = await pairBot(world, undefined, 'always', 'chat-bot');
    await world.time.pass(MINUTE);
    const two = await pairBot(world, undefined, 'always', 'chat-bot');
    expect(one.keys.keyId).not.toBe(two.keys.keyId);
    expect(world.view().bots.map(({ similarNames }) => similarNames)).toEqual([1, 1]);
    await one.request('getAccessTokenForUser', { user: ALICE });
    await two.request('getAccessTokenForUser', { user: ALICE });
    const served = world.view().activity.filter(({ kind }) => kind === 'token.served');
    expect(new Set(served.map(({ text }) => text)).size).toBe(2);
    for (const { text } of served) expect(text).toMatch(/^chat-bot \(the one paired on 5 Jan 2026, /);
    await world.vault.actions['bot.remove'].run({ keyId: one.keys.keyId });
    expect(world.view().activity[0]?.text).toMatch(/^You removed chat-bot \(the one paired on/);
    expect(world.view().bots.map(({ similarNames }) => similarNames)).toEqual([0]);
  });
});
