/** What /proc/PID/stat says of a process: proc_pid_stat(5). */
export interface ProcStat {
  name: string;
  /** What follows the name: state, parent, …; field 3 of the manual is the first. */
  fields: string[];
}

/** Reads the text of such a file. The name may itself hold blanks and brackets, so the last bracket is its end. */
export function readProcStat(text: string): ProcStat {
  const nameEnd = text.lastIndexOf(')');
  return { name: text.slice(text.indexOf('(') + 1, nameEnd), fields: text.slice(nameEnd + 2).split(' ') };
}
