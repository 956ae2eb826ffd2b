import { readFileSync, readlinkSync } from 'node:fs';
import type { FileComparison } from './file-comparison.ts';
import type { Fingerprints } from './fingerprints.ts';
import { isRelay } from './interpreters.ts';
import { isInOtherNamespace, readStat, type Stat } from './linux-stat.ts';
import {
  NO_PROCESS,
  type Process,
  type ProcessInfo,
  printable,
  readCommand,
  UNKNOWN_PROCESS,
} from './process-info.ts';

/** What reads files on behalf of those who ask about a process. */
export interface FileReaders {
  fingerprints: Fingerprints;
  sameFile: FileComparison;
}

/**
 * What /proc tells of a process. Which run of a program it is, is read before and after everything else: when
 * it differs, the process has ended and its number was given to another one, or another program took its place,
 * so nothing is told. The parent's is, too.
 */
export function linuxProcess(pid: number, files: FileReaders, proc = '/proc'): Process {
  try {
    const before = readStat(proc, pid);
    const program = programOf(proc, pid);
    if (program === null) return closedProcess(before, () => readStat(proc, pid));
    const argv = argumentsIn(readFileSync(`${proc}/${pid}/cmdline`, 'utf8'));
    const reading = readCommand(program, argv, folderOf(proc, pid));
    const parent = parentOf(proc, before.parent);
    const otherNamespace = isInOtherNamespace(proc, pid);
    const after = readStat(proc, pid);
    if (after.run !== before.run) return NO_PROCESS;
    // Orphaned in between: who was its parent is gone, and the number may be somebody else's.
    const info = {
      program: printable(program),
      ...reading,
      parent: after.parent === before.parent ? parent : null,
      otherNamespace,
      run: before.run,
      replaceable: before.replaceable,
    };
    const same = (): boolean =>
      readStat(proc, pid).run === before.run && readlinkSync(`${proc}/${pid}/exe`) === program;
    return {
      info,
      fingerprint: () => fingerprintOf(`${proc}/${pid}`, info, same, files.fingerprints),
      otherFile: () => isOtherFile(`${proc}/${pid}`, program, info, files.sameFile),
    };
  } catch {
    return NO_PROCESS;
  }
}

/** Each argument ends with a NUL; a title that was written over all of them needn't. */
const argumentsIn = (text: string): string[] => text.replace(/\0$/, '').split('\0');

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

/**
 * Whether somebody who looks for the program, or the script, at its path finds another file than the one that runs, or
 * none. `root` leads to the script as the process sees it.
 */
async function isOtherFile(
  folder: string,
  program: string,
  { script, relay }: ProcessInfo,
  sameFile: FileComparison,
): Promise<boolean | null> {
  if (relay) return null;
  const same = await sameFile(`${folder}/exe`, program);
  if (same !== true || !script?.startsWith('/')) return same === null ? null : !same;
  const sameScript = await sameFile(`${folder}/root${script}`, script);
  return sameScript === null ? null : !sameScript;
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
  if (!isRelay(before.name) || readAgain().run !== before.run) return NO_PROCESS;
  return { ...NO_PROCESS, info: { ...UNKNOWN_PROCESS, program: before.name, relay: true, run: before.run } };
}

function parentOf(proc: string, pid: number): string | null {
  try {
    const before = readStat(proc, pid).run;
    const program = readlinkSync(`${proc}/${pid}/exe`);
    return readStat(proc, pid).run === before ? printable(program) : null;
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
