import { expect } from 'vitest';
import { attack } from '../../support/attack.ts';
import { SECOND } from '../../support/fake-time.ts';
import { pairBot } from '../../support/vault-fixture.ts';
import { ending, isServed, openAttackFixture, writeUntilStuck } from './attack-fixture.ts';

const STATUS = '{"jsonrpc":"2.0","id":1,"method":"status"}\n';

attack(
  'a peer that asks and does not read',
  'not read from either, until it reads; then all is answered',
  async () => {
    const { honest, dialAs } = await openAttackFixture();
    const { socket, bot } = await dialAs();
    const before = bot.lines.length;
    const sent = await writeUntilStuck(socket, (turn) => STATUS.replace('"id":1', `"id":${1_000 + turn}`));
    expect(await isServed(honest)).toBe(true);
    expect(bot.lines).toHaveLength(before);
    socket.resume();
    await expect.poll(() => bot.lines.length - before).toBe(sent);
    expect(new Set(bot.lines.slice(before).map(({ id }) => id)).size).toBe(sent);
  },
);

attack(
  'a bot that does not read, removed by the streamer',
  'gone within seconds, what it was owed with it',
  async () => {
    const fixture = await openAttackFixture();
    const { honest, dialAs, connections } = fixture;
    const { keys } = await pairBot(fixture, [], 'always', 'deaf');
    await expect.poll(connections).toBe(1);
    const { socket } = await dialAs(keys);
    await writeUntilStuck(socket, () => STATUS);
    await fixture.vault.actions['bot.remove'].run({ keyId: keys.keyId });
    await expect.poll(connections, { timeout: 10_000 }).toBe(1);
    expect(await isServed(honest)).toBe(true);
  },
);

attack('a peer that says nothing', 'hung up on after 10 s', async () => {
  const fixture = await openAttackFixture();
  const { honest, raw, connections } = fixture;
  const socket = await raw();
  const closed = ending(socket.resume());
  await expect.poll(connections).toBe(2);
  await fixture.time.pass(9.9 * SECOND);
  expect(connections()).toBe(2);
  await fixture.time.pass(SECOND);
  await closed;
  expect(await isServed(honest)).toBe(true);
});

attack('a peer that sends a byte a second', 'hung up on after 10 s', async () => {
  const fixture = await openAttackFixture();
  const { honest, raw, connections } = fixture;
  const socket = await raw();
  const closed = ending(socket.resume());
  await expect.poll(connections).toBe(2);
  for (const byte of STATUS.slice(0, 11)) {
    socket.write(byte);
    await fixture.time.pass(SECOND);
  }
  await closed;
  expect(await isServed(honest)).toBe(true);
});

attack('a line without an end', 'too-large at 64 KiB, hung up on', async () => {
  const { honest, dialAs, connections } = await openAttackFixture();
  const { socket, bot } = await dialAs();
  const closed = ending(socket);
  socket.write('x'.repeat(70_000));
  await closed;
  expect(bot.lines.at(-1)?.error?.data.code).toBe('too-large');
  expect(await isServed(honest)).toBe(true);
  expect(connections()).toBe(1);
});

attack('a peer that stops sending but keeps its end open', 'hung up on at once', async () => {
  const { honest, dialAs, connections } = await openAttackFixture();
  const { socket } = await dialAs();
  const closed = ending(socket);
  socket.allowHalfOpen = true;
  socket.end();
  await closed;
  expect(await isServed(honest)).toBe(true);
  expect(connections()).toBe(1);
});

attack('a peer that is gone in the middle of a line', 'nothing is left of it', async () => {
  const { honest, dialAs, connections } = await openAttackFixture();
  for (const cut of [1, 10, STATUS.length - 1]) {
    const { socket } = await dialAs();
    socket.write(STATUS.slice(0, cut));
    socket.destroySoon();
  }
  await expect.poll(connections).toBe(1);
  expect(await isServed(honest)).toBe(true);
});
