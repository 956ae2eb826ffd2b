import { chmodSync, lstatSync } from 'node:fs';

/** Which file a socket is. As long as its server lives, the system gives the number to no other. */
export interface SocketFile {
  readonly device: bigint;
  readonly number: bigint;
}

/** What lies at a path, itself rather than what it leads to; null when nothing does. */
export function fileAt(path: string): SocketFile | null {
  const found = lstatSync(path, { throwIfNoEntry: false, bigint: true });
  return found === undefined ? null : { device: found.dev, number: found.ino };
}

/** Whether it is this file that lies at the path. */
export function isAt(path: string, file: SocketFile | null): boolean {
  const found = fileAt(path);
  return found !== null && file !== null && found.device === file.device && found.number === file.number;
}

/** Lets nobody but its owner connect. Only for a socket that is known to be Castkey's: chmod(2) follows links. */
export function makePrivate(path: string): void {
  const found = lstatSync(path);
  if (found.isSocket() && (found.mode & 0o177) === 0) return;
  chmodSync(path, 0o600);
}
