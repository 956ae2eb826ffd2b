import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { PUBLIC, type Stage, signIn, text } from './sandbox-fixture.ts';

/** A WebSocket whose messages wait to be read. */
export interface LineClient {
  say(...lines: string[]): void;
  /** The first message from here on that holds all of these, what came before it thrown away. */
  hear(...parts: string[]): Promise<string>;
  /** Everything not read yet. */
  unread(): string[];
  /** The code it was closed with. */
  readonly closed: Promise<number>;
  close(): void;
}

/** Connects; gone when the test ends. */
export async function openLines(stage: Pick<Stage, 'sandbox'>, path = '/irc'): Promise<LineClient> {
  const socket = new WebSocket(`${stage.sandbox.url.replace('http', 'ws')}${path}`);
  const unread: string[] = [];
  let wake = (): void => {};
  socket.on('message', (data) => {
    unread.push(...data.toString().split('\r\n').filter(Boolean));
    wake();
  });
  const closed = new Promise<number>((resolve) => {
    socket.on('close', (code) => {
      resolve(code);
      wake();
    });
  });
  onTestFinished(() => socket.terminate());
  await once(socket, 'open');
  return {
    say: (...lines) => {
      for (const line of lines) socket.send(line);
    },
    hear: async (...parts) => {
      for (;;) {
        for (let line = unread.shift(); line !== undefined; line = unread.shift()) {
          const found = line;
          if (parts.every((part) => found.includes(part))) return found;
        }
        if (socket.readyState !== WebSocket.OPEN) throw new Error(`closed before ${parts.join(' … ')} came`);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    unread: () => [...unread],
    closed,
    close: () => socket.close(),
  };
}

/** Signs in to the sandbox and then to its chat; the token is returned as well. */
export async function openChatAs(
  stage: Stage,
  user: string,
  scopes = 'chat:read chat:edit',
): Promise<LineClient & { token: string }> {
  const token = text(await signIn(stage, { client: PUBLIC, user, scopes }), 'access_token');
  const client = await openLines(stage);
  client.say('CAP REQ :twitch.tv/tags twitch.tv/commands', `PASS oauth:${token}`, 'NICK whoever');
  await client.hear('GLOBALUSERSTATE');
  return { ...client, token };
}
