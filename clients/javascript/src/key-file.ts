import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { base64url, type Decoder, listOf, record, text } from './decode.ts';
import { CastkeyError } from './errors.ts';
import type { PairingKey } from './proof.ts';

/** Bytes of the largest file that is read; a real one has about 200, and 100 for each earlier key. */
const MAX_BYTES = 8192;
/** Keys kept of earlier pairings: whoever makes a bot pair again must do so more often to be rid of a good one. */
const MAX_EARLIER_KEYS = 8;

/** A bot's key, and those it had before: a program posing as the vault can make it pair anew, but not forget. */
export interface KeyRing extends PairingKey {
  /** The latest first. */
  readonly earlier: readonly PairingKey[];
}

/** The ring after a new pairing. Every other key stays, even one of the same ID: whoever paired chose that ID. */
export function withNewKey({ keyId, key }: PairingKey, ring: KeyRing | undefined): KeyRing {
  return { keyId, key, earlier: ring ? keysOf(ring).slice(0, MAX_EARLIER_KEYS) : [] };
}

/**
 * The ring once a vault has proved that it knows this key. Later ones, which it didn't know, are forgotten:
 * who gave them isn't known, and must not pass for the vault with them.
 */
export function withProvenKey(proven: PairingKey, ring: KeyRing): KeyRing {
  const keys = keysOf(ring);
  const older = keys.slice(keys.findIndex(({ key }) => key.equals(proven.key)) + 1);
  return { keyId: proven.keyId, key: proven.key, earlier: older };
}

/** Every key of a ring, the latest first; none without a ring. */
export function keysOf(ring: KeyRing | undefined): PairingKey[] {
  return ring ? [{ keyId: ring.keyId, key: ring.key }, ...ring.earlier] : [];
}

/**
 * Reads a bot's pairing key.
 *
 * @returns undefined when there is no such file: the bot isn't paired yet.
 * @throws CastkeyError `key-file` for a file that others can read, that belongs to another user or
 *   bot, or that isn't one of ours.
 */
export async function readKeyFile(path: string, name: string): Promise<KeyRing | undefined> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw problem(path, `can't be opened (${(error as NodeJS.ErrnoException).code})`);
  }
  try {
    await refuseShared(file, path);
    return parse(path, name, await file.readFile('utf8'));
  } finally {
    await file.close();
  }
}

/**
 * Writes a key so that a crash leaves the old file or the new one, never half of one; mode 0600 from
 * its first byte. A folder that is missing is made with mode 0700.
 */
export async function writeKeyFile(path: string, name: string, ring: KeyRing): Promise<void> {
  const earlier = ring.earlier.map(asText);
  const content = { version: 1, name, ...asText(ring), ...(earlier.length > 0 && { earlier }) };
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await makeKeyFolder(path);
    await rm(temporary, { force: true });
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(content, null, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw problem(path, `can't be written (${(error as NodeJS.ErrnoException).code})`);
  }
}

/** Makes the folder of a key file; one that exists is left as it is. */
export async function makeKeyFolder(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
}

/** Checked on the open file, so that it can't be exchanged in between. Windows has no such modes. */
async function refuseShared(file: FileHandle, path: string): Promise<void> {
  const stats = await file.stat();
  if (!stats.isFile() || stats.size > MAX_BYTES) throw problem(path, "isn't a key file");
  const me = process.getuid?.();
  if (me === undefined) return;
  if (stats.uid !== me) throw problem(path, 'belongs to another user');
  if ((stats.mode & 0o077) !== 0) throw problem(path, `can be read by others; run: chmod 600 '${path}'.`);
}

const readKey: Decoder<PairingKey> = (value, field) => {
  const given = record(value, field);
  const key = Buffer.from(base64url(32, 32)(given.key, `${field}.key`), 'base64url');
  return { keyId: text(given.keyId, `${field}.keyId`), key };
};

function asText({ keyId, key }: PairingKey): { keyId: string; key: string } {
  return { keyId, key: key.toString('base64url') };
}

function parse(path: string, name: string, content: string): KeyRing {
  let owner: string;
  let found: KeyRing;
  try {
    const given = record(JSON.parse(content) as unknown, 'file');
    owner = text(given.name, 'name');
    found = { ...readKey(given, 'file'), earlier: listOf(readKey)(given.earlier ?? [], 'earlier') };
  } catch {
    throw problem(path, "isn't a key file");
  }
  if (owner !== name) throw problem(path, `belongs to the bot "${owner}", not to "${name}"`);
  return found;
}

function problem(path: string, what: string): CastkeyError {
  return new CastkeyError('key-file', `The key file ${path} ${what}${what.endsWith('.') ? '' : '.'}`);
}
