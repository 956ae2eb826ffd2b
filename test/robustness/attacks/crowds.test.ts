import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, onTestFinished } from 'vitest';
import { attack } from '../../support/attack.ts';
import { newNonce, resultOf } from '../../support/test-bot.ts';
import { type AttackFixture, ending, isServed, openAttackFixture } from './attack-fixture.ts';

const MB = 1024 * 1024;

/** Bytes in use once the garbage is gone. */
function memory(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

/** Files and sockets this process holds open; /proc tells on Linux alone. */
const descriptors = (): number => (process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0);

attack(
  '10,000 connections, one after the other',
  'nobody notices; nothing is left of them',
  async () => {
    const { honest, path, dial, connections } = await openAttackFixture();
    const openAndClose = async (count: number): Promise<void> => {
      for (let turn = 0; turn < count; turn += 1) {
        const socket = connect(path);
        const gone = ending(socket);
        await once(socket, 'connect');
        if (turn % 3 === 0) socket.write('{"jsonrpc":');
        socket.destroy();
        await gone;
        if (turn % 500 === 0) expect(await isServed(honest)).toBe(true);
      }
      await expect.poll(connections).toBe(1);
    };
    await openAndClose(500); // what is loaded at first use
    const [heap, open] = [memory(), descriptors()];
    await openAndClose(10_000);
    expect(descriptors()).toBeLessThanOrEqual(open);
    expect(memory() - heap).toBeLessThan(8 * MB);
    const { bot } = await dial();
    const hello = { protocol: 1, client: { name: 'the last' }, nonce: newNonce() };
    expect(resultOf(await bot.request('hello', hello)).paired).toBe(false);
  },
  90_000,
);

/** A real process that opens connections and is silent on them; resolves when it has them all. */
async function startCrowd({ path }: AttackFixture, count: number): Promise<() => Promise<void>> {
  const script = `
    const { connect } = require('node:net');
    let open = 0;
    for (let one = 0; one < ${count}; one += 1)
      connect(${JSON.stringify(path)}, () => (open += 1) === ${count} && console.log('all')).on('error', () => {}).resume();
    setInterval(() => {}, 1_000);
  `;
  const child = spawn(process.execPath, ['-e', script]);
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return async () => {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
}

attack(
  'a program that takes every connection there is and is silent',
  'those who are in notice nothing; another program gets a place of it at once',
  async () => {
    const fixture = await openAttackFixture();
    const { honest, dial, connections } = fixture;
    const disperse = await startCrowd(fixture, 200);
    await expect.poll(connections).toBe(128);
    for (let turn = 0; turn < 20; turn += 1) {
      expect(await isServed(honest)).toBe(true);
      const { bot, hangUp } = await dial();
      const hello = { protocol: 1, client: { name: 'newcomer' }, nonce: newNonce() };
      expect(resultOf(await bot.request('hello', hello)).paired).toBe(false);
      hangUp();
    }
    await disperse();
    await expect.poll(connections).toBe(1);
  },
  60_000,
);

attack(
  '100,000 requests of one bot in one go',
  'each answered once, or it is hung up on; others are served meanwhile',
  async () => {
    const fixture = await openAttackFixture();
    const { honest, dialAs } = fixture;
    const { socket, bot } = await dialAs();
    const before = bot.lines.length;
    const line = (id: number): string => `{"jsonrpc":"2.0","id":${id},"method":"status"}\n`;
    let sent = 0;
    while (sent < 100_000 && !socket.destroyed) {
      const piece = Array.from({ length: 1_000 }, (_, at) => line(1_000 + sent + at)).join('');
      sent += 1_000;
      if (!socket.write(piece)) await fixture.time.pass(100);
      if (sent % 10_000 === 0) expect(await isServed(honest)).toBe(true);
    }
    while (!socket.destroyed && bot.lines.length - before < sent) await fixture.time.pass(100);
    expect(await isServed(honest)).toBe(true);
    const ids = bot.lines.slice(before).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    if (!socket.destroyed) expect(ids).toHaveLength(100_000);
    // And then it is a bot like any other.
    for (let turn = 0; turn < 300 && !socket.destroyed; turn += 1) {
      const status = bot.request('status', {});
      await fixture.time.pass(100);
      expect(resultOf(await status).users).toHaveLength(1);
    }
  },
  90_000,
);
