/** What /proc tells of a process without looking at what it runs; each of these throws when the process is gone. */
import { readFileSync, readlinkSync } from 'node:fs';
import { readProcStat } from '../../policy/proc-stat.ts';

/** A process and the run of the program in it. */
export interface Stat {
  name: string;
  parent: number;
  /** Equal for as long as the same program runs in the same process. */
  run: string;
  /** It was started without random addresses: `run` may be equal for another program, too. */
  replaceable: boolean;
}

/**
 * Fields 2, 4, 22, 26 to 28 and 51 of proc_pid_stat(5). The start time tells
 * the process from a later one of the same number. The bottom of the stack is another one, at random, after every execve
 * (randomize_va_space in proc_sys_kernel(5)), so the two together change when another program takes the process over;
 * where its code begins and ends differs between most programs, too.
 */
export function readStat(proc: string, pid: number): Stat {
  const { name, fields } = readProcStat(readFileSync(`${proc}/${pid}/stat`, 'utf8'));
  const run = [19, 25, 23, 24].map((at) => fields[at]);
  if (run.includes(undefined)) throw new Error('not a stat file');
  return {
    name,
    parent: Number(fields[1]),
    run: run.join('.'),
    replaceable: isAtTop(Number(fields[48])),
  };
}

/** The program's path, which is at most 4 KiB, is all that the kernel puts above the environment. */
const MAX_ABOVE = 16 * 1024;

/**
 * Whether the environment ends where the stack would without any randomness: at a power of two, less a page or two on
 * Intel. ADDR_NO_RANDOMIZE itself (personality(2)) is not for us to see where Yama limits ptrace(2). At random it lies
 * there once in some hundred thousand starts.
 */
function isAtTop(environmentEnd: number): boolean {
  if (!(environmentEnd > 0)) return false;
  return 2 ** Math.ceil(Math.log2(environmentEnd)) - environmentEnd < MAX_ABOVE;
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
