import { readFileSync } from 'node:fs';

/** What /proc/PID/stat says of a process: proc_pid_stat(5). */
export interface ProcStat {
  name: string;
  /** What follows the name: state, parent, …; field 3 of the manual is the first. */
  fields: string[];
}

/** The name may itself hold blanks and brackets, so its end is the last one. Throws when the process is gone. */
export function readProcStat(proc: string, pid: number): ProcStat {
  const text = readFileSync(`${proc}/${pid}/stat`, 'utf8');
  const nameEnd = text.lastIndexOf(')');
  return { name: text.slice(text.indexOf('(') + 1, nameEnd), fields: text.slice(nameEnd + 2).split(' ') };
}
