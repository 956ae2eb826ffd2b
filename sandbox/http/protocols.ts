import { createServer, type IncomingMessage, METHODS, type RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';

/** Who answers what comes to a port, and the certificate for those who want TLS. */
export interface Handlers {
  readonly request: RequestListener;
  /** A client wants another protocol, i.e. a WebSocket. */
  upgrade(message: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** A client speaks IRC. */
  irc(socket: Socket): void;
  readonly certificate: { readonly key: string; readonly cert: string };
}

/** The first byte of TLS: a record of the kind "handshake" (RFC 8446, 5.1). */
const TLS_HANDSHAKE = 0x16;
/** Bytes of the longest method of HTTP; whoever says more in one word isn't speaking it. */
const MAX_METHOD = Math.max(...METHODS.map(({ length }) => length));

type Protocol = 'tls' | 'http' | 'irc';

/** What a client speaks, by its first bytes; undefined while they are too few. PASS is IRC and POST is not. */
function protocolOf(first: Buffer): Protocol | undefined {
  if (first[0] === TLS_HANDSHAKE) return 'tls';
  const [word = ''] = first
    .subarray(0, MAX_METHOD + 1)
    .toString('latin1')
    .split(/[ \r\n]/, 1);
  if (word.length < first.length || word.length > MAX_METHOD) return METHODS.includes(word) ? 'http' : 'irc';
  return undefined;
}

/** Waits for the first bytes, however slowly they come, and leaves them for whoever reads next. */
function recognize(socket: Socket, next: (protocol: Protocol) => void): void {
  let first = Buffer.alloc(0);
  const look = (chunk: Buffer): void => {
    first = Buffer.concat([first, chunk]);
    const protocol = protocolOf(first);
    if (protocol === undefined) return;
    socket.off('data', look).off('end', leave);
    socket.pause();
    socket.unshift(first);
    next(protocol);
    // Only now: none of the next readers starts a socket that somebody has paused.
    process.nextTick(() => socket.resume());
  };
  const leave = (): void => void socket.destroy();
  socket.on('data', look).on('end', leave).on('error', leave);
}

/** Cuts a connection as a network does: with a reset or, under TLS, without the goodbye that TLS has. */
export function cutOff(socket: Socket | null): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket?.resetAndDestroy();
}

/**
 * Whatever Twitch's hosts speak, on one port: HTTP, WebSocket and IRC, each with and without TLS. In all of them
 * it is the client that speaks first.
 *
 * @returns What to do with a connection.
 */
export function openProtocols({ request, upgrade, irc, certificate }: Handlers): (socket: Socket) => void {
  const http = createServer(request).on('upgrade', upgrade);
  const tls = createTlsServer(certificate);
  const take = (socket: Socket): void =>
    recognize(socket, (protocol) => {
      if (protocol === 'irc') irc(socket);
      else if (protocol === 'http') http.emit('connection', socket);
      // TLS inside of TLS is nobody's wish.
      else if (socket instanceof TLSSocket) socket.destroy();
      else tls.emit('connection', socket);
    });
  // A client that doesn't trust the certificate goes away; that is its own affair.
  tls.on('tlsClientError', (_, socket) => socket.destroy());
  tls.on('secureConnection', take);
  return take;
}
