import { closeSync, constants, fstatSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { LOCK_FILE_FLAGS, type LockPath, loadSystemLock } from './system-lock.ts';

/** The profile as this program's own, until it ends or `release`. */
export interface HeldProfile {
  kind: 'held';
  /**
   * True while the profile's path still leads to the folder that was locked. Somebody may have moved it away
   * and put another one there: that one isn't ours, and may be another Castkey's.
   */
  stands(): boolean;
  release(): void;
}
/** What came of locking; `refused`: this system or disk gives no lock, in a sentence for the streamer. */
export type ProfileLock = HeldProfile | { kind: 'taken' } | { kind: 'refused'; problem: string };

/** The file that is locked as well as the folder itself. It is empty and stays: the lock is the kernel's, not the file's. */
export const LOCK_FILE = 'profile.lock';
/** Whoever deletes the file in the very moment it is locked has to do so as often. */
const MAX_TRIES = 10;

/**
 * Makes the profile this program's own, or tells that another program has it: nothing in it may be read before.
 * The folder itself is locked, since nobody can delete a folder with something in it, nor replace it unnoticed
 * (`stands`), and by whatever path, link or mount it is reached. The file in it is locked for file systems that
 * lock no folder: over NFS a lock needs a file open for writing. Without a lock Castkey doesn't run: two that
 * renew one login end it (twitchdev/issues#903).
 */
export function lockProfile(home: string, loadLock: () => LockPath = loadSystemLock): ProfileLock {
  let lockPath: LockPath;
  try {
    lockPath = loadLock();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return refused(home, `a part of Castkey is missing, so install it again: ${reason}`);
  }
  const folder = process.platform === 'win32' ? null : lockPath(home, constants.O_RDONLY);
  if (folder === 'taken') return { kind: 'taken' };
  const path = join(home, LOCK_FILE);
  const file = lockFile(lockPath, path);
  const held = [
    { path: home, locked: folder },
    { path, locked: file },
  ].flatMap(({ path, locked }) =>
    locked !== null && locked !== 'taken' && 'fd' in locked ? [{ path, fd: locked.fd }] : [],
  );
  const release = (): void => held.map(({ fd }) => fd).forEach(closeSync);
  if (file === 'taken' || 'refused' in file) {
    release();
    return file === 'taken' ? { kind: 'taken' } : refused(home, file.refused);
  }
  const [first = { path, fd: file.fd }] = held; // the folder, where the system locks folders
  return { kind: 'held', release, stands: () => leadsTo(first.path, first.fd) };
}

/** A lock on a file that somebody has deleted or replaced since keeps nobody out, so it is looked at once more. */
function lockFile(lockPath: LockPath, path: string): ReturnType<LockPath> {
  for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
    const locked = lockPath(path, LOCK_FILE_FLAGS);
    if (locked === 'taken' || 'refused' in locked) return locked;
    if (!fstatSync(locked.fd).isFile()) {
      closeSync(locked.fd);
      return { refused: `${path} must be a file, so remove it` };
    }
    if (leadsTo(path, locked.fd)) return locked;
    closeSync(locked.fd);
  }
  return { refused: `${path} keeps being replaced` };
}

function leadsTo(path: string, fd: number): boolean {
  const there: Stats | undefined = statSync(path, { throwIfNoEntry: false });
  const held = fstatSync(fd);
  return there !== undefined && there.dev === held.dev && there.ino === held.ino;
}

/** What keeps anything from being written, rather than locked. */
const UNWRITABLE = new Set(['EROFS', 'EACCES', 'EPERM', 'ENOSPC', 'EDQUOT']);

/** Why Castkey doesn't start on a profile of which the system says so, in a sentence for the streamer. */
export const unwritable = (home: string, code: string): string =>
  `The profile can't be written to (${code}): ${home}. Make it writable, or set CASTKEY_HOME to another folder.`;

const refused = (home: string, why: string): ProfileLock => ({
  kind: 'refused',
  problem: UNWRITABLE.has(why)
    ? unwritable(home, why)
    : `The profile can't be kept for one Castkey alone (${why}): ${home}`,
});
