import { randomBytes } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pictures } from '../../core/ports.ts';
import { makePrivateFolder } from './private-files.ts';
import { readRegularFile } from './regular-file.ts';

/** A PNG of 128 × 128 pixels has less than this even without compression. */
const MAX_BYTES = 100_000;
const USER_ID = /^\d{1,20}$/;

interface Options {
  folder: string;
  /** Asked before each write; when it says no, the write is refused. */
  mayWrite(): boolean;
}

/** Pictures as `<user ID>.png` in a private folder, which is made with the first. A lost one is fetched again, so nothing is fsynced. */
export function createPictureFiles({
  folder,
  mayWrite,
}: Options): Pick<Pictures, 'read' | 'write' | 'remove'> {
  const pathOf = (userId: string): string => {
    if (!USER_ID.test(userId)) throw new TypeError('not a user ID');
    return join(folder, `${userId}.png`);
  };
  return {
    async read(userId) {
      const found = readRegularFile(pathOf(userId), MAX_BYTES);
      return found.kind === 'file' ? found.bytes : null;
    },
    async write(userId, bytes) {
      const path = pathOf(userId);
      if (!mayWrite()) throw new Error('the profile is no longer where it was');
      if (bytes.byteLength > MAX_BYTES) throw new Error('the picture is too large');
      makePrivateFolder(folder);
      const aside = `${path}.tmp-${randomBytes(6).toString('hex')}`;
      try {
        await writeFile(aside, bytes, { flag: 'wx', mode: 0o600 });
        await rename(aside, path);
      } catch (error) {
        await rm(aside, { force: true });
        throw error;
      }
    },
    remove: (userId) => rm(pathOf(userId), { force: true }),
  };
}
