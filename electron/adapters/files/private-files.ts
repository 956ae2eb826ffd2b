import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Makes a folder that other users can't look into (0700), and those above it that are missing. */
export function makePrivateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  if (process.platform !== 'win32') chmodSync(path, 0o700);
}

/** Makes the bytes of a file survive a power cut. */
export function syncFile(path: string): void {
  const file = openSync(path, 'r+');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Makes renames in a folder survive a power cut. Windows has no such call and needs none. */
export function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/**
 * Writes a file as a whole: aside, fsynced, then renamed over what may have been there. Only its owner
 * may read it. Rejects when the disk refuses; what was there is then as it was.
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  const aside = `${path}.tmp-${randomBytes(6).toString('hex')}`;
  try {
    const file = await open(aside, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
  try {
    syncFolder(dirname(path));
  } catch {
    // A stick or a network folder may know no such call; the file itself is written.
  }
}

/**
 * The text of a file of at most so many bytes, in UTF-8 or UTF-16; rejects for anything else, folders and devices
 * included.
 */
export async function readWhole(path: string, maxBytes: number): Promise<string> {
  const about = await stat(path);
  if (!about.isFile()) throw new Error('it is no file');
  if (about.size > maxBytes) throw new Error('it is too large');
  const file = await open(path, 'r');
  try {
    return decodeText(await file.readFile());
  } finally {
    await file.close();
  }
}

/** By its byte order mark, and without one by the zero bytes that UTF-16 has in JSON: PowerShell's `>` writes UTF-16. */
function decodeText(bytes: Buffer): string {
  const [first, second] = bytes;
  const bigEndian = (first === 0xfe && second === 0xff) || (first === 0 && second !== 0);
  const littleEndian = (first === 0xff && second === 0xfe) || (first !== 0 && second === 0);
  const name = bigEndian ? 'utf-16be' : littleEndian ? 'utf-16le' : 'utf-8';
  return new TextDecoder(name).decode(bytes); // takes the mark off
}
