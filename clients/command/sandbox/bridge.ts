import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A socket in the file system through which those without a network reach one port of this computer. */
export interface Bridge {
  /** Whether anybody has come so far. */
  wasReached(): boolean;
  close(): void;
}

/** Opens it at a path, for the port of the URL. */
export async function openBridge(path: string, url: string): Promise<Bridge> {
  const { hostname, port } = new URL(url);
  const to = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || 80, allowHalfOpen: true };
  const inside = new Set<Socket>();
  let reached = false;
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    reached = true;
    inside.add(socket);
    const sandbox = connect(to);
    socket.pipe(sandbox).pipe(socket);
    sandbox.on('error', () => sandbox.destroy()).on('close', () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      inside.delete(socket);
      sandbox.destroy();
    });
  });
  await once(server.listen(path), 'listening');
  return {
    wasReached: () => reached,
    close() {
      server.close();
      for (const socket of inside) socket.destroy();
    },
  };
}
