import type { WebSocket } from 'ws';
import type { SandboxRequest } from './http/request.ts';
import type { Twitch } from './twitch.ts';

/** Talks to a program over a WebSocket it asked for. */
export type SocketEndpoint = (twitch: Twitch, request: SandboxRequest, socket: WebSocket) => void;

/** Chat. A line that begins while another is under way can't happen: frames are whole lines. */
const irc: SocketEndpoint = ({ irc: server }, _, socket) => {
  const { receive, closed } = server.connect({
    send: (line) => socket.send(`${line}\r\n`),
    close: () => socket.close(),
  });
  socket.on('message', (data) => receive(data.toString()));
  socket.on('close', closed);
};

const events: SocketEndpoint = ({ eventsub }, { origin, path, query }, socket) => {
  const { receive, closed } = eventsub.sessions.open(
    { send: (text) => socket.send(text), close: (code, reason) => socket.close(code, reason) },
    {
      url: `${origin.replace(/^http/, 'ws')}${path}`,
      keepalive: query.get('keepalive_timeout_seconds') ?? undefined,
      challenge: query.get('challenge') ?? undefined,
    },
  );
  socket.on('message', receive);
  socket.on('close', closed);
};

/**
 * Everything that speaks WebSocket, by path. Chat is also at `/`, where irc-ws.chat.twitch.tv has it and
 * tmi.js looks for it; EventSub is where Twurple with TWURPLE_MOCK_API_PORT looks for it.
 */
export const SOCKETS: ReadonlyMap<string, SocketEndpoint> = new Map([
  ['/', irc],
  ['/irc', irc],
  ['/ws', events],
]);
