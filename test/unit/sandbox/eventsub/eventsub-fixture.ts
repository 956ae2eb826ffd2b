import { BOT, bearer, LUNA, type Reply, type Stage, setStage, signIn, text } from '../sandbox-fixture.ts';
import { type LineClient, openLines } from '../websocket-fixture.ts';

export const MAX = '700100003';
export const PIA = '700100004';
export const QUINN = '700100005';
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

export const tokenOf = async (stage: Stage, user: string, scopes: string): Promise<Headers> =>
  bearer(text(await signIn(stage, { user, scopes }), 'access_token'));

export async function next(client: LineClient, type: string): Promise<Message> {
  return JSON.parse(await client.hear(`"message_type":"${type}"`)) as Message;
}

export async function open(stage: Stage, query = ''): Promise<LineClient & { id: string }> {
  const client = await openLines(stage, `/ws${query}`);
  const { payload } = await next(client, 'session_welcome');
  return { ...client, id: String(payload.session.id) };
}

export function subscribe(stage: Stage, headers: Headers, session: string, wanted: object): Promise<Reply> {
  return stage.send(PATH, { ...wanted, transport: { method: 'websocket', session_id: session } }, headers);
}

/** A sandbox whose waits end when the test says so; each wait is found by its milliseconds. */
export async function stageWithWaits(): Promise<{ stage: Stage; pass: (ms: number) => void }> {
  const waits: { ms: number; go: () => void }[] = [];
  const delay = (ms: number): Promise<void> => new Promise((go) => waits.push({ ms, go }));
  const pass = (ms: number): void => {
    const due = waits.filter((wait) => wait.ms === ms);
    for (const wait of due) waits.splice(waits.indexOf(wait), 1);
    for (const { go } of due) go();
  };
  return { stage: await setStage({ delay }), pass };
}
