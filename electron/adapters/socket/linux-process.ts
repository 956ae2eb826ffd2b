import { readFileSync, readlinkSync } from 'node:fs';
import { printable, programScript } from './program-script.ts';

/** What the system knows of a process; null where it doesn't say. */
export interface ProcessFacts {
  program: string | null;
  script: string | null;
  parent: string | null;
}

const UNKNOWN: ProcessFacts = { program: null, script: null, parent: null };

/**
 * What /proc tells of a process. Its start time is read before and after: when it differs, the process
 * has ended and its number was given to another one, so nothing is told.
 */
export function linuxProcess(pid: number, proc = '/proc'): ProcessFacts {
  try {
    const before = readStat(proc, pid);
    const program = readlinkSync(`${proc}/${pid}/exe`);
    const argv = readFileSync(`${proc}/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    const script = programScript(program, argv, folderOf(proc, pid));
    const parent = programOf(proc, before.parent);
    if (readStat(proc, pid).startedAt !== before.startedAt) return UNKNOWN;
    return { program: printable(program), script, parent };
  } catch {
    return UNKNOWN;
  }
}

/** Fields 4 and 22 of proc_pid_stat(5). The name before them may itself hold blanks and brackets. */
function readStat(proc: string, pid: number): { parent: number; startedAt: string } {
  const text = readFileSync(`${proc}/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const startedAt = fields[19];
  if (startedAt === undefined) throw new Error('not a stat file');
  return { parent: Number(fields[1]), startedAt };
}

function programOf(proc: string, pid: number): string | null {
  try {
    return printable(readlinkSync(`${proc}/${pid}/exe`));
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
