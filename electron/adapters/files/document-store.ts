import { copyFileSync, linkSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { DocumentStore, StoredDocument } from '../../core/ports.ts';
import type { JsonFile, OpenJsonFile } from './json-file.ts';
import { makePrivateFolder, syncFolder } from './private-files.ts';

interface Options {
  folder: string;
  openFile: OpenJsonFile;
  /** For the name of a file set aside. */
  now(): number;
  /** Called with the name of a file that was set aside. */
  onCorrupt(file: string): void;
}

const NAME = /^[A-Za-z0-9_-]{1,100}$/;
const UNFINISHED = /\.json\.tmp-[\w-]+$/;

/**
 * Documents as files of one folder: `<name>.json`, and `<name>.previous.json` with the version before.
 * A file that can't be read is set aside as `<name>.corrupt-<time>.json`, never deleted. The work is done
 * synchronously (conf knows no other way), so calls never mix, and a write is over when its turn is.
 */
export function createDocumentStore(options: Options): DocumentStore {
  const { folder } = options;
  makePrivateFolder(folder);
  for (const file of readdirSync(folder))
    if (UNFINISHED.test(file)) rmSync(join(folder, file), { force: true });
  const open = new Map<string, JsonFile>();
  return {
    names: async () => [...new Set(readdirSync(folder).flatMap(nameOf))].sort(),
    read: async (name) => read(options, name),
    write: async (name, value) => write(options, open, name, value),
    remove: async (name) => {
      const { current, previous } = pathsOf(folder, name);
      // The older one first: after a crash in between it must not come back as the newest.
      rmSync(previous, { force: true });
      rmSync(current, { force: true });
      open.delete(name);
      syncFolder(folder);
    },
  };
}

function read(options: Options, name: string): StoredDocument {
  const { current, previous } = pathsOf(options.folder, name);
  const newest = readObject(current);
  if (newest.kind === 'read') return { ...newest, previous: false };
  if (newest.kind === 'corrupt') setAside(options, name);
  const older = readObject(previous);
  if (older.kind === 'read') return { ...older, previous: true };
  if (newest.kind === 'absent' && older.kind === 'absent') return { kind: 'absent' };
  return { kind: 'unreadable', reason: newest.kind === 'absent' ? reasonOf(older) : reasonOf(newest) };
}

function write(options: Options, open: Map<string, JsonFile>, name: string, value: unknown): void {
  const { folder } = options;
  if (!isObject(value)) throw new TypeError('a document is an object');
  const { current, previous } = pathsOf(folder, name);
  const newest = readObject(current);
  if (newest.kind === 'corrupt') setAside(options, name);
  if (newest.kind === 'read') keepPrevious(current, previous);
  const file = open.get(name) ?? options.openFile(folder, name);
  open.set(name, file);
  file.store = value;
  // A disk that is full can cut a write short without an error.
  const written = readObject(current);
  if (written.kind !== 'read' || !isDeepStrictEqual(written.value, JSON.parse(JSON.stringify(value))))
    throw new Error('the disk did not keep what was written');
  syncFolder(folder);
}

/** The version on disk under its second name. Its bytes are durable already; only the name is new. */
function keepPrevious(current: string, previous: string): void {
  const aside = `${previous}.tmp-link`;
  rmSync(aside, { force: true });
  try {
    // Not on Windows: there conf may fall back to writing in place, through both names.
    if (process.platform === 'win32') copyFileSync(current, aside);
    else linkSync(current, aside);
  } catch {
    copyFileSync(current, aside); // a file system without hard links
  }
  renameSync(aside, previous);
}

function setAside(options: Options, name: string): void {
  const file = `${name}.corrupt-${options.now()}.json`;
  renameSync(pathsOf(options.folder, name).current, join(options.folder, file));
  options.onCorrupt(file);
}

type FileContent =
  | { kind: 'read'; value: unknown }
  | { kind: 'absent' }
  | { kind: 'corrupt' | 'failed'; reason: string };

function readObject(path: string): FileContent {
  let text: string;
  try {
    if (!statSync(path).isFile()) return { kind: 'failed', reason: 'not a file' };
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    return code === 'ENOENT' ? { kind: 'absent' } : { kind: 'failed', reason: code };
  }
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? { kind: 'read', value } : { kind: 'corrupt', reason: 'not a document' };
  } catch {
    return { kind: 'corrupt', reason: text.trim() === '' ? 'empty' : 'torn' };
  }
}

const reasonOf = (content: FileContent): string => ('reason' in content ? content.reason : content.kind);

function pathsOf(folder: string, name: string): { current: string; previous: string } {
  if (!NAME.test(name)) throw new TypeError('not a name of a document');
  return { current: join(folder, `${name}.json`), previous: join(folder, `${name}.previous.json`) };
}

function nameOf(file: string): string[] {
  const name = /^([^.]+)(?:\.previous)?\.json$/.exec(file)?.[1];
  return name !== undefined && NAME.test(name) ? [name] : [];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
