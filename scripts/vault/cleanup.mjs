import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long the demo's processes may take to end by themselves once the demo is over. */
const MAX_EXIT_WAIT_MS = 8_000;
const POLL_MS = 50;

const listIn = (folder) => join(folder, 'pids');
const successIn = (folder) => join(folder, 'succeeded');
const busIn = (folder) => join(folder, 'bus');

/** Notes a process of the demo, so that `cleanUp` can wait for it. */
export function notePid(folder, pid) {
  if (pid !== undefined) appendFileSync(listIn(folder), `${pid}\n`);
}

/** Notes that the demo went well. A session that Ctrl-C has ended passes no exit code on. */
export const noteSuccess = (folder) => writeFileSync(successIn(folder), '');

/** Notes the session's bus, whose socket outlives it when it is ended by a signal. */
export function noteBus(folder, address = process.env.DBUS_SESSION_BUS_ADDRESS) {
  if (address) writeFileSync(busIn(folder), address);
}

/**
 * Leaves nothing of a demo behind: waits until the processes noted in its folder are gone, ends those
 * that stay, and removes the folder. Needed after Ctrl-C, which can end the display and the session
 * before the demo has tidied up.
 *
 * @returns {Promise<{succeeded: boolean}>} whether the demo noted that it went well
 */
export async function cleanUp(folder) {
  const pids = readPids(folder);
  const deadline = Date.now() + MAX_EXIT_WAIT_MS;
  while (pids.some(isAlive) && Date.now() < deadline) await sleep(POLL_MS);
  for (const pid of pids.filter(isAlive)) end(pid);
  const bus = read(busIn(folder));
  const socket = /^unix:path=([^,;]+)/.exec(bus)?.[1];
  // The person's own bus is none of ours.
  if (socket && bus !== process.env.DBUS_SESSION_BUS_ADDRESS) await rm(socket, { force: true });
  const succeeded = existsSync(successIn(folder));
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  return { succeeded };
}

const readPids = (folder) => read(listIn(folder)).split('\n').filter(Boolean).map(Number);

/** The text of a file; none when the demo never came to write it. */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  if (process.platform !== 'linux') return true;
  try {
    // One that has ended but whose parent never asked still has a number.
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Ends a process, with all it has started where the system knows that (each leads a group of its own). */
export function end(pid, signal = 'SIGKILL') {
  for (const target of process.platform === 'win32' ? [pid] : [-pid, pid]) {
    try {
      process.kill(target, signal);
    } catch {
      // It is gone already.
    }
  }
}
