import { BOT, LUNA } from '../../../support/people.ts';
import { bearer, type Reply, type SandboxFixture, signIn, startFixture, text } from '../sandbox-fixture.ts';
import { openWebSocket, type WebSocketClient } from '../websocket-fixture.ts';

export const PATH = '/helix/eventsub/subscriptions';
export const ONLINE = { type: 'stream.online', version: '1', condition: { broadcaster_user_id: LUNA } };
export const CHAT = {
  type: 'channel.chat.message',
  version: '1',
  condition: { broadcaster_user_id: LUNA, user_id: BOT },
};
export const FOLLOW = {
  type: 'channel.follow',
  version: '2',
  condition: { broadcaster_user_id: LUNA, moderator_user_id: BOT },
};

export interface Message {
  metadata: Record<string, string>;
  payload: {
    session: Record<string, unknown>;
    subscription: Record<string, unknown>;
    event: Record<string, unknown>;
  };
}

export type Headers = Record<string, string>;

export const tokenOf = async (fixture: SandboxFixture, user: string, scopes: string): Promise<Headers> =>
  bearer(text(await signIn(fixture, { user, scopes }), 'access_token'));

export async function next(client: WebSocketClient, type: string): Promise<Message> {
  return JSON.parse(await client.hear(`"message_type":"${type}"`)) as Message;
}

export async function open(fixture: SandboxFixture, query = ''): Promise<WebSocketClient & { id: string }> {
  const client = await openWebSocket(fixture, `/ws${query}`);
  const { payload } = await next(client, 'session_welcome');
  return { ...client, id: String(payload.session.id) };
}

export function subscribe(
  fixture: SandboxFixture,
  headers: Headers,
  session: string,
  wanted: object,
): Promise<Reply> {
  return fixture.send(PATH, { ...wanted, transport: { method: 'websocket', session_id: session } }, headers);
}

/** A sandbox whose waits end when the test says so; each wait is found by its milliseconds. */
export async function fixtureWithWaits(): Promise<{ fixture: SandboxFixture; pass: (ms: number) => void }> {
  const waits: { ms: number; go: () => void }[] = [];
  const delay = (ms: number): Promise<void> => new Promise((go) => waits.push({ ms, go }));
  const pass = (ms: number): void => {
    const due = waits.filter((wait) => wait.ms === ms);
    for (const wait of due) waits.splice(waits.indexOf(wait), 1);
    for (const { go } of due) go();
  };
  return { fixture: await startFixture({ delay }), pass };
}
