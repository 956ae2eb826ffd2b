/** Every way in which Twitch, or the way to it, goes wrong. */
import type { HttpRequest } from '../../../electron/core/ports.ts';
import type { NewFault } from '../../../sandbox/server.ts';

/** A fault by its name in docs/faults.md. */
export interface FaultRow {
  name: string;
  /** What the sandbox does to requests for tokens. */
  effect?: NewFault['effect'];
  /** Where requests go instead of to Twitch. */
  detour?: (request: HttpRequest) => HttpRequest;
  /** The Twitch application's kind; public unless told. */
  client?: 'confidential';
  /** Strikes whatever is asked of the identity host, as a real outage does. */
  everything?: true;
  /** Strikes so often instead of until it is cleared. */
  times?: number;
}

const elsewhere =
  (base: string) =>
  (request: HttpRequest): HttpRequest => ({ ...request, url: `${base}${new URL(request.url).pathname}` });
const status = (
  code: 401 | 403 | 408 | 429 | 500 | 502 | 503 | 504,
  retryAfter?: number,
): NewFault['effect'] =>
  retryAfter === undefined ? { kind: 'status', status: code } : { kind: 'status', status: code, retryAfter };

/** In the order of issue and documentation. */
export const FAULTS: readonly FaultRow[] = [
  { name: 'DNS failure', detour: elsewhere('http://no-such-host.invalid') },
  { name: 'connection refused', detour: elsewhere('http://127.0.0.1:1') },
  { name: 'connection reset', effect: { kind: 'reset' } },
  {
    name: 'TLS error',
    detour: (request) => ({ ...request, url: request.url.replace('http:', 'https:') }),
  },
  { name: 'timeout, request not carried out', effect: { kind: 'hang' } },
  { name: 'timeout, request carried out', effect: { kind: 'hang', when: 'after' }, times: 1 },
  {
    name: 'timeout, request carried out, confidential application',
    effect: { kind: 'hang', when: 'after' },
    client: 'confidential',
  },
  { name: 'connection reset, everything', effect: { kind: 'reset' }, everything: true },
  { name: 'timeout, everything', effect: { kind: 'hang' }, everything: true },
  { name: '200 with HTML, everything', effect: { kind: 'html' }, everything: true },
  { name: '503, everything', effect: { kind: 'status', status: 503 }, everything: true },
  { name: '408', effect: status(408) },
  { name: '429', effect: status(429) },
  { name: '429 with Retry-After', effect: status(429, 3) },
  { name: '500', effect: status(500) },
  { name: '502', effect: status(502) },
  { name: '503', effect: status(503) },
  { name: '504', effect: status(504) },
  { name: '200 with HTML', effect: { kind: 'html' } },
  { name: '200 with cut-off JSON', effect: { kind: 'cut-off' } },
  {
    name: '200 without access_token',
    effect: { kind: 'omit', field: 'access_token' },
    client: 'confidential',
  },
  {
    name: '200 without refresh_token',
    effect: { kind: 'omit', field: 'refresh_token' },
    client: 'confidential',
  },
  { name: '200 without scope', effect: { kind: 'omit', field: 'scope' } },
  {
    name: '200 with odd fields beside the tokens',
    effect: {
      kind: 'replace',
      fields: { expires_in: '14400', scope: [null], token_type: {}, refresh_token_expires_in: 0 },
    },
  },
  { name: '400 Invalid refresh token', effect: { kind: 'invalid-refresh-token' } },
  { name: '400 invalid client', effect: { kind: 'invalid-client' } },
  { name: '400 missing client secret', effect: { kind: 'missing-client-secret' } },
  { name: '401', effect: status(401) },
  { name: '403', effect: status(403) },
];
