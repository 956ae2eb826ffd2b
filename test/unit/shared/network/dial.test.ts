import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { dial } from '../../../../shared/network/dial.ts';

/** Addresses of every name; none is the name that nobody knows. */
let addresses: string[];
vi.mock('node:dns/promises', () => ({
  lookup: async () => {
    if (addresses.length === 0) throw Object.assign(new Error('unknown'), { code: 'ENOTFOUND' });
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  },
}));
/** For documentation alone (RFC 5737, RFC 3849): nobody answers there, if there is a way at all. */
const [NOBODY, NOBODY_6] = ['192.0.2.1', '2001:db8::1'];

let server: Server;
let port: number;
beforeAll(async () => {
  server = createServer((socket) => socket.on('error', () => socket.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => server.close());
beforeEach(() => {
  addresses = [];
});
const within = (ms: number) => AbortSignal.timeout(ms);

it.each([
  [['127.0.0.1']],
  [[NOBODY_6, '127.0.0.1']],
  [[NOBODY, '127.0.0.1']],
  [['127.0.0.1', NOBODY_6]],
  [[NOBODY_6, NOBODY, '2001:db8::2', '127.0.0.1', '2001:db8::3']],
])('reaches the one of its addresses that answers: %j', async (all) => {
  addresses = all;
  const socket = await dial('twitch.test', port, within(5_000));
  expect(socket.remoteAddress).toBe('127.0.0.1');
  socket.destroy();
});

it('tells the failure that says most', async () => {
  addresses = ['127.0.0.1', '::1'];
  const { port: closed } = await closedPort();
  await expect(dial('twitch.test', closed, within(3_000))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

it('tells that nobody knows the name', async () => {
  await expect(dial('twitch.test', port, within(3_000))).rejects.toMatchObject({ code: 'ENOTFOUND' });
});

it('is over when its time is, and before it began', async () => {
  addresses = ['127.0.0.1'];
  await expect(dial('twitch.test', port, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  await expect(dial('127.0.0.1', port, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
});

async function closedPort(): Promise<AddressInfo> {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const found = other.address() as AddressInfo;
  await new Promise((resolve) => other.close(resolve));
  return found;
}
