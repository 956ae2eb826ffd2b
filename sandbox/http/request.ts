import type { IncomingMessage } from 'node:http';
import { TLSSocket } from 'node:tls';
import { parseJson } from '../../shared/parse-json.ts';
import { isTwitchHost } from '../twitch-hosts.ts';
import { type Answer, accept, helixError, type Outcome, refuse } from './answer.ts';

/** One request as the handlers see it. */
export interface SandboxRequest {
  readonly method: string;
  /** The path with Twurple's prefixes taken off: `/auth/token` reads `/oauth2/token`. */
  readonly path: string;
  /** Where the caller reached us, e.g. `http://localhost:4711`; links in answers keep to it. */
  readonly origin: string;
  readonly query: URLSearchParams;
  /** A field of the form body or, failing that, of the query string; '' when in neither. */
  param(name: string): string;
  /** A header by its lower-case name; '' when absent. */
  header(name: string): string;
  /** The body as JSON, or undefined when it is none. */
  json(): unknown;
}

/** Bodies beyond this many bytes are refused; the longest honest one is a chat message. */
const MAX_BODY_BYTES = 65_536;

/**
 * One path for each endpoint, whichever way it was reached. Twurple with TWURPLE_MOCK_API_PORT
 * speaks to `/auth/<identity path>`, `/mock/<Helix path>` and, as an exception, to
 * `/eventsub/subscriptions` (@twurple/api-call, helpers/url).
 */
function canonicalPath(path: string): string {
  return path
    .replace(/^\/auth\/(?:oauth2\/)?/, '/oauth2/')
    .replace(/^\/mock\/(?:helix\/)?/, '/helix/')
    .replace(/^\/eventsub\//, '/helix/eventsub/');
}

/** Too much is read to its end but not kept: leaving off early would cut the connection, not answer. */
async function readBody(message: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return size <= MAX_BODY_BYTES ? Buffer.concat(chunks).toString('utf8') : undefined;
}

/**
 * Only these names may reach us: a page of the web whose host name was pointed at 127.0.0.1 may not. Twitch's own
 * come from programs that were led here by a hosts file, at whatever port they believe in.
 */
function allowedHost(host: string | undefined, port: number): boolean {
  if (host === undefined) return false;
  const own = ['127.0.0.1', 'localhost', '[::1]'].some((name) => host === `${name}:${port}`);
  return own || isTwitchHost(host.replace(/:\d{1,5}$/, ''));
}

const schemeOf = ({ socket }: IncomingMessage): string => (socket instanceof TLSSocket ? 'https' : 'http');

/** Reads a request whole, or says why it isn't one for us. */
export async function readRequest(message: IncomingMessage, port: number): Promise<Outcome<SandboxRequest>> {
  const body = await readBody(message);
  if (body === undefined) return refuse(helixError(413, 'Body too large'));
  return readHead(message, port, body);
}

/** The request that a message begins with, e.g. one that asks for a WebSocket and has no body. */
export function readHead(message: IncomingMessage, port: number, body = ''): Outcome<SandboxRequest> {
  const host = message.headers.host;
  if (!allowedHost(host, port)) return refuse(wrongHost);
  const target = message.url ?? '/';
  const address = `${schemeOf(message)}://${host}${target}`;
  if (!target.startsWith('/') || !URL.canParse(address)) return refuse(helixError(400, 'Bad path'));
  const url = new URL(address);
  const isForm = (message.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  const form = new URLSearchParams(isForm ? body : '');
  return accept({
    method: message.method ?? 'GET',
    path: canonicalPath(url.pathname),
    origin: url.origin,
    query: url.searchParams,
    param: (name) => form.get(name) ?? url.searchParams.get(name) ?? '',
    header: (name) => [message.headers[name]].flat()[0] ?? '',
    json: () => parseJson(body),
  });
}

const wrongHost: Answer = helixError(421, 'This sandbox answers to 127.0.0.1 and localhost only');
