/** What the vault must make of a stream of bytes, worked out a second time and in another way. */
import { isUtf8 } from 'node:buffer';
import { LIMITS } from '../../../shared/protocol.ts';

/** A request that deserves an answer of its own. */
export interface Request {
  /** JSON of its id. */
  id: string;
  method: string;
  params: unknown;
}
/** All that was sent on a connection, as it must be understood. */
export interface Understood {
  requests: Request[];
  /** Lines that are no request: each is told of with `id: null`. */
  bad: number;
  /** Why the connection must be ended. */
  fatal: 'too-large' | 'not-utf8' | null;
}

/** Reads the whole stream. */
export function understand(stream: Buffer): Understood {
  const understood: Understood = { requests: [], bad: 0, fatal: null };
  let start = 0;
  while (start < stream.length) {
    const newline = stream.indexOf('\n', start);
    const end = newline < 0 ? stream.length : newline;
    // An unfinished line is too long as soon as no newline can save it.
    if (end - start >= LIMITS.lineBytes) return { ...understood, fatal: 'too-large' };
    if (newline < 0) return understood;
    const line = stream.subarray(start, end);
    if (!isUtf8(line)) return { ...understood, fatal: 'not-utf8' };
    const request = readRequest(line.toString('utf8'));
    if (request === null) understood.bad += 1;
    else understood.requests.push(request);
    start = end + 1;
  }
  return understood;
}

/** Null for whatever is no JSON-RPC 2.0 request with an id. */
export function readRequest(line: string): Request | null {
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch {
    return null; // that it is none is what was to be found out
  }
  if (typeof message !== 'object' || message === null || Array.isArray(message)) return null;
  const own = (key: string): unknown => (Object.hasOwn(message, key) ? Reflect.get(message, key) : undefined);
  const [id, method] = [own('id'), own('method')];
  const numbered = typeof id === 'number' && Number.isFinite(id);
  const named = typeof id === 'string' && id.length <= 100;
  if (own('jsonrpc') !== '2.0' || !(numbered || named)) return null;
  if (typeof method !== 'string' || method.length > 100) return null;
  return { id: JSON.stringify(id), method, params: own('params') };
}
