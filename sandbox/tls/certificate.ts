import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { bits, integer, octets, oid, sequence, set, tagged, time, utf8, yes } from './der.ts';

/** A certificate for a server, with what its clients must trust. All in PEM. */
export interface ServerCertificate {
  readonly key: string;
  readonly cert: string;
  /** The authority that signed it. Its own key is gone: it can never sign another one. */
  readonly ca: string;
}

const OID = {
  commonName: '2.5.4.3',
  ecdsaSha256: '1.2.840.10045.4.3.2',
  subjectKey: '2.5.29.14',
  keyUsage: '2.5.29.15',
  names: '2.5.29.17',
  constraints: '2.5.29.19',
  authorityKey: '2.5.29.35',
  extendedUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
} as const;

const DAY_MS = 86_400_000;
/** Apple's limit for what is trusted by hand is 825 days; a sandbox runs for hours. */
const LIFETIME_MS = 90 * DAY_MS;

const KEY_USAGE = { digitalSignature: 0x80, signing: 0x06 } as const;

interface Party {
  readonly name: string;
  readonly publicKey: KeyObject;
}

interface Issued {
  readonly subject: Party;
  readonly issuer: Party & { readonly privateKey: KeyObject };
  readonly extensions: readonly Buffer[];
  readonly now: number;
}

const freshKeys = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const distinguishedName = (name: string): Buffer => sequence(set(sequence(oid(OID.commonName), utf8(name))));
const publicKeyInfo = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' });
const keyId = (key: KeyObject): Buffer => createHash('sha1').update(publicKeyInfo(key)).digest();

const extension = (id: string, critical: boolean, value: Buffer): Buffer =>
  sequence(oid(id), ...(critical ? [yes()] : []), octets(value));

/** An X.509 certificate, version 3 (RFC 5280, 4.1), in PEM. */
function issue({ subject, issuer, extensions, now }: Issued): string {
  const algorithm = sequence(oid(OID.ecdsaSha256));
  // The highest bit of a serial number would be its sign; one that begins with a zero byte isn't DER.
  const serial = Buffer.concat([Buffer.from([1]), randomBytes(15)]);
  const ids = [
    extension(OID.subjectKey, false, octets(keyId(subject.publicKey))),
    extension(OID.authorityKey, false, sequence(tagged(0, false, keyId(issuer.publicKey)))),
  ];
  const content = sequence(
    tagged(0, true, integer(Buffer.from([2]))),
    integer(serial),
    algorithm,
    distinguishedName(issuer.name),
    sequence(time(now - DAY_MS), time(now + LIFETIME_MS)),
    distinguishedName(subject.name),
    publicKeyInfo(subject.publicKey),
    tagged(3, true, sequence(...ids, ...extensions)),
  );
  const signature = sign('sha256', content, issuer.privateKey);
  return pem('CERTIFICATE', sequence(content, algorithm, bits(signature)));
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/** As `subjectAltName` has them: a DNS name, or an address of either kind as its bytes. */
function alternativeName(host: string): Buffer {
  if (isIPv4(host)) return tagged(7, false, Buffer.from(host.split('.').map(Number)));
  if (host === '::1') return tagged(7, false, Buffer.from('1'.padStart(32, '0'), 'hex'));
  return tagged(2, false, Buffer.from(host));
}

/**
 * Makes an authority of its own and one certificate for these hosts (names, IPv4 addresses, `::1`), and
 * forgets the authority's key: whoever goes on trusting it trusts nobody else by that.
 *
 * @param now Milliseconds since 1970; it holds from the day before for 90 days.
 */
export function certify(hosts: readonly string[], now: number): ServerCertificate {
  const authority = { name: 'Castkey sandbox', ...freshKeys() };
  const server = { name: hosts[0] ?? '', ...freshKeys() };
  const usage = (bitsSet: number, unused: number): Buffer =>
    extension(OID.keyUsage, true, bits(Buffer.from([bitsSet]), unused));
  return {
    key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    cert: issue({
      ...{ subject: server, issuer: authority, now },
      extensions: [
        extension(OID.constraints, true, sequence()),
        usage(KEY_USAGE.digitalSignature, 7),
        extension(OID.extendedUsage, false, sequence(oid(OID.serverAuth))),
        extension(OID.names, false, sequence(...hosts.map(alternativeName))),
      ],
    }),
    ca: issue({
      ...{ subject: authority, issuer: authority, now },
      extensions: [extension(OID.constraints, true, sequence(yes())), usage(KEY_USAGE.signing, 1)],
    }),
  };
}
