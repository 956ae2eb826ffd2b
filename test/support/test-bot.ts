import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Peer, Pipe, PipeListener } from '../../electron/core/ports.ts';
import type { Vault } from '../../electron/core/vault.ts';
import type { HelloResult, WireErrorData, WireEvent, WireMethods } from '../../shared/protocol.ts';

/** What came back for a request: a result, or Castkey's reason. */
export type Answer<T> = { result: T } | { code: number; message: string; data: WireErrorData };
type Method = keyof WireMethods;
interface Line {
  id?: number | string | null;
  result?: unknown;
  error?: { code: number; message: string; data: WireErrorData };
  params?: WireEvent;
}

/** A local program at the other end of a pipe that speaks the protocol by hand. */
export interface TestBot {
  lines: Line[];
  events: WireEvent[];
  closed: boolean;
  /** While true, the pipe takes no more until `drain`. */
  blocked: boolean;
  /** True while the vault reads nothing from it: what it sends waits. */
  paused: boolean;
  /** What the system says of it when it is asked again; at first what it said when it connected. */
  peerNow: Peer;
  drain(): void;
  send(bytes: string | Uint8Array): void;
  request<M extends Method>(
    method: M,
    params: WireMethods[M]['params'],
  ): Promise<Answer<WireMethods[M]['result']>>;
  /** hello and authenticate with this key, checking the vault's own proof. */
  authenticate(key: { keyId: string; key: string; twitchClientId?: string }): Promise<Answer<unknown>>;
  hangUp(): void;
}

export const LOCAL_PEER: Peer = {
  pid: 4321,
  uid: 1000,
  program: '/usr/bin/node',
  script: '/home/s/bot.js',
  parent: 'bash',
  interpreter: true,
  relay: false,
  otherNamespace: false,
  otherFile: false,
  connection: 'own',
  late: false,
  run: '4321 since noon',
  replaceable: false,
  rewritten: false,
};

/** What is told of a connection that is over. */
const NOBODY: Peer = {
  ...LOCAL_PEER,
  ...{ pid: null, uid: null, program: null, script: null, parent: null, run: null },
  ...{ interpreter: false, otherFile: null, connection: null },
};

export const newNonce = (): string => randomBytes(24).toString('base64url');
/** The proof as docs/protocol.md has it, written down a second time on purpose. */
export function proof(side: 'client' | 'server', key: string, client: string, server: string): string {
  const bytes = Buffer.from(key, 'base64url');
  return createHmac('sha256', bytes).update(`castkey1:${side}:${client}:${server}`).digest('base64url');
}

/** The result, or an error that says what came instead. */
export function resultOf<T>(answer: Answer<T>): T {
  if ('result' in answer) return answer.result;
  throw new Error(`refused: ${answer.data.code}: ${answer.message}`);
}
export function reasonOf(answer: Answer<unknown>): string {
  return 'result' in answer ? 'no error' : answer.data.code;
}

/** Connects a bot; `heard` gets every line the vault writes to it, `print` is what its program hashes to. */
export function connectBot(
  vault: Pick<Vault, 'accept'>,
  heard: (line: string) => void,
  peer: Peer = LOCAL_PEER,
  print: string | null | Promise<string> = 'a'.repeat(64),
): TestBot {
  const unread: Buffer[] = [];
  const waiting = new Map<string, (answer: Answer<unknown>) => void>();
  let listener: PipeListener | null = null;
  let lastId = 0;
  const pipe: Pipe = {
    peer,
    lookAgain: async () => (bot.closed ? NOBODY : bot.peerNow),
    fingerprint: async () => print,
    pause() {
      bot.paused = true;
    },
    resume() {
      bot.paused = false;
      while (!bot.paused && unread.length > 0) listener?.data(unread.shift() ?? Buffer.alloc(0));
    },
    write(line) {
      if (bot.closed) return false;
      heard(line);
      take(JSON.parse(line) as Line);
      return !bot.blocked;
    },
    close() {
      if (bot.closed) return;
      bot.closed = true;
      queueMicrotask(() => listener?.closed());
    },
  };

  function take(line: Line): void {
    bot.lines.push(line);
    if (line.params) bot.events.push(line.params);
    const settle = waiting.get(String(line.id));
    waiting.delete(String(line.id));
    settle?.(line.error ?? { result: line.result });
  }

  const bot: TestBot = {
    peerNow: peer,
    lines: [],
    events: [],
    closed: false,
    blocked: false,
    paused: false,
    drain() {
      bot.blocked = false;
      listener?.drained();
    },
    send(bytes) {
      if (bot.paused) unread.push(Buffer.from(bytes));
      else listener?.data(typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
    },
    request(method, params) {
      lastId += 1;
      const id = lastId;
      const answer = new Promise<Answer<unknown>>((resolve) => waiting.set(String(id), resolve));
      bot.send(`${JSON.stringify({ jsonrpc: '2.0', id, method, params })}\n`);
      return answer as Promise<Answer<never>>;
    },
    async authenticate({ keyId, key, twitchClientId }) {
      const nonce = newNonce();
      const named = twitchClientId === undefined ? {} : { twitchClientId };
      const params = { protocol: 1, client: { name: 'bot' }, keyId, nonce, ...named };
      const hello = await bot.request('hello', params);
      const met: HelloResult = resultOf(hello);
      if (met.proof !== proof('server', key, nonce, met.nonce)) throw new Error('the vault has no proof');
      return bot.request('authenticate', { proof: proof('client', key, nonce, met.nonce) });
    },
    hangUp() {
      bot.closed = true;
      listener?.closed();
    },
  };
  listener = vault.accept(pipe);
  return bot;
}

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
