import { createServer, type Server } from 'node:net';
import { type ClientConnection, listenToClient, type ReceivedRequest } from './client-connection.ts';
import { type SendAnswer, sendWhole } from './send-answer.ts';
import { CONFORMING, NO_METHOD, type Reply, type TestData, type VaultBehaviour } from './vault-behaviour.ts';

/** A vault that follows one script, and keeps what clients said to it. */
export interface ScriptedVault {
  readonly connections: ClientConnection[];
  /** Hangs up on everybody and takes the socket away. */
  close(): Promise<void>;
}

/** How it answers. */
export interface VaultScript {
  readonly behaviour: VaultBehaviour;
  readonly send?: SendAnswer;
  /** Fields that no client knows, in every answer. */
  readonly extra?: object;
}

/** Opens the socket at `path`. Rejects with the system's error where that can't be done. */
export async function openScriptedVault(
  path: string,
  data: TestData,
  script: VaultScript,
): Promise<ScriptedVault> {
  const connections: ClientConnection[] = [];
  const server = createServer((socket) => {
    connections.push(
      listenToClient(socket, (connection, request) => answer(connection, request, data, script)),
    );
  });
  await listen(server, path);
  return {
    connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const { socket } of connections) socket.destroy();
      }),
  };
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
}

function answer(
  connection: ClientConnection,
  request: ReceivedRequest,
  data: TestData,
  { behaviour, send, extra }: VaultScript,
): void {
  const { method, id } = request;
  const respond = [behaviour, CONFORMING].find((some) => Object.hasOwn(some, method))?.[method];
  const reply = respond ? respond(connection, request, data) : NO_METHOD;
  if (reply === 'hang up') connection.socket.destroy();
  else if ('raw' in reply) connection.socket.write(reply.raw);
  else void (send ?? sendWhole)(connection, asLine(id, reply, extra));
}

function asLine(
  id: ReceivedRequest['id'],
  reply: Exclude<Reply, 'hang up' | { raw: Buffer }>,
  extra: object = {},
): Buffer {
  const result = 'result' in reply ? reply.result : null;
  const widens = typeof result === 'object' && result !== null && !Array.isArray(result);
  const body = widens ? { result: { ...result, ...extra } } : reply;
  return Buffer.from(`${JSON.stringify({ jsonrpc: '2.0', id, ...body, ...extra })}\n`);
}
