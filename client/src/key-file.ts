import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CastkeyError } from './errors.ts';
import { base64url, record, text } from './narrow.ts';
import type { PairingKey } from './proof.ts';

/** Bytes of the largest file that is read; a real one has about 200. */
const MOST_BYTES = 8192;

/**
 * Reads a bot's pairing key.
 *
 * @returns undefined when there is no such file: the bot isn't paired yet.
 * @throws CastkeyError `key-file` for a file that others can read, that belongs to another user or
 *   bot, or that isn't one of ours.
 */
export async function readKeyFile(path: string, name: string): Promise<PairingKey | undefined> {
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
export async function writeKeyFile(path: string, name: string, { keyId, key }: PairingKey): Promise<void> {
  const content = { version: 1, name, keyId, key: key.toString('base64url') };
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
  if (!stats.isFile() || stats.size > MOST_BYTES) throw problem(path, "isn't a key file");
  const me = process.getuid?.();
  if (me === undefined) return;
  if (stats.uid !== me) throw problem(path, 'belongs to another user');
  if ((stats.mode & 0o077) !== 0) throw problem(path, `can be read by others; run: chmod 600 '${path}'.`);
}

function parse(path: string, name: string, content: string): PairingKey {
  let owner: string;
  let found: PairingKey;
  try {
    const given = record(JSON.parse(content) as unknown, 'file');
    owner = text(given.name, 'name');
    const key = Buffer.from(base64url(32, 32)(given.key, 'key'), 'base64url');
    found = { keyId: text(given.keyId, 'keyId'), key };
  } catch {
    throw problem(path, "isn't a key file");
  }
  if (owner !== name) throw problem(path, `belongs to the bot "${owner}", not to "${name}"`);
  return found;
}

function problem(path: string, what: string): CastkeyError {
  return new CastkeyError('key-file', `The key file ${path} ${what}${what.endsWith('.') ? '' : '.'}`);
}
