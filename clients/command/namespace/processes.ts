import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/** Milliseconds that what is left has to end by itself. */
const GRACE_MS = 2_000;
const LOOK_AGAIN_MS = 20;

const networkOf = (pid: string): string | undefined => {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    // It has ended, or is somebody else's: not one of ours either way.
    return undefined;
  }
};

/** Everybody else in this network: only who was started in it can be there. */
function others(): number[] {
  const own = networkOf('self');
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return own === undefined ? [] : all.filter((pid) => networkOf(pid) === own).map(Number);
}

function signal(pids: readonly number[], name: 'SIGTERM' | 'SIGKILL'): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // Gone meanwhile.
    }
  }
}

/** Ends whatever was left behind here: it would reach nothing any more. */
export async function endEverybody(): Promise<void> {
  signal(others(), 'SIGTERM');
  for (let waited = 0; waited < GRACE_MS && others().length > 0; waited += LOOK_AGAIN_MS)
    await wait(LOOK_AGAIN_MS);
  signal(others(), 'SIGKILL');
}
