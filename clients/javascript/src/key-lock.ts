import { open, readFile, rm, stat } from 'node:fs/promises';
import { CastkeyError } from './errors.ts';
import type { Host } from './host.ts';
import { makeKeyFolder } from './key-file.ts';

/** A lock older than this is left over: a pairing waits at most 10 minutes for people. */
const STALE_MS = 11 * 60_000;

/**
 * Takes the right to pair under one key file, so that two processes of a bot don't open two windows.
 *
 * @returns How to give it back, or undefined while another process has it.
 * @throws CastkeyError `key-file` when the folder can't be written to: better now than after the
 *   streamer has allowed the pairing.
 */
export async function takeKeyLock(keyFile: string, host: Host): Promise<(() => Promise<void>) | undefined> {
  const path = `${keyFile}.lock`;
  try {
    await makeKeyFolder(keyFile);
    if (await isStale(path, host)) await rm(path, { force: true });
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(String(process.pid));
    await file.close();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return undefined;
    throw new CastkeyError('key-file', `The folder of ${keyFile} can't be written to (${code}).`);
  }
  return () => rm(path, { force: true });
}

async function isStale(path: string, host: Host): Promise<boolean> {
  try {
    const [{ mtimeMs }, content] = await Promise.all([stat(path), readFile(path, 'utf8')]);
    // A lock without a number is one that is being written this moment.
    const pid = Number.parseInt(content, 10);
    return host.now() - mtimeMs > STALE_MS || (pid > 0 && !isRunning(pid));
  } catch {
    return false;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
