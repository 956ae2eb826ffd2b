import { type NetworkBytes, request, requestBytes, type Way } from '../../shared/network/request.ts';
import { createTrust } from '../../shared/network/roots.ts';
import type { Http } from '../core/ports.ts';

const trust = createTrust();

/** What the system's settings say of a URL; only the environment counts without it. */
type SystemProxy = (url: string) => Promise<string>;

/**
 * HTTP as this computer's browsers have it: by its certificate authorities and its proxy. Not by Chromium, which
 * sends a request a second time when a kept connection breaks, be it a POST with a one-time token.
 */
export function createHttp(systemProxy?: SystemProxy): Http {
  return (wanted) => request(wayOf(systemProxy), wanted);
}

/** Gets what is at a URL, with no cookie, token or referrer; at most so many bytes of one of these types. */
export type Download = (url: string, accept: string, maxBytes: number) => Promise<NetworkBytes>;

const DOWNLOAD_TIMEOUT_MS = 10_000;

/** Downloads by the same way as `createHttp`. */
export function createDownload(systemProxy?: SystemProxy): Download {
  return (url, accept, maxBytes) => {
    const wanted = { method: 'GET', url, headers: { accept }, timeoutMs: DOWNLOAD_TIMEOUT_MS } as const;
    return requestBytes(wayOf(systemProxy), wanted, maxBytes);
  };
}

const wayOf = (systemProxy: SystemProxy | undefined): Way => ({
  env: process.env,
  trust,
  ...(systemProxy && { systemProxy }),
});
