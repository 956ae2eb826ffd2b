/** A certificate authority that only this computer's tests know, as a program that inspects https has one. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from './find-program.ts';

export const AUTHORITY_NAME = 'Office Inspection Root';

export interface OwnAuthority {
  /** Path of its own certificate, to be trusted. */
  rootFile: string;
  /** A key and a certificate for hosts. */
  certify(...hosts: string[]): { key: string; cert: string };
  close(): void;
}

/** Null where there is no openssl to make certificates with. */
export function openOwnAuthority(): OwnAuthority | null {
  const openssl = findProgram('openssl');
  if (openssl === undefined) return null;
  const folder = mkdtempSync(join(tmpdir(), 'ck-ca-'));
  const at = (name: string): string => join(folder, name);
  const make = (name: string, ...more: string[]): void => {
    const key = [
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      at(`${name}.key`),
    ];
    const made = ['req', '-x509', ...key, '-out', at(`${name}.pem`), '-days', '2', ...more];
    execFileSync(openssl, made, { stdio: 'ignore' });
  };
  make('root', '-subj', `/O=Nobody/CN=${AUTHORITY_NAME}`);
  return {
    rootFile: at('root.pem'),
    certify(...hosts) {
      const names = `subjectAltName=${hosts.map((host) => `DNS:${host}`).join()}`;
      const signer = ['-CA', at('root.pem'), '-CAkey', at('root.key')];
      const plain = ['-addext', 'basicConstraints=critical,CA:FALSE', '-addext', names];
      make('server', ...signer, '-subj', `/CN=${hosts[0]}`, ...plain);
      return { key: readFileSync(at('server.key'), 'utf8'), cert: readFileSync(at('server.pem'), 'utf8') };
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
