import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Answer } from './answer.ts';

/** The largest message a program may send, in bytes; lines of chat are far shorter. */
const MAX_MESSAGE_BYTES = 65_536;

/** The handshake that makes a connection a WebSocket. */
export interface WebSockets {
  /** Calls back with the WebSocket, unless the handshake fails. */
  upgrade(message: IncomingMessage, socket: Duplex, head: Buffer, open: (socket: WebSocket) => void): void;
}

/**
 * Accepts the subprotocol `irc`, which is no standard one: tmi.js insists on it. Larger messages end the
 * connection.
 */
export function openWebSockets(): WebSockets {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MAX_MESSAGE_BYTES,
    handleProtocols: (offered) => (offered.has('irc') ? 'irc' : false),
  });
  return {
    upgrade: (message, socket, head, open) => {
      server.handleUpgrade(message, socket, head, (webSocket) => {
        // A broken frame ends the connection, and `close` follows.
        webSocket.on('error', () => webSocket.terminate());
        open(webSocket);
      });
    },
  };
}

/** Answers a request for a WebSocket with something else, and ends the connection. */
export function answerUpgrade(socket: Duplex, { status, headers, body }: Answer): void {
  const lines = Object.entries({
    ...headers,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(`HTTP/1.1 ${status} Refused\r\n${head}\r\n${body}`);
}
