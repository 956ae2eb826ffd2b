/** The vectors of docs/protocol, in the words of a driver: what a client must compute by itself. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { bytesOf, type Chunk, type Line } from '../vectors/byte-runs.ts';
import { type Driver, ok } from './client-driver.ts';
import { type Lying, withFolders } from './runtime-folders.ts';

interface Place {
  platform: string;
  home: string;
  env: Record<string, string>;
}
interface Message {
  name: string;
  line: Line;
  means: { kind: string; missing?: string[] };
}
interface Vectors {
  handshake: {
    proofs: {
      name: string;
      key: string;
      clientNonce: string;
      serverNonce: string;
      serverProof: string;
      clientProof: string;
    }[];
    nonces: { name: string; nonce: string; valid: boolean }[];
  };
  intents: { name: string; intent: string; sent: string | null }[];
  framing: { name: string; chunks: Chunk[]; lines: Line[]; ends: string | null }[];
  messages: Message[];
  stateMessages: Message[];
  sockets: (Place & { folders: Record<string, Lying>; socket: string })[];
  refusedSockets: (Place & { names: string })[];
  keyPaths: {
    files: (Place & { name: string; keyFile: string })[];
    names: { name: string; file: string }[];
  };
}

const FILE = new URL('../../../docs/protocol/vectors.json', import.meta.url);
const read = (): Vectors => JSON.parse(readFileSync(FILE, 'utf8')) as Vectors;
const textOf = (line: Line): string =>
  line.map((part) => (typeof part === 'string' ? part : part.text.repeat(part.times))).join('');

async function understands(driver: Driver, messages: readonly Message[]): Promise<void> {
  for (const { name, line, means } of messages) {
    const found = ok(await driver.ask('message', { line: textOf(line) }));
    expect({ name, found }).toMatchObject({ name, found: means });
  }
}

/** By name; each checks every vector of its part. */
export const VECTORS: Readonly<Record<string, (driver: Driver) => Promise<void>>> = {
  proofs: async (driver) => {
    for (const { name, key, clientNonce: client, serverNonce, serverProof, clientProof } of read().handshake
      .proofs) {
      const found = ok(await driver.ask('proofs', { key, client, server: serverNonce }));
      expect({ name, found }).toEqual({ name, found: { server: serverProof, client: clientProof } });
    }
  },
  nonces: async (driver) => {
    for (const { name, nonce, valid } of read().handshake.nonces) {
      expect({ name, valid: ok(await driver.ask('nonce', { nonce })) }).toEqual({ name, valid });
    }
  },
  intents: async (driver) => {
    for (const { name, intent, sent } of read().intents) {
      expect({ name, sent: ok(await driver.ask('intentName', { intent })) }).toEqual({ name, sent });
    }
  },
  framing: async (driver) => {
    for (const { name, chunks, lines, ends } of read().framing) {
      const found = ok(
        await driver.ask('lines', { chunks: chunks.map((chunk) => bytesOf(chunk).toString('base64')) }),
      );
      expect({ name, found }).toEqual({ name, found: { lines: lines.map(textOf), ends } });
    }
  },
  messages: (driver) => understands(driver, read().messages),
  'messages of vaults that tell the whole state': (driver) => understands(driver, read().stateMessages),
  'paths of the socket': async (driver) => {
    for (const vector of read().sockets.filter(({ platform }) => platform === process.platform)) {
      await withFolders(vector, async ({ home, env, runUser, socket, folders }) => {
        const found = ok(await driver.ask('paths', { home, env, runUser, name: 'chat-bot' }));
        expect({ env, folders, found }).toMatchObject({ env, folders, found: { socket } });
      });
    }
    for (const { platform, home, env, names } of read().refusedSockets) {
      if (platform !== process.platform) continue;
      const found = ok(await driver.ask('paths', { home, env, runUser: '/nowhere', name: 'chat-bot' }));
      expect({ env, found }).toEqual({ env, found: { refused: expect.stringContaining(names) } });
    }
  },
  'paths of the key': async (driver) => {
    const { files, names } = read().keyPaths;
    for (const { platform, home, env, name, keyFile } of files) {
      if (platform !== process.platform) continue;
      const found = ok(await driver.ask('paths', { home, env, runUser: '/nowhere', name }));
      expect({ env, found }).toMatchObject({ env, found: { keyFile } });
    }
    for (const { name, file } of names) {
      const where = { home: '/home/ann', env: {}, runUser: '/nowhere' };
      const found = ok(await driver.ask('paths', { ...where, name }));
      const keyFile = `/home/ann/.config/castkey-client/${file}`;
      if (process.platform === 'linux') expect({ name, found }).toMatchObject({ name, found: { keyFile } });
    }
  },
};
