import { lstat, mkdtemp, open, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { notPrivate } from '../../../shared/runtime-folder.ts';
import type { Host } from '../../javascript/src/host.ts';
import { Failure, usage } from '../command-errors.ts';

/** What a run that was killed may have left behind: a token and nothing else. */
const LEFT_BEHIND = /^(?:oauth:)?[a-z0-9]{20,64}$/;

/** A file that holds the token while a program runs; only its owner can read it. */
export interface TokenFile {
  readonly path: string;
  /** Whole or not at all: readers find the old token or the new one. */
  write(token: string): Promise<void>;
  remove(): Promise<void>;
}

/**
 * Finds a place for the token.
 *
 * @param chosen A path; without one the file lies in a new folder of its own in `XDG_RUNTIME_DIR`, which is
 *   kept in memory, if that is private, else in the system's folder for temporary files.
 * @throws UsageError For a place where others could read it, or where something else lies.
 */
export async function openTokenFile(host: Host, chosen: string | undefined): Promise<TokenFile> {
  if (chosen === undefined) return inFolderOfItsOwn(host);
  const path = resolve(chosen);
  await refuseSharedFolder(host, dirname(path));
  await refuseForeignFile(path);
  return { path, write: (token) => writeWhole(path, token), remove: () => rm(path, { force: true }) };
}

async function inFolderOfItsOwn(host: Host): Promise<TokenFile> {
  const runtime = host.env.XDG_RUNTIME_DIR ?? '';
  const base = isAbsolute(runtime) && notPrivate(runtime, host) === null ? runtime : tmpdir();
  // mkdtemp makes it 0700 from the first moment.
  const folder = await mkdtemp(join(base, 'castkey-exec-')).catch((error: unknown) => {
    throw usage(`There is no place for the token in ${base} (${codeOf(error)}): give one with --file.`);
  });
  const path = join(folder, 'token');
  return {
    path,
    write: (token) => writeWhole(path, token),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function refuseSharedFolder(host: Host, folder: string): Promise<void> {
  const found = await lstat(folder).catch((error: unknown) => {
    throw usage(`--file: there is no folder ${folder} (${codeOf(error)}).`);
  });
  if (!found.isDirectory()) throw usage(`--file: ${folder} is no folder.`);
  if (host.platform === 'win32') return;
  if (found.uid !== process.getuid?.() || (found.mode & 0o022) !== 0) {
    throw usage(`--file: others can write in ${folder}. Choose a folder of your own.`);
  }
}

/** A file of somebody's is never overwritten, as it would be removed at the end. */
async function refuseForeignFile(path: string): Promise<void> {
  const found = await lstat(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw usage(`--file: ${path} can't be looked at (${codeOf(error)}).`);
  });
  if (!found) return;
  const small = found.isFile() && found.size <= 100;
  if (small && LEFT_BEHIND.test(await readFile(path, 'latin1').catch(() => ''))) return;
  throw usage(`--file: there is something else at ${path} already.`);
}

async function writeWhole(path: string, token: string): Promise<void> {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    await rm(draft, { force: true });
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(token);
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw new Failure('token-file', `The token can't be written to ${path} (${codeOf(error)}).`);
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);
