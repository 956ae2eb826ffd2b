import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { certify } from '../../../../sandbox/tls/certificate.ts';
import { findProgram } from '../../../support/find-program.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
const HOSTS = ['id.twitch.tv', 'localhost', '127.0.0.1', '::1'];

test('is signed by an authority of its own, for these hosts and nobody else', () => {
  const { cert, ca } = certify(HOSTS, NOW);
  const [server, authority] = [new X509Certificate(cert), new X509Certificate(ca)];
  expect(server.verify(authority.publicKey)).toBe(true);
  expect(server.checkIssued(authority)).toBe(true);
  expect([authority.ca, server.ca]).toEqual([true, false]);
  expect(server.subjectAltName).toBe(
    'DNS:id.twitch.tv, DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1',
  );
  expect(server.checkHost('api.twitch.tv')).toBeUndefined();
  expect([server.validFrom, server.validTo]).toEqual([
    'Dec 31 12:00:00 2025 GMT',
    'Apr  1 12:00:00 2026 GMT',
  ]);
});

test('is another one each time', () => {
  const [one, other] = [certify(HOSTS, NOW), certify(HOSTS, NOW)];
  expect(new X509Certificate(one.cert).verify(new X509Certificate(other.ca).publicKey)).toBe(false);
});

test.each([{}, { servername: 'id.twitch.tv' }])(
  'serves 127.0.0.1 with %j to those who trust it',
  async (name) => {
    const { key, cert, ca } = certify(HOSTS, Date.now());
    const server = createServer({ key, cert }, (socket) => socket.end('hello'));
    onTestFinished(() => void server.close());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const attempt = async (trust: object): Promise<string> => {
      const [data] = (await once(connect({ host: '127.0.0.1', port, ...name, ...trust }), 'data')) as [
        Buffer,
      ];
      return String(data);
    };
    expect(await attempt({ ca })).toBe('hello');
    await expect(attempt({})).rejects.toThrow(/unable to verify/);
    await expect(attempt({ ca, servername: 'evil.example' })).rejects.toThrow(/does not match/);
  },
);

const openssl = findProgram('openssl');
test.skipIf(openssl === undefined)('stands up to OpenSSL at its strictest', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ck-cert-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const { cert, ca } = certify(HOSTS, Date.now());
  await Promise.all([writeFile(join(folder, 'cert'), cert), writeFile(join(folder, 'ca'), ca)]);
  const strict = ['verify', '-x509_strict', '-purpose', 'sslserver', '-verify_hostname', 'id.twitch.tv'];
  const said = execFileSync(openssl ?? '', [...strict, '-CAfile', join(folder, 'ca'), join(folder, 'cert')]);
  expect(String(said)).toContain('OK');
});
