/** A folder with sockets in it, opened by the adapter and visited by plain connections. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NOBODY } from '../../../electron/adapters/socket/peer.ts';
import { type OpenSocket, openSocket } from '../../../electron/adapters/socket/server.ts';
import type { PeerFacts, Pipe } from '../../../electron/core/ports.ts';

export const quiet = { info: () => {}, warn: () => {}, error: () => {} };
type Options = Parameters<typeof openSocket>[0];

interface Guest {
  pipe: Pipe;
  heard: string[];
  drained: number;
  closed: boolean;
}
export interface House {
  socket: OpenSocket;
  guests: Guest[];
  /** Those who were turned away. */
  refused: PeerFacts[];
  /** Resolves with the next guest. */
  arrival(): Promise<Guest>;
}

/** Where a test opens its sockets. */
export interface Site {
  root: string;
  /** Opens a house; whoever comes is echoed. */
  open(part: Partial<Options> & Pick<Options, 'path'>): Promise<House>;
  visit(path: string): Promise<Socket>;
  /** Closed when the test is over. */
  opened: { close(): unknown }[];
  clear(): Promise<void>;
}

export function createSite(): Site {
  const root = mkdtempSync(join(tmpdir(), 'castkey-socket-'));
  const opened: Site['opened'] = [];
  return {
    root,
    opened,
    async open(part) {
      const house = await openHouse(part);
      opened.push(house.socket);
      return house;
    },
    async visit(path) {
      const socket = connect(path);
      opened.push({ close: () => socket.destroy() });
      await once(socket, 'connect');
      return socket;
    },
    async clear() {
      for (const thing of opened.reverse()) await thing.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

async function openHouse(part: Partial<Options> & Pick<Options, 'path'>): Promise<House> {
  const guests: Guest[] = [];
  const refused: PeerFacts[] = [];
  const waiting: ((guest: Guest) => void)[] = [];
  const socket = await openSocket({
    ownFolder: true,
    describe: () => NOBODY,
    refused: (peer) => void refused.push(peer),
    log: quiet,
    accept: (pipe) => {
      const guest: Guest = { pipe, heard: [], drained: 0, closed: false };
      guests.push(guest);
      waiting.shift()?.(guest);
      return {
        data: (chunk) => {
          guest.heard.push(Buffer.from(chunk).toString());
          pipe.write(`echo ${guest.heard.join('')}`);
        },
        drained: () => {
          guest.drained += 1;
        },
        closed: () => {
          guest.closed = true;
        },
      };
    },
    ...part,
  });
  return { socket, guests, refused, arrival: () => new Promise((resolve) => waiting.push(resolve)) };
}
