/**
 * Requests that leave this computer, for the vault and for `castkey doctor`. Each has a connection of its own,
 * so it is known whether anything of it can have arrived: nothing before the connection stands.
 */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { dial, unless } from './dial.ts';
import { codeOf, Unreached } from './failure.ts';
import { isLoopback, type ProxyServer, proxiesFromSystem, proxyFromEnv } from './proxy.ts';
import { secure } from './secure.ts';
import { openTunnel, proxyTrouble } from './tunnel.ts';

/** No answer of Twitch's that Castkey reads comes near it. */
const MAX_BODY_BYTES = 1024 * 1024;

/** What is asked of whom; the time is for all of it. */
export interface NetworkRequest {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  body?: string;
  timeoutMs: number;
}

/** `sent`: it may have arrived. `cause` is a code or a few words, `advice` what to do about it, if that is known. */
export type NetworkReply =
  | { kind: 'answer'; status: number; header(name: string): string | null; body: string }
  | { kind: 'failure'; sent: boolean; cause: string; advice?: string };

/** This computer's way to the world. */
export interface Way {
  env: Readonly<Record<string, string | undefined>>;
  /** What the system's settings say of a URL, as a PAC file would; asked where the environment says nothing. */
  systemProxy?(url: string): Promise<string>;
  trust(): SecureContext;
}

/** As `NetworkReply`, with a body that need not be text. */
export type NetworkBytes =
  | { kind: 'answer'; status: number; header(name: string): string | null; bytes: Uint8Array }
  | (NetworkReply & { kind: 'failure' });

/** As `requestBytes`, for a body in UTF-8. */
export async function request(way: Way, wanted: NetworkRequest): Promise<NetworkReply> {
  const reply = await requestBytes(way, wanted, MAX_BODY_BYTES);
  if (reply.kind === 'failure') return reply;
  const { bytes, ...head } = reply;
  return { ...head, body: Buffer.from(bytes).toString('utf8') };
}

/**
 * One request, once: nothing is ever sent again, no redirect is followed, so a body with a secret goes to no
 * second host. Whatever is not surely unsent counts as sent: a one-time refresh token may be spent.
 */
export async function requestBytes(
  way: Way,
  wanted: NetworkRequest,
  maxBytes: number,
): Promise<NetworkBytes> {
  const late = AbortSignal.timeout(wanted.timeoutMs);
  let sent = false;
  try {
    const url = new URL(wanted.url);
    const socket = await open(way, url, late);
    sent = true;
    const answer = await exchange(url, wanted, socket, late);
    const bytes = await readBody(answer, maxBytes);
    if (bytes === null) return { kind: 'failure', sent, cause: 'body-too-large' };
    return { kind: 'answer', status: answer.statusCode ?? 0, header: headerOf(answer), bytes };
  } catch (error) {
    if (late.aborted) return { kind: 'failure', sent, cause: 'timeout' };
    if (!(error instanceof Unreached)) return { kind: 'failure', sent, cause: codeOf(error) };
    return { kind: 'failure', sent, cause: error.why, ...(error.advice && { advice: error.advice }) };
  }
}

/** A connection by the first way that leads there; a further one is tried only while nothing was sent. */
async function open(way: Way, url: URL, signal: AbortSignal): Promise<Socket> {
  const plain = url.protocol === 'http:';
  const port = Number(url.port) || (plain ? 80 : 443);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  let failure: unknown;
  for (const proxy of await proxiesFor(way, url, signal)) {
    try {
      const socket = await reach(way, proxy, { host, port }, signal);
      return plain ? socket : await secure({ socket, host, trust: way.trust(), signal });
    } catch (error) {
      failure ??= error;
    }
  }
  throw failure;
}

async function proxiesFor(way: Way, url: URL, signal: AbortSignal): Promise<(ProxyServer | null)[]> {
  if (isLoopback(url)) return [null];
  const named = proxyFromEnv(url, way.env);
  if (named !== undefined) return [named];
  if (way.systemProxy === undefined) return [null];
  return proxiesFromSystem(await unless(signal, way.systemProxy(url.origin)));
}

async function reach(
  way: Way,
  proxy: ProxyServer | null,
  to: { host: string; port: number },
  signal: AbortSignal,
): Promise<Socket> {
  if (proxy === null) return dial(to.host, to.port, signal);
  const target = `${to.host.includes(':') ? `[${to.host}]` : to.host}:${to.port}`;
  let socket: Socket | undefined;
  try {
    const { host } = proxy;
    socket = await dial(host, proxy.port, signal);
    if (proxy.kind === 'https') socket = await secure({ socket, host, trust: way.trust(), signal });
    return await openTunnel(proxy, socket, target, signal);
  } catch (error) {
    socket?.destroy();
    throw proxyTrouble(proxy, error);
  }
}

function exchange(
  url: URL,
  { method, headers, body }: NetworkRequest,
  socket: Socket,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest(
      {
        method,
        path: `${url.pathname}${url.search}`,
        headers: { host: url.host, 'user-agent': 'Castkey', ...headers },
        createConnection: () => socket,
        signal,
      },
      resolve,
    );
    asked.once('error', reject);
    // An answer that changes the protocol is no answer; one that never comes ends with its connection.
    asked.once('upgrade', (_answer, other) => {
      other.destroy();
      reject(new Error('EPROTO'));
    });
    asked.once('close', () => reject(new Error('ECONNRESET')));
    asked.end(body);
  });
}

const headerOf =
  ({ headers }: IncomingMessage) =>
  (name: string): string | null => {
    const value = headers[name.toLowerCase()];
    return Array.isArray(value) ? value.join(', ') : (value ?? null);
  };

/** Null when it is longer than that. */
async function readBody(answer: IncomingMessage, maxBytes: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > maxBytes) return null; // leaving the loop ends the connection
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
