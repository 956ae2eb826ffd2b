import { readdirSync, readFileSync } from 'node:fs';
import { readProcStat } from '../../policy/proc-stat.ts';

/**
 * Chromium's zygotes: the processes of this one that all its helpers are made from on Linux. It can't make
 * them anew; without them it goes on trying to start helpers without a pause, and tells nobody.
 */
export function findZygotes(proc = '/proc', own = process.pid): number[] {
  if (process.platform !== 'linux') return [];
  const pids = readdirSync(proc).filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    const [, parent] = statOf(proc, pid);
    return parent === String(own) && read(`${proc}/${pid}/cmdline`).includes('--type=zygote');
  });
}

/** Whether a process has ended, also when nobody has asked for its end yet. */
export function hasEnded(pid: number, proc = '/proc'): boolean {
  const [state] = statOf(proc, pid);
  return state === undefined || state === 'Z' || state === 'X';
}

/** State, parent, …; nothing when it has ended. */
function statOf(proc: string, pid: number): string[] {
  const text = read(`${proc}/${pid}/stat`);
  return text === '' ? [] : readProcStat(text).fields;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // it has ended
  }
}
