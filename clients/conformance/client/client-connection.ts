import type { Socket } from 'node:net';
import { parseJson } from '../../../shared/parse-json.ts';
import { LIMITS } from '../../../shared/protocol.ts';
import { lineReader } from '../../javascript/src/lines.ts';

/** A request as it came: known to be JSON-RPC, and nothing more. */
export interface ReceivedRequest {
  readonly id: number | string;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** One connection of the client that is judged, and everything it said. */
export interface ClientConnection {
  readonly socket: Socket;
  readonly requests: ReceivedRequest[];
  /** Every byte it sent, as text. */
  said: string;
  /** Lines that are no requests, in words. */
  readonly problems: string[];
  /** Nonces and key of the handshake, as far as it got. */
  clientNonce: string;
  serverNonce: string;
  keyId: string;
  authenticated: boolean;
}

/** Listens to a new connection; `onRequest` gets each request that can be read. */
export function listenToClient(
  socket: Socket,
  onRequest: (connection: ClientConnection, request: ReceivedRequest) => void,
): ClientConnection {
  const connection: ClientConnection = {
    socket,
    requests: [],
    said: '',
    problems: [],
    clientNonce: '',
    serverNonce: '',
    keyId: '',
    authenticated: false,
  };
  const takeIn = lineReader(LIMITS.lineBytes, (line) => {
    const request = readRequest(line);
    if (typeof request === 'string') connection.problems.push(request);
    else {
      connection.requests.push(request);
      onRequest(connection, request);
    }
  });
  socket.on('error', () => {}); // 'close' follows
  socket.on('data', (chunk: Buffer) => {
    connection.said += chunk.toString();
    const problem = takeIn(chunk);
    if (problem)
      connection.problems.push(problem === 'too-long' ? 'a line over 64 KiB' : 'a line that is no UTF-8');
  });
  return connection;
}

/** @returns The request, or in words why it is none. */
function readRequest(line: string): ReceivedRequest | string {
  const message = parseJson(line);
  if (message === undefined) return 'a line that is no JSON';
  if (typeof message !== 'object' || message === null || Array.isArray(message))
    return 'a line that is no object';
  const { jsonrpc, id, method, params = {} } = message as Record<string, unknown>;
  if (jsonrpc !== '2.0') return 'a line without "jsonrpc":"2.0"';
  if (typeof id !== 'number' && !(typeof id === 'string' && id.length <= 100))
    return 'a request without an id';
  if (typeof method !== 'string') return 'a request without a method';
  if (typeof params !== 'object' || params === null || Array.isArray(params))
    return 'params that are no object';
  return { id, method, params: params as Record<string, unknown> };
}
