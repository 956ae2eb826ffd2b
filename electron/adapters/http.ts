import { request } from '../../shared/network/request.ts';
import { createTrust } from '../../shared/network/roots.ts';
import type { Http } from '../core/ports.ts';

const trust = createTrust();

/**
 * HTTP as this computer's browsers have it: by its certificate authorities and its proxy. Not by Chromium, which
 * sends a request a second time when a kept connection breaks, be it a POST with a one-time token.
 *
 * @param systemProxy What the system's settings say of a URL; only the environment counts without it.
 */
export function createHttp(systemProxy?: (url: string) => Promise<string>): Http {
  return (wanted) => request({ env: process.env, trust, ...(systemProxy && { systemProxy }) }, wanted);
}
