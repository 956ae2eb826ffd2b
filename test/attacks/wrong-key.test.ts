import { expect, it } from 'vitest';
import { newNonce, reasonOf } from '../fakes/bot.ts';
import { isServed, openStage } from './stage.ts';

it('a program that tries keys gets one try a connection, however it sends them', async () => {
  const { world, honest, dial, keys } = await openStage();
  const { bot } = await dial();
  const { keyId } = keys;
  await bot.request('hello', { protocol: 1, client: { name: 'guesser' }, keyId, nonce: newNonce() });
  const tries = Array.from({ length: 100 }, (_, id) => {
    const params = { proof: Buffer.alloc(32, id).toString('base64url') };
    return `${JSON.stringify({ jsonrpc: '2.0', id: 100 + id, method: 'authenticate', params })}\n`;
  });
  const last = bot.request('authenticate', { proof: 'x' });
  bot.send(tries.join(''));
  expect(reasonOf(await last)).toBe('bad-proof');
  expect(await isServed(honest)).toBe(true);
  expect(bot.closed).toBe(true);
  expect(bot.lines.filter(({ error }) => error?.data.code === 'bad-proof')).toHaveLength(1);
  expect(world.view().activity[0]).toMatchObject({ kind: 'peer.refused', bot: 'honest' });
});
