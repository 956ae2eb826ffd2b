/** What /proc tells of a process without looking at what it runs; each of these throws when the process is gone. */
import { readFileSync, readlinkSync } from 'node:fs';

/** A process and the run of the program in it. */
export interface Stat {
  name: string;
  parent: number;
  /** Equal for as long as the same program runs in the same process. */
  run: string;
}

/**
 * Fields 2, 4, 22 and 28 of proc_pid_stat(5); the name may itself hold blanks and brackets. The start time tells the
 * process from a later one of the same number. The bottom of the stack is another one, at random, after every execve
 * (randomize_va_space in proc_sys_kernel(5)), so the two together change when another program takes the process over.
 */
export function readStat(proc: string, pid: number): Stat {
  const text = readFileSync(`${proc}/${pid}/stat`, 'utf8');
  const nameEnd = text.lastIndexOf(')');
  const fields = text.slice(nameEnd + 2).split(' ');
  const [startedAt, stack] = [fields[19], fields[25]];
  if (startedAt === undefined || stack === undefined) throw new Error('not a stat file');
  const name = text.slice(text.indexOf('(') + 1, nameEnd);
  return { name, parent: Number(fields[1]), run: `${startedAt}.${stack}` };
}

/**
 * Whether a path may mean another file to it than to this process (namespaces(7)). A user namespace alone counts: it is
 * what lets anybody mount, and processes of another process namespace can't be told by their numbers.
 */
export function isInOtherNamespace(proc: string, pid: number): boolean {
  return ['ns/mnt', 'ns/user', 'ns/pid', 'root'].some((what) => {
    const own = linkOr(null, `${proc}/self/${what}`);
    return own !== null && readlinkSync(`${proc}/${pid}/${what}`) !== own;
  });
}

function linkOr<T>(otherwise: T, path: string): string | T {
  try {
    return readlinkSync(path);
  } catch {
    return otherwise;
  }
}
