/** Proxies that lead every host to one port of this computer, and write down what they were asked for. */
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export interface FakeProxy {
  port: number;
  /** `host:port`, with `user:password@` in front where they came along. */
  asked: string[];
  close(): void;
}

/** An http proxy; `answer` is the status of its answer to CONNECT. */
export function startHttpProxy(leadsTo: number, answer = 200, password?: string): Promise<FakeProxy> {
  const asked: string[] = [];
  const server = createHttpServer((_request, response) => response.writeHead(400).end());
  server.on('connect', ({ url = '', headers }, socket: Socket) => {
    const login = headers['proxy-authorization']?.replace(/^Basic /, '') ?? '';
    const given = Buffer.from(login, 'base64').toString();
    asked.push(given === '' ? url : `${given}@${url}`);
    const status = password !== undefined && given !== password ? 407 : answer;
    socket.write(`HTTP/1.1 ${status} Said So\r\n\r\n`);
    if (status === 200) join(socket, connect(leadsTo, '127.0.0.1'));
    else socket.end();
  });
  return listening(server, asked);
}

/** A SOCKS 5 proxy that asks for a password where one is set. */
export function startSocksProxy(leadsTo: number, password?: string): Promise<FakeProxy> {
  const asked: string[] = [];
  const server = createServer(async (socket) => {
    socket.on('error', () => socket.destroy());
    const wants = password === undefined ? 0 : 2;
    const [, count = 0] = await read(socket, 2);
    const methods = await read(socket, count);
    if (!methods.includes(wants)) return void socket.end(Buffer.from([5, 255]));
    await drip(socket, [5, wants]);
    let given = '';
    if (wants === 2) {
      await read(socket, 1);
      const user = await counted(socket);
      given = `${user}:${await counted(socket)}`;
      await drip(socket, [1, given === password ? 0 : 1]);
      if (given !== password) return void socket.end();
    }
    await read(socket, 4);
    const host = await counted(socket);
    asked.push(`${given && `${given}@`}${host}:${(await read(socket, 2)).readUInt16BE()}`);
    await drip(socket, [5, 0, 0, 1, 127, 0, 0, 1, 0, 0]);
    join(socket, connect(leadsTo, '127.0.0.1'));
  });
  return listening(server, asked);
}

/** Byte by byte: an answer may come in any pieces. */
async function drip(socket: Socket, bytes: readonly number[]): Promise<void> {
  socket.setNoDelay(true);
  for (const byte of bytes) {
    await new Promise<void>((resolve) => socket.write(Buffer.from([byte]), () => resolve()));
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

async function counted(socket: Socket): Promise<string> {
  const [length = 0] = await read(socket, 1);
  return (await read(socket, length)).toString();
}

function read(socket: Socket, count: number): Promise<Buffer> {
  return new Promise((resolve) => {
    const look = (): void => {
      const bytes = socket.read(count) as Buffer | null;
      if (bytes === null) socket.once('readable', look);
      else resolve(bytes);
    };
    look();
  });
}

function join(one: Socket, other: Socket): void {
  for (const socket of [one, other]) socket.on('error', () => socket.destroy());
  one.pipe(other).pipe(one);
}

async function listening(server: Server, asked: string[]): Promise<FakeProxy> {
  const open = new Set<Socket>();
  server.on('connection', (socket) => open.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): void => {
    server.close();
    for (const socket of open) socket.destroy();
  };
  return { port, asked, close };
}
