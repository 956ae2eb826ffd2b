import { closeSync, constants, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants as os } from 'node:os';
import type Koffi from 'koffi';
import { z } from 'zod';

/** A descriptor that holds the lock, `taken` when another program has it, or why the system gives none. */
export type Locked = { fd: number } | 'taken' | { refused: string };
/** Opens a path and locks what it leads to, without waiting. Never throws. */
export type LockPath = (path: string, flags: number) => Locked;

const [LOCK_EX, LOCK_NB] = [2, 4];
/** `UV_FS_O_EXLOCK` of libuv: on Windows the file is opened with the share mode 0, so that nobody else can. */
const WINDOWS_EXCLUSIVE = 0x1000_0000;
const INTERRUPTED = 5;

/**
 * How this system locks. The kernel holds the lock for the open file and lets go of it when the program ends,
 * however it ends. Node opens every file so that programs started later don't inherit it (O_CLOEXEC): none of
 * them can keep the lock alive. Throws when koffi, which makes the call, can't be loaded.
 */
export function loadSystemLock(): LockPath {
  if (process.platform === 'win32') return lockByOpening;
  // At once, since Electron must not become ready before the profile is ours.
  const koffi: typeof Koffi = createRequire(import.meta.url)('koffi');
  // flock(2) rather than fcntl(2): it belongs to the open file, and no other close() in this process ends it.
  const flock = koffi.load(null).func('int flock(int, int)');
  return (path, flags) => {
    try {
      const fd = openSync(path, flags, 0o600);
      const code = lockOpenFile(
        (number) => z.number().parse(flock(number, LOCK_EX | LOCK_NB)),
        koffi.errno,
        fd,
      );
      if (code === 0) return { fd };
      closeSync(fd);
      return code === os.errno.EWOULDBLOCK ? 'taken' : { refused: nameOf(code) };
    } catch (error) {
      return { refused: codeOf(error) };
    }
  };
}

/** Zero, or the number of the error; a signal may interrupt the call where the lock is asked of a server. */
function lockOpenFile(flock: (fd: number) => number, errno: () => number, fd: number): number {
  for (let attempt = 0; attempt < INTERRUPTED; attempt += 1) {
    if (flock(fd) === 0) return 0;
    if (errno() !== os.errno.EINTR) return errno();
  }
  return os.errno.EINTR;
}

function lockByOpening(path: string, flags: number): Locked {
  try {
    return { fd: openSync(path, flags | WINDOWS_EXCLUSIVE) };
  } catch (error) {
    // ERROR_SHARING_VIOLATION
    return codeOf(error) === 'EBUSY' ? 'taken' : { refused: codeOf(error) };
  }
}

/** For the file that is there to be locked: made if it is missing, and never reached by a link. */
export const LOCK_FILE_FLAGS = constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0);

function nameOf(code: number): string {
  return Object.entries(os.errno).find(([, number]) => number === code)?.[0] ?? String(code);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
