/** The certificate authorities this computer trusts: those of its system beside those that Node brings along. */
import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as tls from 'node:tls';

/** Where Linux distributions and BSDs keep all of them in one file; the first that is there counts (as Go's crypto/x509 does). */
export const TRUST_FILES = [
  '/etc/ssl/certs/ca-certificates.crt', // Debian, Ubuntu, Arch, Gentoo
  '/etc/pki/tls/certs/ca-bundle.crt', // Fedora, RHEL 6
  '/etc/ssl/ca-bundle.pem', // openSUSE
  '/etc/pki/tls/cacert.pem', // OpenELEC
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem', // RHEL 7 and newer
  '/etc/ssl/cert.pem', // Alpine, BSD
];
/** Where single ones lie, those that somebody put there by hand included. */
const FOLDERS = ['/etc/ssl/certs', '/etc/pki/tls/certs'];
/** Windows and macOS keep them in a store of their own. */
const ASKED = process.platform === 'win32' || process.platform === 'darwin';

/** Where to look: in the first file that is there, and in all folders. */
interface Places {
  files: readonly string[];
  folders: readonly string[];
}
const SYSTEM: Places = ASKED ? { files: [], folders: [] } : { files: TRUST_FILES, folders: FOLDERS };
const MAX_FILE_BYTES = 4 * 1024 * 1024;
const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Which files and folders make up the answer, and when they last changed. */
interface Kept {
  stamp: string;
  context: tls.SecureContext;
}

/**
 * Makes what a connection is verified by, anew when the system's files have changed; `more` are files trusted
 * beside them. On Windows and macOS the system itself is asked, where this Node can (22.15 and newer).
 */
export function createTrust(more: readonly string[] = [], places: Places = SYSTEM): () => tls.SecureContext {
  let kept: Kept | null = null;
  return () => {
    const files = [...places.files.filter(isThere).slice(0, 1), ...more];
    const { folders } = places;
    const stamp = [...files, ...folders].map(stampOf).join();
    if (kept?.stamp !== stamp) {
      const found = [...files, ...folders.flatMap(filesIn)].flatMap(certificatesIn);
      const ca = [...new Set([...tls.rootCertificates, ...fromSystem(), ...found])];
      kept = { stamp, context: tls.createSecureContext({ ca }) };
    }
    return kept.context;
  };
}

function fromSystem(): readonly string[] {
  if (!ASKED) return [];
  const { getCACertificates } = tls as { getCACertificates?: (type: 'system') => string[] };
  return getCACertificates?.('system') ?? [];
}

const isThere = (path: string): boolean => stampOf(path) !== '';

function stampOf(path: string): string {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? '' : `${path} ${found.ino} ${found.mtimeMs} ${found.size}`;
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return []; // no such folder on this system
  }
}

/** One that can't be read, or holds none, adds nothing; a broken certificate doesn't spoil the others. */
function certificatesIn(path: string): string[] {
  try {
    const { size } = statSync(path);
    if (size > MAX_FILE_BYTES) return [];
    return (readFileSync(path, 'latin1').match(PEM) ?? []).flatMap(normal);
  } catch {
    return []; // a dangling link, a folder, or not ours to read
  }
}

/** The same certificate is written in many ways, and most lie in the folder and in the file. */
function normal(pem: string): string[] {
  try {
    return [new X509Certificate(pem).toString()];
  } catch {
    return [];
  }
}
