import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connectBot, type TestBot } from './test-bot.ts';

/** A bot that speaks the protocol by hand over a real socket: no cache, no shared requests, no retries. */
export async function dialSocket(
  path: string,
  heard: (line: string) => void = () => undefined,
): Promise<{ bot: TestBot; socket: Socket; hangUp(): void }> {
  const socket = connect(path);
  await once(socket, 'connect');
  socket.on('error', () => undefined); // 'close' follows, and that is what is listened to
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
  return { bot: connectBot({ accept }, heard), socket, hangUp: () => void socket.destroy() };
}
