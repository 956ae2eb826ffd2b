import { isIP, type Socket } from 'node:net';
import { connect, type DetailedPeerCertificate, type SecureContext, type TLSSocket } from 'node:tls';
import { codeOf, quotedName, Unreached } from './failure.ts';

const UNTRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_UNTRUSTED',
  'INVALID_CA',
]);
const WRONG_TIME = new Set(['CERT_NOT_YET_VALID', 'CERT_HAS_EXPIRED']);

interface Options {
  socket: Socket;
  host: string;
  trust: SecureContext;
  signal: AbortSignal;
}

/** TLS on a connection to `host`. Nothing is sent to whoever can't prove to be it; the failure names what is known. */
export function secure({ socket, host, trust, signal }: Options): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const servername = isIP(host) ? '' : host;
    const inner = connect({
      ...{ socket, host, servername, secureContext: trust, ALPNProtocols: ['http/1.1'] },
      rejectUnauthorized: true, // whatever NODE_TLS_REJECT_UNAUTHORIZED says
    });
    let shown: DetailedPeerCertificate | null = null;
    const abort = (): void => void inner.destroy(signal.reason as Error);
    const settle = (act: () => void): void => {
      signal.removeEventListener('abort', abort);
      act();
    };
    // Before Node's own listener, which verifies and closes: afterwards nobody can tell whose it was.
    inner.prependOnceListener('secure', () => {
      shown = inner.getPeerCertificate(true);
    });
    inner.once('secureConnect', () => settle(() => resolve(inner)));
    inner.on('error', (error) => settle(() => reject(explained(error, host, shown))));
    inner.once('close', () => settle(() => reject(new Unreached('ECONNRESET'))));
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
  });
}

function explained(error: Error, host: string, shown: DetailedPeerCertificate | null): Error {
  const code = codeOf(error);
  if (UNTRUSTED.has(code)) return inspected(host, shown);
  if (WRONG_TIME.has(code)) {
    const advice = 'Check this computer’s clock, and programs that look into encrypted connections.';
    return new Unreached(`its certificate is not valid at this computer’s time, ${code}`, advice);
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const name = quotedName(nameIn(shown?.subject) ?? '');
    const advice = 'Open any page in your browser: a network’s sign-in page may be waiting there.';
    return new Unreached(`${name} answers in its place`, advice);
  }
  return error;
}

/** Whose certificate stands at the top of what was shown. */
function inspected(host: string, shown: DetailedPeerCertificate | null): Unreached {
  let top = shown;
  // The chain ends in one that is its own issuer, if it came whole.
  while (top?.issuerCertificate && top.issuerCertificate !== top) top = top.issuerCertificate;
  const issuer = nameIn(top?.issuer);
  const by = issuer === undefined ? '' : `, ${quotedName(issuer)}`;
  return new Unreached(
    `a program on this computer or its network inspects https${by}, and this system doesn’t trust it`,
    `Exempt ${host} there, or install that program’s root certificate in the system.`,
  );
}

/** A certificate may have several names of a kind. */
function nameIn(names: object | undefined): string | undefined {
  const { CN, O } = (names ?? {}) as { CN?: string | string[]; O?: string | string[] };
  return [CN, O].flat().find((name) => typeof name === 'string' && name !== '');
}
