import type { Fingerprints } from './fingerprints.ts';
import { NO_PROCESS, type Process, type ProcessInfo, printable, readCommand } from './process-info.ts';

/** What libproc and sysctl(3) give, as bytes; null where they refuse. */
export interface MacCalls {
  /** proc_pidpath: the program's path. */
  path(pid: number): string | null;
  /** proc_pidinfo with PROC_PIDTBSDINFO: `struct proc_bsdinfo`. */
  info(pid: number): Buffer | null;
  /** proc_pidinfo with PROC_PIDVNODEPATHINFO: `struct proc_vnodepathinfo`. */
  folders(pid: number): Buffer | null;
  /** sysctl KERN_PROCARGS2: argc, the program's path, then its arguments. */
  args(pid: number): Buffer | null;
}

/** Offsets in `struct proc_bsdinfo` of <sys/proc_info.h>. */
const INFO = { parent: 16, seconds: 120, microseconds: 128, length: 136 } as const;
/** `struct vnode_info` is 152 bytes; the folder's path follows it. */
const FOLDER = { at: 152, length: 1024 } as const;

/**
 * What macOS tells of a process; read twice against a number that was given to another one. The file at
 * the program's path is fingerprinted: unlike Linux there is no way to the very file that runs.
 */
export function macProcess(calls: MacCalls, pid: number, fingerprints: Fingerprints): Process {
  const before = identityOf(calls, pid);
  const program = calls.path(pid);
  if (before === null || program === null) return NO_PROCESS;
  const reading = readCommand(program, argumentsIn(calls.args(pid)), folderIn(calls.folders(pid)));
  const parent = calls.path(before.parent);
  if (identityOf(calls, pid)?.startedAt !== before.startedAt) return NO_PROCESS;
  const info: ProcessInfo = {
    program: printable(program),
    ...reading,
    parent: parent === null ? null : printable(parent),
    otherNamespace: false, // macOS has none
    run: before.startedAt,
    replaceable: false, // the system counts its runs
  };
  const path = info.interpreter ? info.script : program;
  return {
    info,
    otherFile: async () => null, // libproc knows the path, not the file
    async fingerprint() {
      if (info.relay || !path?.startsWith('/')) return null;
      const print = await fingerprints.of(path);
      return identityOf(calls, pid)?.startedAt === before.startedAt ? print : null;
    },
  };
}

function identityOf(calls: MacCalls, pid: number): { parent: number; startedAt: string } | null {
  const info = calls.info(pid);
  if (info === null || info.length < INFO.length) return null;
  const startedAt = `${info.readBigUInt64LE(INFO.seconds)}.${info.readBigUInt64LE(INFO.microseconds)}`;
  return { parent: info.readUInt32LE(INFO.parent), startedAt };
}

/** `int argc; char exec_path[]; NULs; char argv[argc][]` — what follows is the environment, and not read. */
function argumentsIn(bytes: Buffer | null): string[] {
  if (bytes === null || bytes.length < 4) return [];
  const count = bytes.readInt32LE(0);
  const afterPath = bytes.indexOf(0, 4);
  if (count < 0 || afterPath < 0) return [];
  let at = afterPath;
  while (bytes[at] === 0) at += 1;
  return bytes.toString('utf8', at).split('\0').slice(0, count);
}

function folderIn(bytes: Buffer | null): string | null {
  if (bytes === null || bytes.length < FOLDER.at + FOLDER.length) return null;
  const path = bytes.subarray(FOLDER.at, FOLDER.at + FOLDER.length);
  const end = path.indexOf(0);
  return end > 0 ? path.toString('utf8', 0, end) : null;
}
