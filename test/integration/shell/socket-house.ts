/** A folder with sockets in it, opened by the adapter and visited by plain connections. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { NOBODY } from '../../../electron/adapters/socket/peer.ts';
import { type OpenSocket, openSocket } from '../../../electron/adapters/socket/server.ts';
import type { Peer, Pipe } from '../../../electron/core/ports.ts';

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
  refused: Peer[];
  /** Resolves with the next guest. */
  arrival(): Promise<Guest>;
}

/** Where a test opens its sockets. */
export interface Site {
  root: string;
  /** Of the socket; a test may choose another. */
  path: string;
  /** Opens a house; whoever comes is echoed. */
  open(part?: Partial<Options>): Promise<House>;
  visit(): Promise<Socket>;
  /** Closed when the test is over. */
  opened: { close(): unknown }[];
}

/** A site for the tests of a file, cleared after each. */
export function shareSite(): Site {
  const site: Site = {
    ...{ root: '', path: '', opened: [] },
    async open(part = {}) {
      const house = await openHouse({ path: site.path, ...part });
      site.opened.push(house.socket);
      return house;
    },
    async visit() {
      const socket = connect(site.path);
      site.opened.push({ close: () => socket.destroy() });
      await once(socket, 'connect');
      return socket;
    },
  };
  beforeEach(() => {
    site.root = mkdtempSync(join(tmpdir(), 'castkey-socket-'));
    site.path = join(site.root, 'castkey.sock');
  });
  afterEach(async () => {
    for (const thing of site.opened.splice(0).reverse()) await thing.close();
    rmSync(site.root, { recursive: true, force: true });
  });
  return site;
}

async function openHouse(part: Partial<Options> & Pick<Options, 'path'>): Promise<House> {
  const guests: Guest[] = [];
  const refused: Peer[] = [];
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
