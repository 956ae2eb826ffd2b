import { readFileSync, readlinkSync } from 'node:fs';
import type { Fingerprints } from './fingerprints.ts';
import { isRelay } from './interpreters.ts';
import {
  NO_PROCESS,
  type Process,
  type ProcessInfo,
  printable,
  readCommand,
  UNKNOWN_PROCESS,
} from './process-info.ts';

/**
 * What /proc tells of a process. Its start time is read before and after everything else: when it
 * differs, the process has ended and its number was given to another one, so nothing is told. The
 * parent's is, too.
 */
export function linuxProcess(pid: number, fingerprints: Fingerprints, proc = '/proc'): Process {
  try {
    const before = readStat(proc, pid);
    const program = programOf(proc, pid);
    if (program === null) return closedProcess(before, () => readStat(proc, pid));
    const argv = readFileSync(`${proc}/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    const reading = readCommand(program, argv, folderOf(proc, pid));
    const parent = parentOf(proc, before.parent);
    const after = readStat(proc, pid);
    if (after.startedAt !== before.startedAt) return NO_PROCESS;
    // Orphaned in between: who was its parent is gone, and the number may be somebody else's.
    const info = {
      program: printable(program),
      ...reading,
      parent: after.parent === before.parent ? parent : null,
    };
    const same = (): boolean =>
      readStat(proc, pid).startedAt === before.startedAt && readlinkSync(`${proc}/${pid}/exe`) === program;
    return { info, fingerprint: () => fingerprintOf(`${proc}/${pid}`, info, same, fingerprints) };
  } catch {
    return NO_PROCESS;
  }
}

/**
 * `exe` is the very file that runs, also when another one lies at its path by now; `root` is the file
 * system the process sees, which in a container is another one than ours.
 */
async function fingerprintOf(
  folder: string,
  { interpreter, script, relay }: ProcessInfo,
  same: () => boolean,
  fingerprints: Fingerprints,
): Promise<string | null> {
  if (relay || (interpreter && !script?.startsWith('/'))) return null;
  const print = await fingerprints.of(interpreter ? `${folder}/root${script}` : `${folder}/exe`);
  try {
    return same() ? print : null;
  } catch {
    return null; // it has ended
  }
}

/** Null for a process of the same user that may not be looked into (prctl(2), PR_SET_DUMPABLE). */
function programOf(proc: string, pid: number): string | null {
  try {
    return readlinkSync(`${proc}/${pid}/exe`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') throw error; // gone
    return null;
  }
}

/**
 * The part of sshd that serves a user can't be looked into, but must not pass for a program of this
 * computer: its name is told all the same. A process can give itself any name, which takes rights from
 * it and gives none.
 */
function closedProcess(before: Stat, readAgain: () => Stat): Process {
  if (!isRelay(before.name) || readAgain().startedAt !== before.startedAt) return NO_PROCESS;
  return { ...NO_PROCESS, info: { ...UNKNOWN_PROCESS, program: before.name, relay: true } };
}

interface Stat {
  name: string;
  parent: number;
  startedAt: string;
}

/** Fields 2, 4 and 22 of proc_pid_stat(5). The name may itself hold blanks and brackets. */
function readStat(proc: string, pid: number): Stat {
  const text = readFileSync(`${proc}/${pid}/stat`, 'utf8');
  const nameEnd = text.lastIndexOf(')');
  const fields = text.slice(nameEnd + 2).split(' ');
  const startedAt = fields[19];
  if (startedAt === undefined) throw new Error('not a stat file');
  return { name: text.slice(text.indexOf('(') + 1, nameEnd), parent: Number(fields[1]), startedAt };
}

function parentOf(proc: string, pid: number): string | null {
  try {
    const before = readStat(proc, pid).startedAt;
    const program = readlinkSync(`${proc}/${pid}/exe`);
    return readStat(proc, pid).startedAt === before ? printable(program) : null;
  } catch {
    return null;
  }
}

function folderOf(proc: string, pid: number): string | null {
  try {
    return readlinkSync(`${proc}/${pid}/cwd`);
  } catch {
    return null;
  }
}
