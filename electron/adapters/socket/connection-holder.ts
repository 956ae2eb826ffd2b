/** Whether a process has a socket because it opened it itself, as far as Linux tells. */
import { opendirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Peer } from '../../core/ports.ts';

/** A process can have a million descriptors, and whoever wants to be shown as another one can see to that. */
const MAX_DESCRIPTORS = 512;
/** O_CLOEXEC as fdinfo has it (proc_pid_fdinfo(5)): octal, and the same on all architectures but alpha, parisc, sparc. */
const CLOSED_ON_EXEC = 0o2000000;

/**
 * The kernel tells which process connected, but not which program ran in it then: it may have started another one
 * since. Most languages open sockets so that they are closed when a program is started (O_CLOEXEC in open(2)), and such
 * a one is no left-over: `own`. Node and some others close all that they were left in the same way, some milliseconds
 * after their start: `own` counts when it was so right at the connection, too.
 * `inherited` is one that may be left over, or wasn't found among very many; `elsewhere` none at all.
 */
export function connectionOf(
  pid: number,
  socket: number,
  proc = '/proc',
  max = MAX_DESCRIPTORS,
): Peer['connection'] {
  try {
    const { flags, all } = descriptorsOf(`${proc}/${pid}`, `socket:[${socket}]`, max);
    if (flags.length === 0) return all ? 'elsewhere' : 'inherited';
    return flags.every((one) => (one & CLOSED_ON_EXEC) !== 0) ? 'own' : 'inherited';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ESRCH' ? 'elsewhere' : null; // it may not be looked into
  }
}

/** The flags of each descriptor that is this socket; `all`: there are no others. */
function descriptorsOf(folder: string, link: string, max: number): { flags: number[]; all: boolean } {
  const flags: number[] = [];
  const open = opendirSync(`${folder}/fd`);
  try {
    for (let seen = 0; seen < max; seen += 1) {
      const entry = open.readSync();
      if (entry === null) return { flags, all: true };
      const flagsNow = flagsOf(folder, entry.name, link);
      if (flagsNow !== null) flags.push(flagsNow);
    }
    return { flags, all: false };
  } finally {
    open.closeSync();
  }
}

/** Null for one that is something else, or closed since. */
function flagsOf(folder: string, name: string, link: string): number | null {
  try {
    if (readlinkSync(`${folder}/fd/${name}`) !== link) return null;
    const [, flags] = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`${folder}/fdinfo/${name}`, 'utf8')) ?? [];
    return flags === undefined ? null : Number.parseInt(flags, 8);
  } catch {
    return null;
  }
}
