import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type SecureContext } from 'node:tls';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTrust } from '../../../../shared/network/roots.ts';
import { type OwnAuthority, openOwnAuthority } from '../../../support/own-authority.ts';

let authority: OwnAuthority;
let folder: string;
let server: ReturnType<typeof createServer>;
beforeEach(async ({ skip }) => {
  const made = openOwnAuthority();
  if (made === null) return skip('there is no openssl to make certificates with');
  authority = made;
  folder = mkdtempSync(join(tmpdir(), 'ck-roots-'));
  server = createServer(authority.certify('twitch.test')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return () => {
    server.close();
    authority.close();
  };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Whether the server is believed to be who it says it is. */
async function trusts(secureContext: SecureContext): Promise<boolean> {
  const { port } = server.address() as AddressInfo;
  const socket = connect({ port, host: '127.0.0.1', servername: 'twitch.test', secureContext });
  const trusted = await once(socket, 'secureConnect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return trusted;
}
const root = (): string => readFileSync(authority.rootFile, 'utf8');
const at = (name: string): string => join(folder, name);
const system = (): ReturnType<typeof createTrust> =>
  createTrust([], { files: [at('none.pem'), at('all.pem'), at('second.pem')], folders: [at('certs')] });

it('trusts what the system’s file holds, whatever else is in it', async () => {
  const broken = '-----BEGIN CERTIFICATE-----\nbm9uc2Vuc2U=\n-----END CERTIFICATE-----\n';
  writeFileSync(at('all.pem'), `# Office\n${broken}${root().replaceAll('\n', '\r\n')}`);
  expect(await trusts(system()())).toBe(true);
});

it('trusts what lies in the system’s folder, by whatever name, links and nonsense beside it', async () => {
  mkdirSync(at('certs/java'), { recursive: true });
  symlinkSync(at('gone'), at('certs/broken-link'));
  writeFileSync(at('certs/README'), 'nothing');
  writeFileSync(at('office'), root());
  symlinkSync(at('office'), at('certs/5ad8a5d6.0'));
  expect(await trusts(system()())).toBe(true);
});

it('trusts nobody else', async () => {
  expect(await trusts(system()())).toBe(false);
});

it('looks again when a certificate was installed, or taken away', async () => {
  const trust = system();
  expect(await trusts(trust())).toBe(false);
  writeFileSync(at('all.pem'), root());
  expect(await trusts(trust())).toBe(true);
  expect(trust()).toBe(trust());
  rmSync(at('all.pem'));
  expect(await trusts(trust())).toBe(false);
});

it('trusts files named beside them', async () => {
  expect(await trusts(createTrust([authority.rootFile], { files: [], folders: [] })())).toBe(true);
});
