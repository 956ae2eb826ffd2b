import type { Http, HttpReply, HttpRequest } from '../core/ports.ts';

/** No answer of Twitch's that Castkey reads comes near it. */
const MAX_BODY_BYTES = 1024 * 1024;
/** Failures before a connection stands: nothing of the request can have reached Twitch. */
const NEVER_SENT: ReadonlySet<string> = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_TLS_HANDSHAKE_TIMEOUT',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
  'ERR_SSL_UNSUPPORTED_PROTOCOL',
  'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
  'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE',
]);

/**
 * HTTP by Node's own fetch. Redirects are answers like any other, so a body with a secret goes to no
 * second host. Whatever is not surely unsent counts as sent: a one-time refresh token may be spent.
 */
export const systemHttp: Http = async (request) => {
  try {
    const response = await fetch(request.url, toInit(request));
    const body = await readBody(response);
    if (body === null) return { kind: 'failure', sent: true, cause: 'body-too-large' };
    return { kind: 'answer', status: response.status, header: (name) => response.headers.get(name), body };
  } catch (error) {
    return toFailure(error);
  }
};

function toInit(request: HttpRequest): RequestInit {
  return {
    method: request.method,
    headers: request.headers,
    redirect: 'manual',
    credentials: 'omit',
    signal: AbortSignal.timeout(request.timeoutMs),
    ...(request.body === undefined ? {} : { body: request.body }),
  };
}

async function readBody(response: Response): Promise<string | null> {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.byteLength;
    if (size > MAX_BODY_BYTES) {
      await reader.cancel();
      return null;
    }
    chunks.push(part.value);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function toFailure(error: unknown): HttpReply {
  if (isRecord(error) && error.name === 'TimeoutError')
    return { kind: 'failure', sent: true, cause: 'timeout' };
  const cause = isRecord(error) && isRecord(error.cause) ? error.cause : error;
  // Happy eyeballs tries several addresses and tells of each.
  const tries: unknown[] = isRecord(cause) && Array.isArray(cause.errors) ? cause.errors : [cause];
  const code = tries.map(codeOf).find((found) => found !== null) ?? codeOf(cause) ?? 'unknown';
  return { kind: 'failure', sent: !(tries.length > 0 && tries.every(neverSent)), cause: code };
}

function neverSent(error: unknown): boolean {
  if (!isRecord(error)) return false;
  if (error.syscall === 'connect' || error.syscall === 'getaddrinfo') return true;
  const code = codeOf(error);
  return code !== null && (NEVER_SENT.has(code) || code.startsWith('CERT_'));
}

/** Only a code: an error's message can quote the URL. */
function codeOf(error: unknown): string | null {
  if (!isRecord(error) || typeof error.code !== 'string') return null;
  return /^[A-Z][A-Z0-9_/]{1,60}$/.test(error.code) ? error.code : null;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
