import { createServer, type Server } from 'node:net';
import { type Asked, openVisit, type Visit } from './client-connection.ts';
import { atOnce, type Delivery } from './send-answer.ts';
import { GOOD, type Manners, NO_METHOD, type Reply, type Stock } from './vault-behaviour.ts';

/** A vault that plays one part, and notes what it hears. */
export interface RehearsalVault {
  readonly visits: Visit[];
  /** Hangs up on everybody and takes the socket away. */
  close(): Promise<void>;
}

/** What it plays. */
export interface Part {
  readonly manners: Manners;
  readonly delivery?: Delivery;
  /** Fields that no client knows, in every answer. */
  readonly extra?: object;
}

/** Opens the socket at `path`. Rejects with the system's error where that can't be done. */
export async function openRehearsalVault(path: string, stock: Stock, part: Part): Promise<RehearsalVault> {
  const visits: Visit[] = [];
  const server = createServer((socket) => {
    visits.push(openVisit(socket, (visit, asked) => answer(visit, asked, stock, part)));
  });
  await listen(server, path);
  return {
    visits,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const { socket } of visits) socket.destroy();
      }),
  };
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
}

function answer(visit: Visit, asked: Asked, stock: Stock, { manners, delivery, extra }: Part): void {
  const { method, id } = asked;
  const say = [manners, GOOD].find((some) => Object.hasOwn(some, method))?.[method];
  const reply = say ? say(visit, asked, stock) : NO_METHOD;
  if (reply === 'hang up') visit.socket.destroy();
  else if ('raw' in reply) visit.socket.write(reply.raw);
  else void (delivery ?? atOnce)(visit, asLine(id, reply, extra));
}

function asLine(
  id: Asked['id'],
  reply: Exclude<Reply, 'hang up' | { raw: Buffer }>,
  extra: object = {},
): Buffer {
  const result = 'result' in reply ? reply.result : null;
  const widens = typeof result === 'object' && result !== null && !Array.isArray(result);
  const body = widens ? { result: { ...result, ...extra } } : reply;
  return Buffer.from(`${JSON.stringify({ jsonrpc: '2.0', id, ...body, ...extra })}\n`);
}
