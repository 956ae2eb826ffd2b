/** The same connections through the real socket adapter. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OpenSocket, openSocket } from '../../../electron/adapters/socket/server.ts';
import { LOCAL_PEER } from '../../support/test-bot.ts';
import type { FuzzFixture } from './fuzz-fixture.ts';
import type { HostilePeer, Transport } from './hostile-peer.ts';
import { type Played, playRound } from './round.ts';
import type { Step } from './step.ts';

const NOTHING = Buffer.alloc(0);

interface SocketServer {
  path: string;
  socket: OpenSocket;
  inside: Set<object>;
  /** Called when one has gone. */
  onGone: () => void;
}

/** As `playRound`, but each byte goes through a socket of the system. */
export async function playThroughSocket(steps: readonly Step[], seed: number): Promise<Played> {
  const folder = mkdtempSync(join(tmpdir(), 'ck-'));
  let server: SocketServer | null = null;
  const transport: Transport = {
    async dial(fixture) {
      server ??= await openServer(join(folder, 's'), fixture);
      return connectThrough(server.path);
    },
    count: () => server?.inside.size ?? 0,
    async left(most) {
      const here = server;
      while (here !== null && here.inside.size > most)
        await new Promise<void>((resolve) => {
          here.onGone = resolve;
        });
    },
  };
  try {
    return await playRound(steps, seed, transport);
  } finally {
    await (server as SocketServer | null)?.socket.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function openServer(path: string, { vault, log }: FuzzFixture): Promise<SocketServer> {
  const inside = new Set<object>();
  const peer = { ...LOCAL_PEER, uid: process.getuid?.() ?? null };
  const describe = () => ({ peer, lookAgain: async () => peer, fingerprint: async () => null });
  const socket = await openSocket({
    ...{ path, ownFolder: true, describe, log, refused: vault.refusedPeer },
    accept(pipe) {
      const listener = vault.accept(pipe);
      inside.add(listener);
      return {
        data: (chunk) => listener.data(chunk),
        drained: () => listener.drained(),
        closed() {
          listener.closed();
          inside.delete(listener);
          server.onGone();
        },
      };
    },
  });
  const server: SocketServer = { path, socket, inside, onGone: () => undefined };
  return server;
}

async function connectThrough(path: string): Promise<HostilePeer> {
  const socket = connect(path);
  await once(socket, 'connect');
  const said: string[] = [];
  const waiting = new Map<string, () => void>();
  let [rest, closed, gone, reading, fences] = ['', false, false, true, 0];
  const settle = (line: string): void => {
    const id = /^{"jsonrpc":"2.0","id":"(fence \d+)"/.exec(line)?.[1] ?? '';
    waiting.get(id)?.();
  };
  socket.on('error', () => undefined); // the close that follows is what counts
  socket.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    said.push(...lines);
    for (const line of lines) settle(line);
  });
  socket.once('close', () => {
    closed = !gone;
    for (const resolve of waiting.values()) resolve();
  });
  return {
    said,
    faults: [],
    get closed() {
      return closed;
    },
    write: (chunk) => void socket.write(chunk),
    hangUp() {
      gone = !closed;
      socket.destroy();
    },
    reads(on) {
      reading = on;
      if (on) socket.resume();
      else socket.pause();
    },
    async quiet() {
      if (closed || gone || !reading) return NOTHING;
      fences += 1;
      const id = `fence ${fences}`;
      const line = Buffer.from(`${JSON.stringify({ jsonrpc: '2.0', id, method: 'status' })}\n`);
      await new Promise<void>((resolve) => {
        waiting.set(id, resolve);
        socket.write(line);
      });
      return line;
    },
  };
}
