import { readFileSync } from 'node:fs';

const SOL_SOCKET = 1;
const SO_PEERCRED = 17;
/** A helper of a helper of Chromium's. */
const MAX_GENERATIONS = 4;

/**
 * Tells whether this process or one that it has started is at the other end of a socket, by its descriptor: the relay
 * is nobody else's way to the buses, whatever else runs as this user. Linux only; rejects where koffi can't be loaded.
 */
export async function loadIsOwnPeer(): Promise<(fd: number) => boolean> {
  const koffi = (await import('koffi')).default;
  const getsockopt = koffi
    .load(null)
    .func('int getsockopt(int, int, int, _Out_ uint8_t *, _Inout_ uint32_t *)');
  return (fd) => {
    const credentials = Buffer.alloc(12); // socket(7): struct ucred { pid_t pid; uid_t uid; gid_t gid; }
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, credentials, [credentials.length]) !== 0) return false;
    return isOwnProcess(credentials.readInt32LE(0));
  };
}

/** Whether a process is this one or descends from it. */
export function isOwnProcess(pid: number, own = process.pid, proc = '/proc'): boolean {
  let at = pid;
  for (let generation = 0; generation < MAX_GENERATIONS && at > 1; generation += 1) {
    if (at === own) return true;
    at = parentOf(proc, at);
  }
  return false;
}

function parentOf(proc: string, pid: number): number {
  try {
    const [, parent = '0'] = /^PPid:\s*(\d+)$/m.exec(readFileSync(`${proc}/${pid}/status`, 'utf8')) ?? [];
    return Number(parent);
  } catch {
    return 0; // it has ended
  }
}
