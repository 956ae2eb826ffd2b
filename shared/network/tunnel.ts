/** Connections through a proxy: it learns the host's name and sees nothing of what is said. */
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { unless } from './dial.ts';
import { codeOf, Unreached } from './failure.ts';
import type { ProxyServer } from './proxy.ts';

const ADVICE = 'Check the proxy in this computer’s network settings, or in HTTPS_PROXY.';
const ADVICE_PASSWORD = 'Name it with both: HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT.';

/** How windows and the terminal name it: without its password. */
export const nameOf = ({ host, port }: ProxyServer): string =>
  `the proxy at ${host.includes(':') ? `[${host}]` : host}:${port}`;

/** Something went wrong with the proxy itself. */
export function proxyTrouble(proxy: ProxyServer, error: unknown): Unreached {
  if (error instanceof Unreached) return error;
  const code = codeOf(error);
  return new Unreached(`${nameOf(proxy)} can’t be reached (${code})`, ADVICE);
}

/** Leads `socket`, which is connected to the proxy, on to a host. */
export function openTunnel(
  proxy: ProxyServer,
  socket: Socket,
  to: string,
  signal: AbortSignal,
): Promise<Socket> {
  if (proxy.kind === 'socks5') return socks5(proxy, socket, to, signal);
  if (proxy.kind === 'socks4')
    return Promise.reject(new Unreached(`${nameOf(proxy)} speaks SOCKS 4, which Castkey doesn’t`, ADVICE));
  return httpConnect(proxy, socket, to, signal);
}

/** RFC 9110, section 9.3.6. */
function httpConnect(proxy: ProxyServer, socket: Socket, to: string, signal: AbortSignal): Promise<Socket> {
  const login = Buffer.from(`${proxy.user}:${proxy.password}`, 'utf8').toString('base64');
  const headers = { host: to, ...(proxy.user !== '' && { 'proxy-authorization': `Basic ${login}` }) };
  return new Promise((resolve, reject) => {
    const asked = request({ method: 'CONNECT', path: to, headers, createConnection: () => socket, signal });
    asked.once('error', reject);
    // One that doesn't know CONNECT may answer it like any other request.
    asked.once('response', (answer) => reject(refused(proxy, answer.statusCode ?? 0)));
    asked.once('connect', ({ statusCode = 0 }, tunnel: Socket, early: Buffer) => {
      asked.removeListener('error', reject);
      if (statusCode < 200 || statusCode > 299) {
        tunnel.destroy();
        return reject(refused(proxy, statusCode));
      }
      if (early.length > 0) tunnel.unshift(early);
      resolve(tunnel);
    });
    asked.end();
  });
}

function refused(proxy: ProxyServer, status: number): Unreached {
  if (status !== 407) return new Unreached(`${nameOf(proxy)} refuses (status ${status})`, ADVICE);
  const what = proxy.user === '' ? 'asks for a password' : 'does not take this user name and password';
  return new Unreached(`${nameOf(proxy)} ${what}`, ADVICE_PASSWORD);
}

/** RFC 1928, and RFC 1929 for the password. The proxy looks the name up. */
async function socks5(proxy: ProxyServer, socket: Socket, to: string, signal: AbortSignal): Promise<Socket> {
  const [host = '', port = ''] = [to.slice(0, to.lastIndexOf(':')), to.slice(to.lastIndexOf(':') + 1)];
  socket.write(Buffer.from(proxy.user === '' ? [5, 1, 0] : [5, 2, 0, 2]));
  const [, method] = await take(socket, 2, signal);
  if (method === 2) {
    socket.write(Buffer.concat([Buffer.from([1]), counted(proxy.user), counted(proxy.password)]));
    const [, status] = await take(socket, 2, signal);
    if (status !== 0) throw refused(proxy, 407);
  } else if (method !== 0) throw refused(proxy, 407);
  const number = Buffer.alloc(2);
  number.writeUInt16BE(Number(port));
  socket.write(Buffer.concat([Buffer.from([5, 1, 0, 3]), counted(host), number]));
  const [version, reply = 255, , kind] = await take(socket, 4, signal);
  if (version !== 5 || reply !== 0) throw refused(proxy, reply);
  const length = kind === 1 ? 4 : kind === 4 ? 16 : ((await take(socket, 1, signal))[0] ?? 0);
  await take(socket, length + 2, signal); // the address it connected from
  return socket;
}

function counted(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8').subarray(0, 255);
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}

/** The next bytes, no more than asked for: what follows is the server's. */
async function take(socket: Socket, count: number, signal: AbortSignal): Promise<Buffer> {
  let bytes = Buffer.alloc(0);
  while (bytes.length < count) {
    const more = await unless(signal, nextBytes(socket));
    if (more === null) throw new Unreached('the proxy hung up', ADVICE);
    bytes = Buffer.concat([bytes, more]);
  }
  if (bytes.length > count) socket.unshift(bytes.subarray(count));
  return bytes.subarray(0, count);
}

/** Whatever has come; null when nothing will any more. */
function nextBytes(socket: Socket): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const settle = (bytes: Buffer | null): void => {
      socket.pause();
      socket.off('data', settle).off('end', ended).off('close', ended);
      resolve(bytes);
    };
    const ended = (): void => settle(null);
    if (socket.readableEnded || socket.destroyed) return resolve(null);
    socket.on('data', settle).on('end', ended).on('close', ended);
    socket.resume();
  });
}
