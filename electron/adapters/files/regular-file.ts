import { closeSync, constants, fstatSync, openSync, readSync, renameSync, statSync } from 'node:fs';

/** What a path leads to; `strange`: a device, a pipe, a folder, or a file beyond all measure, of which nothing was read. */
export type FoundFile =
  | { kind: 'file'; bytes: Buffer }
  | { kind: 'absent' }
  | { kind: 'strange'; reason: 'not a file' | 'too large' }
  | { kind: 'failed'; reason: string };

/** Never waits for whoever writes into a pipe, as an ordinary open would. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Reads a file of the profile, links followed. The only place that does: whatever lies there (a link to /dev/zero,
 * a pipe, a folder, gigabytes) neither stops Castkey nor fills its memory. Never throws.
 */
export function readRegularFile(path: string, maxBytes: number): FoundFile {
  return readFrom(
    path,
    (fd, size) => {
      if (size > maxBytes) return null;
      return readUpTo(fd, 0, maxBytes + 1);
    },
    maxBytes,
  );
}

/** The last bytes of a file, at most so many: what is before them isn't read. */
export function readFileEnd(path: string, maxBytes: number): FoundFile {
  return readFrom(path, (fd, size) => readUpTo(fd, Math.max(0, size - maxBytes), maxBytes), maxBytes);
}

function readFrom(
  path: string,
  read: (fd: number, size: number) => Buffer | null,
  maxBytes: number,
): FoundFile {
  try {
    const fd = openSync(path, OPEN_FLAGS);
    try {
      const about = fstatSync(fd);
      if (!about.isFile()) return { kind: 'strange', reason: 'not a file' };
      const bytes = read(fd, about.size);
      // Files of /proc say that they are empty, and go on.
      if (bytes === null || bytes.length > maxBytes) return { kind: 'strange', reason: 'too large' };
      return { kind: 'file', bytes };
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    if (code === 'ENOENT') return { kind: 'absent' };
    // A socket, or a device without a driver, can't even be opened.
    return code === 'ENXIO' || code === 'ENODEV'
      ? { kind: 'strange', reason: 'not a file' }
      : { kind: 'failed', reason: code };
  }
}

function readUpTo(fd: number, from: number, maxBytes: number): Buffer {
  const size = Math.min(maxBytes, Math.max(0, fstatSync(fd).size - from) + 1);
  const chunks: Buffer[] = [];
  let total = 0;
  for (let room = size; total < maxBytes; room = Math.min(64 * 1024, maxBytes - total)) {
    const chunk = Buffer.alloc(Math.max(1, room));
    const count = readSync(fd, chunk, 0, chunk.length, from + total);
    if (count === 0) break;
    chunks.push(chunk.subarray(0, count));
    total += count;
  }
  return Buffer.concat(chunks);
}

/**
 * Moves away what is at a path and is no file, so that one can be made there; it is kept beside, as damaged files
 * are. Throws when the disk refuses that.
 */
export function setAsideUnlessFile(path: string): void {
  if (!isUsable(path)) renameSync(path, `${path}.corrupt-${Date.now()}`);
}

function isUsable(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOOP') return false; // a link to itself
    throw error;
  }
}
