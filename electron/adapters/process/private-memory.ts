import { basename } from 'node:path';

const RLIMIT_CORE = 4; // Linux and macOS alike
const PR_SET_DUMPABLE = 4;
const SEM_FAILCRITICALERRORS = 0x1;
const SEM_NOGPFAULTERRORBOX = 0x2;

type Library = import('koffi').LibraryHandle;

/**
 * Has the system write no dump of this process, however it ends: a core file would hold refresh tokens. On
 * Linux that also closes this process's memory to debuggers of the same user. Says what could not be done.
 * Windows and macOS: written by their manuals, not tried.
 */
export async function keepMemoryPrivate(complain: (what: string) => void): Promise<void> {
  const undone = await forbidDumps(process.platform);
  if (undone !== null) complain(undone);
}

async function forbidDumps(platform: NodeJS.Platform): Promise<string | null> {
  try {
    const koffi = (await import('koffi')).default;
    if (platform === 'win32') return excludeFromReports(koffi.load('kernel32.dll'), koffi.load('wer.dll'));
    return forbidCore(koffi.load(null), platform);
  } catch (error) {
    return `a dump after a crash can't be forbidden (${error instanceof Error ? error.message : String(error)})`;
  }
}

/** setrlimit(2); prctl(2), as a core that is piped to a program knows no limit (core(5)). */
function forbidCore(system: Library, platform: NodeJS.Platform): string | null {
  const setrlimit = system.func('int setrlimit(int, const uint64_t *)');
  if (setrlimit(RLIMIT_CORE, [0, 0]) !== 0) return 'core files can’t be forbidden';
  if (platform !== 'linux') return null;
  const prctl = system.func('int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)');
  return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) === 0 ? null : 'memory can’t be closed to other programs';
}

/** Windows Error Reporting leaves it alone: no dialog, no report, no dump. */
function excludeFromReports(kernel: Library, reporting: Library): string | null {
  kernel.func('uint32_t SetErrorMode(uint32_t)')(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX);
  const exclude = reporting.func('int32_t WerAddExcludedApplication(str16, int32_t)');
  return exclude(basename(process.execPath), 0) === 0 ? null : 'error reports can’t be forbidden';
}
