import { z } from 'zod';
import type { MacCalls } from './mac-process.ts';

const PATH_BYTES = 4096; // PROC_PIDPATHINFO_MAXSIZE
const BSD_INFO = { flavor: 3, bytes: 136 } as const; // PROC_PIDTBSDINFO
const FOLDERS = { flavor: 9, bytes: 2352 } as const; // PROC_PIDVNODEPATHINFO
const ARGS_BYTES = 256 * 1024;
const [CTL_KERN, KERN_PROCARGS2] = [1, 49];

/** libproc and sysctl(3) of the running system, called through koffi. */
export async function loadMacCalls(): Promise<MacCalls> {
  const koffi = (await import('koffi')).default;
  const system = koffi.load(null);
  const pidpath = system.func('int proc_pidpath(int, _Out_ uint8_t *, uint32_t)');
  const pidinfo = system.func('int proc_pidinfo(int, int, uint64_t, _Out_ uint8_t *, int)');
  const sysctl = system.func(
    'int sysctl(int *, uint32_t, _Out_ uint8_t *, _Inout_ size_t *, void *, size_t)',
  );
  const count = (value: unknown): number => z.coerce.number().parse(value);
  const info = (pid: number, { flavor, bytes }: { flavor: number; bytes: number }): Buffer | null => {
    const into = Buffer.alloc(bytes);
    return count(pidinfo(pid, flavor, 0, into, bytes)) === bytes ? into : null;
  };
  return {
    path(pid) {
      const into = Buffer.alloc(PATH_BYTES);
      const length = count(pidpath(pid, into, PATH_BYTES));
      return length > 0 ? into.toString('utf8', 0, length) : null;
    },
    info: (pid) => info(pid, BSD_INFO),
    folders: (pid) => info(pid, FOLDERS),
    args(pid) {
      const into = Buffer.alloc(ARGS_BYTES);
      const length: unknown[] = [ARGS_BYTES];
      const failed = count(sysctl([CTL_KERN, KERN_PROCARGS2, pid], 3, into, length, null, 0)) !== 0;
      return failed ? null : into.subarray(0, count(length[0]));
    },
  };
}
