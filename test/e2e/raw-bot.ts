/** A bot that speaks the protocol by hand over the real socket: no cache, no shared requests, no retries. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { connectBot, resultOf, type TestBot } from '../fakes/bot.ts';
import type { Stage } from './stage.ts';

/** Connects to a socket without saying anything; hangs up after the test. */
export async function rawBot(socketPath: string): Promise<TestBot> {
  const socket = connect(socketPath);
  await once(socket, 'connect');
  onTestFinished(() => void socket.destroy());
  const accept: Parameters<typeof connectBot>[0]['accept'] = (pipe) => {
    let rest = '';
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) pipe.write(line);
    });
    socket.on('close', () => pipe.close());
    return {
      data: (bytes) => void socket.write(bytes),
      drained: () => undefined,
      closed: () => void socket.destroy(),
    };
  };
  return connectBot({ accept }, () => undefined);
}

/** One more connection of a bot that is paired already, by its key. */
export async function enterAgain(stage: Stage, name: string): Promise<TestBot> {
  const text = readFileSync(join(stage.keys, `${name}.json`), 'utf8');
  const bot = await rawBot(stage.castkey.socket);
  resultOf(await bot.enter(JSON.parse(text) as { keyId: string; key: string }));
  return bot;
}
