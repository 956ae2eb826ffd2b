import { copyFileSync, linkSync, lstatSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { DocumentStore, StoredDocument } from '../../core/ports.ts';
import type { JsonFile, OpenJsonFile } from './json-file.ts';
import { makePrivateFolder, syncFolder } from './private-files.ts';
import { readRegularFile } from './regular-file.ts';

interface Options {
  folder: string;
  openFile: OpenJsonFile;
  /** For the name of a file set aside. */
  now(): number;
  /** Called with the name of a file that was set aside. */
  onCorrupt(file: string): void;
  /** Called when the disk did not let a file be set aside: it is still there. */
  onStuck?(error: unknown): void;
  /** Asked before each write; when it says no, the write is refused. Yes unless told. */
  mayWrite?: () => boolean;
}

const NAME = /^[A-Za-z0-9_-]{1,100}$/;
const UNFINISHED = /\.json\.tmp-[\w-]+$/;
/** The largest document there is, a list of bots, is far below it. */
const MAX_DOCUMENT_BYTES = 8 * 1024 * 1024;

/**
 * Documents as files of one folder: `<name>.json`, and `<name>.previous.json` with the version before.
 * A file that can't be used (torn, no file at all, far too large) is set aside as `<name>.corrupt-<time>.json`, never
 * deleted. The work is done synchronously (conf knows no other way), so calls never mix, and a write is over when
 * its turn is.
 */
export function createDocumentStore(options: Options): DocumentStore {
  const { folder } = options;
  makePrivateFolder(folder);
  for (const file of readdirSync(folder))
    if (UNFINISHED.test(file)) rmSync(join(folder, file), { force: true, recursive: true });
  const open = new Map<string, JsonFile>();
  return {
    names: async () => [...new Set(readdirSync(folder).flatMap(nameOf))].sort(),
    read: async (name) => read(options, name),
    write: async (name, value) => write(options, open, name, value),
    async writeUnless(name, value, mustStay) {
      // Nobody else can write in between: the rest of the turn is synchronous.
      const found = read(options, name);
      if (found.kind === 'read' && mustStay(found.value)) return false;
      write(options, open, name, value);
      return true;
    },
    async setAside(name) {
      const { current } = pathsOf(folder, name);
      renameSync(current, join(folder, unusedName(options, `${name}.replaced`)));
      syncFolder(folder);
    },
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
  if (newest.kind === 'corrupt') setAside(options, current);
  const older = readObject(previous);
  if (older.kind === 'read') return { ...older, previous: true };
  if (newest.kind === 'absent' && older.kind === 'absent') return { kind: 'absent' };
  return { kind: 'unreadable', reason: newest.kind === 'absent' ? reasonOf(older) : reasonOf(newest) };
}

function write(options: Options, open: Map<string, JsonFile>, name: string, value: unknown): void {
  const { folder } = options;
  if (!isObject(value)) throw new TypeError('a document is an object');
  if (options.mayWrite?.() === false) throw new Error('the profile is no longer where it was');
  const text = JSON.stringify(value);
  if (Buffer.byteLength(text) > MAX_DOCUMENT_BYTES / 2) throw new Error('the document is too large');
  const { current, previous } = pathsOf(folder, name);
  const newest = readObject(current);
  if (newest.kind === 'corrupt' && !setAside(options, current))
    throw new Error('a damaged file is in the way');
  if (newest.kind === 'read') keepPrevious(options, current, previous);
  const file = open.get(name) ?? options.openFile(folder, name);
  open.set(name, file);
  file.store = value;
  // A disk that is full can cut a write short without an error.
  const written = readObject(current);
  if (written.kind !== 'read' || !isDeepStrictEqual(written.value, JSON.parse(text)))
    throw new Error('the disk did not keep what was written');
  syncFolder(folder);
}

/** The version on disk under its second name. Its bytes are durable already; only the name is new. */
function keepPrevious(options: Options, current: string, previous: string): void {
  const aside = `${previous}.tmp-link`;
  rmSync(aside, { force: true, recursive: true });
  try {
    // Not on Windows: there conf may fall back to writing in place, through both names.
    if (process.platform === 'win32') copyFileSync(current, aside);
    else linkSync(current, aside);
  } catch {
    copyFileSync(current, aside); // a file system without hard links
  }
  // A folder there would refuse the new name.
  if (lstatSync(previous, { throwIfNoEntry: false })?.isDirectory()) setAside(options, previous);
  renameSync(aside, previous);
}

/** False when the disk refuses: what is in the way must not be opened then. */
function setAside(options: Options, path: string): boolean {
  const file = unusedName(options, `${basename(path, '.json')}.corrupt`);
  try {
    renameSync(path, join(options.folder, file));
    options.onCorrupt(file);
    return true;
  } catch (error) {
    options.onStuck?.(error);
    return false;
  }
}

/** What was set aside in the same millisecond is not overwritten. */
function unusedName({ folder, now }: Options, begins: string): string {
  let file = `${begins}-${now()}.json`;
  for (let more = 2; lstatSync(join(folder, file), { throwIfNoEntry: false }) !== undefined; more += 1)
    file = `${begins}-${now()}-${more}.json`;
  return file;
}

type FileContent =
  | { kind: 'read'; value: unknown }
  | { kind: 'absent' }
  | { kind: 'corrupt' | 'failed'; reason: string };

function readObject(path: string): FileContent {
  const found = readRegularFile(path, MAX_DOCUMENT_BYTES);
  if (found.kind === 'strange') return { kind: 'corrupt', reason: found.reason };
  if (found.kind !== 'file') return found;
  const text = found.bytes.toString('utf8');
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
