/** The thread of the relay; bundled by itself (vite.config.ts), started by relay.ts. */
import { createServer, type Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { loadIsOwnPeer } from './own-peer.ts';
import type { RelayNews } from './relay.ts';
import { relayConnection } from './relayed-connection.ts';

const buses = z.array(z.object({ listen: z.string(), path: z.string() })).parse(workerData);

const isOwnPeer = await loadIsOwnPeer();

const tell = (news: RelayNews): void => parentPort?.postMessage(news);

for (const { listen, path } of buses) {
  const server = createServer((client) => {
    const fd = descriptorOf(client);
    if (!isOwnPeer(fd)) return void client.destroy();
    tell({ kind: 'opened', fd });
    client.once('close', () => tell({ kind: 'closed', fd }));
    relayConnection(client, path);
  });
  server.on('error', () => tell({ kind: 'failed' }));
  server.listen(listen, () => tell({ kind: 'listening' }));
}

function descriptorOf(client: Socket): number {
  const found = z.object({ _handle: z.object({ fd: z.int() }) }).safeParse(client);
  return found.success ? found.data._handle.fd : -1;
}
