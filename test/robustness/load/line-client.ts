/** The smallest client there can be: sends a line, hands back the line that answers it. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { newNonce, proof } from '../../support/test-bot.ts';
import type { LoadBot } from './load-fixture.ts';

interface Line {
  id?: number;
  method?: string;
  result?: unknown;
  error?: { data: { code: string } };
}
export interface LineClient {
  /** Resolves with the result; rejects with the code of the error, or when the connection is over. */
  request(method: string, params: object): Promise<unknown>;
  /** Events that came. */
  events(): number;
  close(): Promise<void>;
}

/** Connects; says nothing yet. */
export async function openLine(path: string): Promise<LineClient> {
  const socket = connect(path);
  await once(socket, 'connect');
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  let [lastId, events, rest] = [0, 0, ''];
  const take = ({ id, method, result, error }: Line): void => {
    if (method === 'event') events += 1;
    const asked = waiting.get(id ?? 0);
    waiting.delete(id ?? 0);
    if (error) asked?.reject(new Error(error.data.code));
    else asked?.resolve(result);
  };
  const over = (): void => {
    for (const { reject } of waiting.values()) reject(new Error('the connection is over'));
    waiting.clear();
  };
  socket.on('error', () => undefined); // 'close' follows
  socket.on('close', over);
  socket.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(JSON.parse(line) as Line);
  });
  return {
    request(method, params) {
      lastId += 1;
      const id = lastId;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        socket.write(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
        if (socket.destroyed) over();
      });
    },
    events: () => events,
    async close() {
      if (socket.closed) return;
      socket.destroy();
      await once(socket, 'close');
    },
  };
}

/** Connects and proves a key. */
export async function enterAs(
  { keyId, key, clientId }: Pick<LoadBot, 'keyId' | 'key' | 'clientId'>,
  path: string,
): Promise<LineClient> {
  const line = await openLine(path);
  const nonce = newNonce();
  const hello = { protocol: 1, client: { name: 'load' }, keyId, nonce, twitchClientId: clientId };
  const met = (await line.request('hello', hello)) as { nonce: string; proof?: string };
  if (met.proof !== proof('server', key, nonce, met.nonce)) throw new Error('the vault has no proof');
  await line.request('authenticate', { proof: proof('client', key, nonce, met.nonce) });
  return line;
}
