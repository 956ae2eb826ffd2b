import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { say } from './report.mjs';

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

async function tryTake(file) {
  try {
    const handle = await open(file, 'wx');
    await handle.writeFile(String(process.pid));
    await handle.close();
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return false;
  }
}

/** Removes the lock of a process that died without giving it back; says whether it did. */
async function dropIfStale(file) {
  const owner = Number(await readFile(file, 'utf8').catch(() => '0'));
  if (owner > 0 && isAlive(owner)) return false;
  // An empty file may be one that is being written this moment: look again before dropping it.
  await sleep(200);
  const again = Number(await readFile(file, 'utf8').catch(() => '0'));
  if (again === owner) await rm(file, { force: true });
  return again === owner;
}

/**
 * Runs `body` while no other process of this user does so under the same lock file; waits for its turn.
 * A lock left by a killed process is taken over.
 */
export async function withFileLock(file, body) {
  await mkdir(dirname(file), { recursive: true });
  let told = false;
  while (!(await tryTake(file))) {
    if (await dropIfStale(file)) continue;
    if (!told) say(`another castkey command is at work here; waiting (${file})`);
    told = true;
    await sleep(300);
  }
  try {
    return await body();
  } finally {
    await rm(file, { force: true });
  }
}
