import { readFileSync, readlinkSync } from 'node:fs';
import type { Fingerprints } from './fingerprints.ts';
import { GONE, type Process, type ProcessFacts } from './process.ts';
import { printable, readCommand } from './program-script.ts';

/**
 * What /proc tells of a process. Its start time is read before and after everything else: when it
 * differs, the process has ended and its number was given to another one, so nothing is told. The
 * parent's is, too.
 */
export function linuxProcess(pid: number, fingerprints: Fingerprints, proc = '/proc'): Process {
  try {
    const before = readStat(proc, pid);
    const program = readlinkSync(`${proc}/${pid}/exe`);
    const argv = readFileSync(`${proc}/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    const reading = readCommand(program, argv, folderOf(proc, pid));
    const parent = parentOf(proc, before.parent);
    const after = readStat(proc, pid);
    if (after.startedAt !== before.startedAt) return GONE;
    // Orphaned in between: who was its parent is gone, and the number may be somebody else's.
    const facts = {
      program: printable(program),
      ...reading,
      parent: after.parent === before.parent ? parent : null,
    };
    const same = (): boolean =>
      readStat(proc, pid).startedAt === before.startedAt && readlinkSync(`${proc}/${pid}/exe`) === program;
    return { facts, fingerprint: () => fingerprintOf(`${proc}/${pid}`, facts, same, fingerprints) };
  } catch {
    return GONE;
  }
}

/**
 * `exe` is the very file that runs, also when another one lies at its path by now; `root` is the file
 * system the process sees, which in a container is another one than ours.
 */
async function fingerprintOf(
  folder: string,
  { interpreter, script, relay }: ProcessFacts,
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

/** Fields 4 and 22 of proc_pid_stat(5). The name before them may itself hold blanks and brackets. */
function readStat(proc: string, pid: number): { parent: number; startedAt: string } {
  const text = readFileSync(`${proc}/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const startedAt = fields[19];
  if (startedAt === undefined) throw new Error('not a stat file');
  return { parent: Number(fields[1]), startedAt };
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
