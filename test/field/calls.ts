/** Twitch's endpoints as a program calls them: the real one, or a stand-in on this computer. */
import { WebSocket } from 'ws';
import { parseJson } from '../../shared/parse-json.ts';

/** Where the four hosts are; no slash at their ends. */
export interface Hosts {
  readonly identity: string;
  readonly helix: string;
  readonly chat: string;
  readonly eventSub: string;
}

export const REAL_TWITCH: Hosts = {
  identity: 'https://id.twitch.tv/oauth2',
  helix: 'https://api.twitch.tv/helix',
  chat: 'wss://irc-ws.chat.twitch.tv:443',
  eventSub: 'wss://eventsub.wss.twitch.tv/ws',
};

/** @param base such as `http://127.0.0.1:4711` */
export function standIn(base: string): Hosts {
  const sockets = base.replace(/^http/, 'ws');
  return {
    identity: `${base}/oauth2`,
    helix: `${base}/helix`,
    chat: `${sockets}/irc`,
    eventSub: `${sockets}/ws`,
  };
}

/** An answer, read whole. `body` is undefined where it is no JSON. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

/** A token and the application it is of. */
export interface Caller {
  readonly token: string;
  readonly clientId: string;
}

/** Milliseconds Twitch may take. */
const TIMEOUT_MS = 20_000;

async function send(url: string, init: RequestInit, stop?: AbortSignal): Promise<Reply> {
  const signal = AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(stop ? [stop] : [])]);
  const reply = await fetch(url, { ...init, redirect: 'manual', signal });
  return { status: reply.status, body: parseJson(await reply.text()), headers: reply.headers };
}

/** Calls by what they are for. */
export type Calls = ReturnType<typeof createCalls>;

/** Sends secrets to these hosts and nowhere else: redirects aren't followed. After `stop` nothing is sent any more. */
export function createCalls(hosts: Hosts, stop?: AbortSignal) {
  return {
    post: (path: 'device' | 'token' | 'revoke', fields: Record<string, string>) =>
      send(`${hosts.identity}/${path}`, { method: 'POST', body: new URLSearchParams(fields) }, stop),
    validate: (authorization: string | null) =>
      send(`${hosts.identity}/validate`, { headers: authorization === null ? {} : { authorization } }, stop),
    helix: (path: string, { token, clientId }: Caller, body?: object) =>
      send(
        `${hosts.helix}/${path}`,
        {
          headers: {
            authorization: `Bearer ${token}`,
            'client-id': clientId,
            ...(body && { 'content-type': 'application/json' }),
          },
          ...(body && { method: 'POST', body: JSON.stringify(body) }),
        },
        stop,
      ),
    chat: () => openSocket(hosts.chat),
    eventSub: () => openSocket(hosts.eventSub),
  };
}

/** A WebSocket that remembers what came. */
export interface Listening {
  readonly messages: readonly string[];
  /** The code it was closed with, null while it is open. */
  closed(): number | null;
  send(text: string): void;
  /** The first message that fits, from now on or before; undefined when none comes in so many milliseconds. */
  heard(fits: (message: string) => boolean, ms: number): Promise<string | undefined>;
  close(): void;
}

function openSocket(url: string): Promise<Listening> {
  const socket = new WebSocket(url, { handshakeTimeout: TIMEOUT_MS, followRedirects: false });
  const messages: string[] = [];
  const waiting = new Set<() => void>();
  let code: number | null = null;
  const wake = (): void => {
    for (const look of [...waiting]) look();
  };
  socket.on('message', (data) => {
    const message = data.toString();
    messages.push(message);
    if (message.startsWith('PING')) socket.send(message.replace('PING', 'PONG')); // chat ends who doesn't answer
    wake();
  });
  socket.on('close', (closedWith) => {
    code = closedWith;
    wake();
  });
  const heard: Listening['heard'] = (fits, ms) =>
    new Promise((resolve) => {
      const end = (found?: string): void => {
        waiting.delete(look);
        clearTimeout(timer);
        resolve(found);
      };
      const look = (): void => {
        const found = messages.find(fits);
        if (found !== undefined || code !== null) end(found);
      };
      const timer = setTimeout(end, ms);
      waiting.add(look);
      look();
    });
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.once('open', () =>
      resolve({
        messages,
        closed: () => code,
        send: (text) => socket.send(text),
        heard,
        close: () => socket.terminate(),
      }),
    );
  });
}
