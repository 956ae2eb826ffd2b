import { expect, it } from 'vitest';
import { isServed, openStage, writeUntilGone } from './stage.ts';

const STATUS = '{"jsonrpc":"2.0","id":1,"method":"status"}\n';

it('a peer that asks and never reads is hung up on, and its answers are not kept', async () => {
  const { honest, enter, connections } = await openStage();
  const { socket } = await enter();
  await writeUntilGone(socket, STATUS);
  expect(await isServed(honest)).toBe(true);
  expect(connections()).toBe(1);
});
