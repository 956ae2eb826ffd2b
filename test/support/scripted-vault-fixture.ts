import { createHmac, randomBytes } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import type { BotState, WireErrorData, WireEventBody, WireToken, WireUser } from '../../shared/protocol.ts';

/** What a fake vault says no with. */
export class Refusal extends Error {
  constructor(
    readonly data: WireErrorData,
    message = 'no',
  ) {
    super(message);
  }
}

type Params = Record<string, unknown>;
type Answer = (params: Params) => unknown;

export interface ReceivedRequest {
  readonly method: string;
  readonly params: Params;
}

/** The server's side of the protocol, answers scripted by the test. */
export interface ScriptedVault {
  readonly path: string;
  /** Every request so far, the handshake's included. */
  readonly asked: ReceivedRequest[];
  /** Keys of paired bots; a test may take one away. */
  readonly keys: Map<string, Buffer>;
  users: WireUser[];
  /** What `subscribe` answers besides its number; undefined, as for older vaults: nothing. */
  state: BotState | undefined;
  /** Scripts a method, or the default handshake with `hello`, `authenticate`, `pair`. */
  on(method: string, answer: Answer): void;
  /** The next request of this method, if need be in the future. */
  next(method: string): Promise<Params>;
  emit(event: WireEventBody): void;
  /** Sends raw text to every connection. */
  send(text: string): void;
  count(method: string): number;
  readonly connections: number;
  /** Hangs up on everybody; still listening. */
  hangUp(): void;
  stop(): Promise<void>;
  start(): Promise<void>;
}

interface Connection {
  readonly socket: Socket;
  clientNonce: string;
  serverNonce: string;
  keyId: string | undefined;
}

const hmac = (key: Buffer, text: string): string =>
  createHmac('sha256', key).update(text).digest('base64url');

export async function startScriptedVault(path: string): Promise<ScriptedVault> {
  const asked: ReceivedRequest[] = [];
  const keys = new Map<string, Buffer>();
  const script = new Map<string, Answer>();
  const connections = new Set<Connection>();
  const expecting: { method: string; resolve: (params: Params) => void }[] = [];
  let server: Server | undefined;
  let seq = 0;

  const welcome = () => ({ clientId: 'client-1', hasClientSecret: false, users: vault.users });
  const handshake: Record<string, (connection: Connection, params: Params) => unknown> = {
    hello(connection, params) {
      connection.clientNonce = String(params.nonce);
      connection.serverNonce = randomBytes(16).toString('base64url');
      const key = keys.get(String(params.keyId));
      connection.keyId = key && String(params.keyId);
      const proof = key && hmac(key, `castkey1:server:${connection.clientNonce}:${connection.serverNonce}`);
      return {
        protocol: 1,
        server: { name: 'castkey', version: '9.9.9' },
        nonce: connection.serverNonce,
        ...(proof ? { proof } : {}),
        paired: proof !== undefined,
      };
    },
    authenticate(connection, params) {
      const key = keys.get(connection.keyId ?? '');
      const expected =
        key && hmac(key, `castkey1:client:${connection.clientNonce}:${connection.serverNonce}`);
      if (params.proof !== expected) throw new Refusal({ code: 'bad-proof', retryable: false });
      return welcome();
    },
    pair() {
      const keyId = `key-${keys.size + 1}`;
      const key = randomBytes(32);
      keys.set(keyId, key);
      return { keyId, key: key.toString('base64url'), ...welcome() };
    },
    subscribe: () => ({ seq, ...vault.state }),
  };

  const handle = async (connection: Connection, line: string): Promise<void> => {
    const { id, method, params } = JSON.parse(line) as { id: number; method: string; params: Params };
    asked.push({ method, params });
    for (const waiting of expecting.filter((entry) => entry.method === method)) {
      expecting.splice(expecting.indexOf(waiting), 1);
      waiting.resolve(params);
    }
    let reply: object;
    try {
      const scripted = script.get(method);
      const own = handshake[method];
      if (!scripted && !own) throw new Refusal({ code: 'bad-request', retryable: false }, `no ${method}`);
      const result = scripted ? await scripted(params) : own?.(connection, params);
      if (result === SILENCE) return;
      reply = { result };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      reply = { error: { code: -32000, message: error.message, data: error.data } };
    }
    connection.socket.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...reply })}\n`);
  };
  const accept = (socket: Socket): void => {
    const connection: Connection = { socket, clientNonce: '', serverNonce: '', keyId: undefined };
    connections.add(connection);
    let held = '';
    socket.on('data', (chunk) => {
      const lines = (held + chunk.toString()).split('\n');
      held = lines.pop() ?? '';
      for (const line of lines) void handle(connection, line);
    });
    socket.on('close', () => connections.delete(connection));
    socket.on('error', () => {});
  };
  const send = (text: string): void => {
    for (const { socket } of connections) socket.write(text);
  };

  const vault: ScriptedVault = {
    path,
    asked,
    keys,
    users: [],
    state: undefined,
    on: (method, answer) => void script.set(method, answer),
    next: (method) => new Promise((resolve) => expecting.push({ method, resolve })),
    emit(event) {
      seq += 1;
      send(`${JSON.stringify({ jsonrpc: '2.0', method: 'event', params: { seq, ...event } })}\n`);
    },
    send,
    count: (method) => asked.filter((request) => request.method === method).length,
    get connections() {
      return connections.size;
    },
    hangUp() {
      for (const { socket } of connections) socket.destroy();
    },
    stop: () =>
      new Promise((resolve) => {
        vault.hangUp();
        if (server) server.close(() => resolve());
        else resolve();
        server = undefined;
      }),
    start: () =>
      new Promise((resolve, reject) => {
        server = createServer(accept).once('error', reject).listen(path, resolve);
      }),
  };
  await vault.start();
  return vault;
}

/** A scripted answer that never comes. */
export const SILENCE = Symbol('silence');

/** A token as the vault gives it; obtained "now" and good for four hours unless told. */
export function token(fields: Partial<WireToken> = {}): WireToken {
  return {
    accessToken: 'token-1',
    refreshToken: null,
    scope: ['chat:read'],
    expiresIn: 14_400,
    obtainmentTimestamp: NOW,
    userId: '1',
    clientId: 'client-1',
    version: 1,
    ...fields,
  };
}

/** What the clock of a fake host shows at first. */
export const NOW = Date.UTC(2026, 0, 1);
