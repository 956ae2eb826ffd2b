import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { PUBLIC, type SandboxFixture, signIn, text } from './sandbox-fixture.ts';

/** A WebSocket whose messages wait to be read. */
export interface WebSocketClient {
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
export async function openWebSocket(
  fixture: Pick<SandboxFixture, 'sandbox'>,
  path = '/irc',
): Promise<WebSocketClient> {
  const socket = new WebSocket(`${fixture.sandbox.url.replace('http', 'ws')}${path}`);
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
  fixture: SandboxFixture,
  user: string,
  scopes = 'chat:read chat:edit',
): Promise<WebSocketClient & { token: string }> {
  const token = text(await signIn(fixture, { client: PUBLIC, user, scopes }), 'access_token');
  const client = await openWebSocket(fixture);
  client.say('CAP REQ :twitch.tv/tags twitch.tv/commands', `PASS oauth:${token}`, 'NICK whoever');
  await client.hear('GLOBALUSERSTATE');
  return { ...client, token };
}

/** Joins a channel; resolves when the server has said so. */
export async function joined(client: WebSocketClient, channel = 'luna_streams'): Promise<void> {
  client.say(`JOIN #${channel}`);
  await client.hear('ROOMSTATE', `#${channel}`);
}
