/** Opening files that strangers chose, without waiting for a file system that may never answer. Linux alone. */
import { constants, readFileSync } from 'node:fs';
import { type FileHandle, open, readlink } from 'node:fs/promises';

/** A handle that tells of a file, but can't read it; `far` when the way there may never answer; null for nothing. */
export type NearFile = FileHandle | 'far' | null;

/** O_PATH of open(2) asks nothing of the file itself. The same on all architectures but alpha, parisc and sparc. */
const O_PATH = 0o10000000;
/** Names and links on the way; the kernel itself follows 40 links. */
const MAX_STEPS = 200;

/**
 * File systems that the kernel serves from disks or memory. Anybody can mount one of his own that never answers (FUSE),
 * and a network may be down: each look there would hold one of the four threads Node has for all files.
 */
const NEAR =
  /^(ext[234]|xfs|btrfs|bcachefs|f2fs|zfs|jfs|nilfs2|reiserfs|tmpfs|ramfs|rootfs|devtmpfs|overlay|squashfs|erofs|iso9660|udf|vfat|exfat|ntfs3|hfsplus|proc)$/;

/**
 * Goes from name to name, and on only when the mount it came to is a near one: so nobody can exchange part of the way
 * meanwhile. Whoever gets a handle closes it. Never rejects.
 */
export async function openNear(path: string): Promise<NearFile> {
  if (process.platform !== 'linux') return 'far';
  try {
    return await walk(path, mountTypes());
  } catch {
    return null; // it isn't there, or not for us to see
  }
}

async function walk(path: string, types: ReadonlyMap<string, string>): Promise<NearFile> {
  let names = namesIn(path);
  let at = await open('/', O_PATH);
  try {
    for (let steps = 0; steps < MAX_STEPS; steps += 1) {
      const type = types.get(mountOf(at)) ?? 'unknown';
      if (!NEAR.test(type)) break;
      const [name, ...rest] = names;
      if (name === undefined) return at;
      const found = await step(at, name, type);
      names = typeof found === 'string' ? [...namesIn(found), ...rest] : rest;
      if (typeof found === 'string' && !found.startsWith('/')) continue;
      const left = at;
      at = typeof found === 'string' ? await open('/', O_PATH) : found;
      await left.close();
    }
  } catch (error) {
    await at.close();
    throw error;
  }
  await at.close();
  return 'far';
}

/** What has this name in a folder; of a link, what it says. */
async function step(folder: FileHandle, name: string, type: string): Promise<FileHandle | string> {
  const path = `/proc/self/fd/${folder.fd}/${name}`;
  const found = await open(path, O_PATH | constants.O_NOFOLLOW);
  // Where another mount begins there is no link, and that mount has yet to be looked at.
  if (mountOf(found) !== mountOf(folder) || !(await found.stat()).isSymbolicLink()) return found;
  await found.close();
  // Those of /proc lead to a file itself, whatever they say, and ask its file system for nothing.
  return type === 'proc' ? open(path, O_PATH) : readlink(path);
}

const namesIn = (path: string): string[] => path.split('/').filter((name) => name !== '');

/** proc_pid_fdinfo(5). */
function mountOf({ fd }: FileHandle): string {
  const [, mount = ''] = /^mnt_id:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8')) ?? [];
  return mount;
}

/** proc_pid_mountinfo(5): the type of each mount's file system, by the mount's number. */
function mountTypes(): Map<string, string> {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  return new Map(lines.map((line) => [/^\d+/.exec(line)?.[0] ?? '', / - (\S+) /.exec(line)?.[1] ?? '']));
}
