/** A folder with sockets in it, opened by the adapter and visited by plain connections. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { UNKNOWN_PEER } from '../../../electron/adapters/socket/peer.ts';
import { type OpenSocket, openSocket } from '../../../electron/adapters/socket/server.ts';
import type { Peer, Pipe } from '../../../electron/core/ports.ts';

export const quiet = { info: () => {}, warn: () => {}, error: () => {} };
type Options = Parameters<typeof openSocket>[0];

interface Accepted {
  pipe: Pipe;
  heard: string[];
  drained: number;
  closed: boolean;
}
export interface SocketFixture {
  socket: OpenSocket;
  accepted: Accepted[];
  /** Those who were turned away. */
  refused: Peer[];
  /** Resolves with the next peer. */
  arrival(): Promise<Accepted>;
}

/** Where a test opens its sockets. */
export interface SocketFolder {
  root: string;
  /** Of the socket; a test may choose another. */
  path: string;
  /** Opens a fixture; whoever comes is echoed. */
  open(part?: Partial<Options>): Promise<SocketFixture>;
  dial(): Promise<Socket>;
  /** Closed when the test is over. */
  opened: { close(): unknown }[];
}

/** A folder for the tests of a file, cleared after each. */
export function sharedSocketFolder(): SocketFolder {
  const folder: SocketFolder = {
    ...{ root: '', path: '', opened: [] },
    async open(part = {}) {
      const fixture = await open({ path: folder.path, ...part });
      folder.opened.push(fixture.socket);
      return fixture;
    },
    async dial() {
      const socket = connect(folder.path);
      folder.opened.push({ close: () => socket.destroy() });
      await once(socket, 'connect');
      return socket;
    },
  };
  beforeEach(() => {
    folder.root = mkdtempSync(join(tmpdir(), 'castkey-socket-'));
    folder.path = join(folder.root, 'castkey.sock');
  });
  afterEach(async () => {
    for (const thing of folder.opened.splice(0).reverse()) await thing.close();
    rmSync(folder.root, { recursive: true, force: true });
  });
  return folder;
}

async function open(part: Partial<Options> & Pick<Options, 'path'>): Promise<SocketFixture> {
  const accepted: Accepted[] = [];
  const refused: Peer[] = [];
  const waiting: ((peer: Accepted) => void)[] = [];
  const socket = await openSocket({
    ownFolder: true,
    describe: () => UNKNOWN_PEER,
    refused: (peer) => void refused.push(peer),
    log: quiet,
    accept: (pipe) => {
      const peer: Accepted = { pipe, heard: [], drained: 0, closed: false };
      accepted.push(peer);
      waiting.shift()?.(peer);
      return {
        data: (chunk) => {
          peer.heard.push(Buffer.from(chunk).toString());
          pipe.write(`echo ${peer.heard.join('')}`);
        },
        drained: () => {
          peer.drained += 1;
        },
        closed: () => {
          peer.closed = true;
        },
      };
    },
    ...part,
  });
  return { socket, accepted, refused, arrival: () => new Promise((resolve) => waiting.push(resolve)) };
}
