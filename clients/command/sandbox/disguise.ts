import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Io } from '../io.ts';
import { askSandbox } from './control.ts';

/** What the sandbox says of how it passes for Twitch (`GET /sandbox/twitch`). */
export interface Disguise {
  readonly ca: string;
  readonly hosts: readonly string[];
  readonly wellKnownPorts: readonly number[];
  readonly ports: Readonly<Record<string, string>>;
}

/** Files for a program that is to take the sandbox for Twitch, in a private folder that goes with us. */
export interface DisguiseFiles {
  readonly folder: string;
  readonly ca: string;
  readonly hosts: string;
  remove(): Promise<void>;
}

/** Asks a running sandbox. @throws Failure When none runs, or one that doesn't know. */
export const askDisguise = async (io: Io, base: string): Promise<Disguise> =>
  (await askSandbox(io, base, { method: 'GET', path: '/sandbox/twitch' })) as Disguise;

/** The lines of a hosts file that lead Twitch's names to this computer. */
export const hostsLines = (hosts: readonly string[]): string =>
  `127.0.0.1 localhost\n${hosts.map((name) => `127.0.0.1 ${name}\n`).join('')}`;

/** Where programs look for the certificates they trust, by their languages. */
export const TRUST_VARIABLES = [
  ['NODE_EXTRA_CA_CERTS', 'Node, Bun'],
  ['SSL_CERT_FILE', 'Python, Ruby, Go, Rust, .NET, OpenSSL'],
  ['REQUESTS_CA_BUNDLE', 'Python with requests'],
  ['CURL_CA_BUNDLE', 'curl'],
  ['DENO_CERT', 'Deno'],
] as const;

/** Writes them; nobody else of this computer can read them. */
export async function writeDisguise({ ca, hosts }: Disguise): Promise<DisguiseFiles> {
  const folder = await mkdtemp(join(tmpdir(), 'castkey-sandbox-'));
  await chmod(folder, 0o700);
  const files = { ca: join(folder, 'ca.pem'), hosts: join(folder, 'hosts') };
  await Promise.all([
    writeFile(files.ca, ca),
    writeFile(files.hosts, hostsLines(hosts)),
    mkdir(join(folder, 'empty')),
  ]);
  return { folder, ...files, remove: () => rm(folder, { recursive: true, force: true }) };
}
