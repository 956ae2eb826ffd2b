/** Stands between the vault and the sandbox Twitch, sees each refresh go by, and can stop one on its way. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Login, LoginAudit } from './login-audit.ts';

/** Where a refresh is: arrived here, renewed by Twitch, or its answer sent. */
export type Point = 'asked' | 'renewed' | 'answered';

/** Twitch, as the vault sees it. */
export interface TwitchProxy {
  /** Resolves when the next refresh has come so far; with `stop` it goes no further. */
  reached(point: Point, stop: boolean): Promise<void>;
  /** Resolves when nobody is connected any more and nothing is under way to Twitch. */
  quiet(): Promise<void>;
  close(): Promise<void>;
}

interface Watch {
  point: Point;
  stop: boolean;
  resolve(): void;
}

const FORWARDED = ['content-type', 'authorization', 'client-id', 'accept'];

/** Opens the proxy on a port, in front of the sandbox at `twitchUrl`. */
export async function openTwitchProxy(
  port: number,
  twitchUrl: string,
  audit: LoginAudit,
): Promise<TwitchProxy> {
  let watch: Watch | null = null;
  const answered = new Map<Socket, Login>();
  let busy = 0;
  let calm = (): void => {};

  /** True when the refresh is to stay here. */
  function passes(point: Point): boolean {
    if (watch?.point !== point) return false;
    const { stop, resolve } = watch;
    watch = null;
    resolve();
    return stop;
  }

  async function refresh(message: IncomingMessage, response: ServerResponse, form: URLSearchParams) {
    if (passes('asked')) return;
    const held = form.get('refresh_token') ?? '';
    const asked = audit.asks(held, form.get('client_id') ?? '');
    form.set('refresh_token', asked);
    const answer = await forward(twitchUrl, message, form.toString());
    const login = answer.status === 200 ? audit.renewed(held, asked, readPair(answer.body)) : null;
    if (passes('renewed') || message.socket.destroyed) return;
    if (login !== null) {
      answered.set(message.socket, login);
      audit.sent(login, Date.now());
    }
    send(response, answer);
    passes('answered');
  }

  function leave(): void {
    busy -= 1;
    if (busy === 0) calm();
  }

  async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(message);
    const form = new URLSearchParams(body);
    if (form.get('grant_type') === 'refresh_token') return refresh(message, response, form);
    send(response, await forward(twitchUrl, message, body));
  }

  const server = createServer((message, response) => {
    busy += 1;
    serve(message, response)
      .catch(() => message.socket.destroy()) // the vault was killed meanwhile
      .finally(leave);
  });
  server.on('connection', (socket: Socket) => {
    busy += 1;
    socket.on('close', (reset) => {
      const login = answered.get(socket);
      if (login !== undefined) audit.closed(login, reset);
      answered.delete(socket);
      leave();
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    reached: (point, stop) =>
      new Promise((resolve) => {
        watch = { point, stop, resolve };
      }),
    quiet: () => {
      watch = null;
      return new Promise((resolve) => {
        calm = resolve;
        if (busy === 0) resolve();
      });
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Answer {
  status: number;
  type: string;
  body: string;
}

async function forward(twitchUrl: string, message: IncomingMessage, body: string): Promise<Answer> {
  const headers = FORWARDED.flatMap((name) => {
    const value = message.headers[name];
    return typeof value === 'string' ? [[name, value] as [string, string]] : [];
  });
  const method = message.method ?? 'GET';
  const init = { method, headers, ...(method === 'GET' ? {} : { body }) };
  const reply = await fetch(`${twitchUrl}${message.url}`, init);
  return { status: reply.status, type: reply.headers.get('content-type') ?? '', body: await reply.text() };
}

function send(response: ServerResponse, { status, type, body }: Answer): void {
  response.writeHead(status, { 'content-type': type });
  response.end(body);
}

function readPair(body: string): { access: string; refresh: string } {
  const pair = JSON.parse(body) as { access_token: string; refresh_token: string };
  return { access: pair.access_token, refresh: pair.refresh_token };
}

/** A port nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
