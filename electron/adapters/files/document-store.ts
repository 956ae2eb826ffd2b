import { copyFileSync, lstatSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { DocumentStore, StoredDocument } from '../../core/ports.ts';
import { splitChecksum, withChecksum } from './checksum.ts';
import type { JsonFile, OpenJsonFile } from './json-file.ts';
import { makePrivateFolder, syncFile, syncFolder } from './private-files.ts';
import { readRegularFile } from './regular-file.ts';

interface Options {
  folder: string;
  openFile: OpenJsonFile;
  /** For the name of a file set aside. */
  now(): number;
  /** Called with the name of a file that was set aside. */
  onCorrupt(file: string): void;
  /** Called when the disk did not let a file be set aside, or a copy be made. */
  onStuck?(error: unknown): void;
  /** Asked before each write; when it says no, the write is refused. Yes unless told. */
  mayWrite?: () => boolean;
}

const NAME = /^[A-Za-z0-9_-]{1,100}$/;
const UNFINISHED = /\.json\.tmp-[\w-]+$/;
/** The largest document there is, a list of bots, is far below it. */
const MAX_DOCUMENT_BYTES = 8 * 1024 * 1024;

/**
 * Documents as files of one folder: `<name>.json`, and `<name>.previous.json`, its copy. Both say by a checksum
 * whether they are whole; files of a Castkey that knew none are taken as they are, and written anew.
 * A file that can't be used (torn, changed, no file at all, far too large) is set aside as `<name>.corrupt-<time>.json`,
 * never deleted, and the copy is used. The work is done synchronously (conf knows no other way), so calls never mix, and
 * a write is over when its turn is.
 */
export function createDocumentStore(options: Options): DocumentStore {
  const { folder } = options;
  makePrivateFolder(folder);
  for (const file of readdirSync(folder))
    if (UNFINISHED.test(file)) rmSync(join(folder, file), { force: true, recursive: true });
  const open = new Map<string, JsonFile>();
  return {
    names: async () => [...new Set(readdirSync(folder).flatMap(nameOf))].sort(),
    read: async (name, isUsable) => read(options, open, name, isUsable),
    write: async (name, value) => write(options, open, name, value),
    async writeUnless(name, value, mustStay) {
      // Nobody else can write in between: the rest of the turn is synchronous.
      const found = read(options, open, name);
      if (found.kind === 'read' && mustStay(found.value)) return false;
      write(options, open, name, value);
      return true;
    },
    async setAside(name) {
      const { current, previous } = pathsOf(folder, name);
      rmSync(previous, { force: true }); // what is set aside must not come back by its copy
      renameSync(current, join(folder, unusedName(options, `${name}.replaced`)));
      syncFolder(folder);
    },
    remove: async (name) => {
      const { current, previous } = pathsOf(folder, name);
      // The copy first: after a crash in between it must not come back as the newest.
      rmSync(previous, { force: true });
      rmSync(current, { force: true });
      open.delete(name);
      syncFolder(folder);
    },
  };
}

function read(
  options: Options,
  open: Map<string, JsonFile>,
  name: string,
  isUsable: (value: unknown) => boolean = () => true,
): StoredDocument {
  const { current, previous } = pathsOf(options.folder, name);
  const [newest, copy] = [readDocument(current, name), readDocument(previous, name)];
  // Without a checksum it may be anything; a copy that makes sense is better than a file that doesn't.
  const isJunk =
    newest.kind === 'read' &&
    !newest.checked &&
    !isUsable(newest.value) &&
    copy.kind === 'read' &&
    isUsable(copy.value);
  if (newest.kind === 'read' && !isJunk) {
    const isCopied = copy.kind === 'read' && copy.text === newest.text;
    if (!newest.checked) heal(options, () => write(options, open, name, newest.value));
    else if (!isCopied) heal(options, () => copyFile(options, current, previous));
    return { kind: 'read', value: newest.value, previous: false };
  }
  const isAside = (newest.kind === 'corrupt' || isJunk) && setAside(options, current);
  if (copy.kind === 'read') {
    // One that can't be read just now (another program holds it) may be newer than its copy.
    if (isAside || newest.kind === 'absent') heal(options, () => copyFile(options, previous, current));
    return { kind: 'read', value: copy.value, previous: true };
  }
  if (newest.kind === 'absent' && copy.kind === 'absent') return { kind: 'absent' };
  return { kind: 'unreadable', reason: newest.kind === 'absent' ? reasonOf(copy) : reasonOf(newest) };
}

/** What is mended while reading; a disk that refuses is no reason not to read. */
function heal(options: Options, mend: () => void): void {
  if (options.mayWrite?.() === false) return;
  try {
    mend();
  } catch (error) {
    options.onStuck?.(error);
  }
}

function write(options: Options, open: Map<string, JsonFile>, name: string, value: unknown): void {
  const { folder } = options;
  if (!isObject(value)) throw new TypeError('a document is an object');
  if (options.mayWrite?.() === false) throw new Error('the profile is no longer where it was');
  const text = JSON.stringify(value);
  if (Buffer.byteLength(text) > MAX_DOCUMENT_BYTES / 2) throw new Error('the document is too large');
  const { current, previous } = pathsOf(folder, name);
  const newest = readDocument(current, name);
  if (newest.kind === 'corrupt' && !setAside(options, current))
    throw new Error('a damaged file is in the way');
  // Should this write be cut short, what was there before is all there is.
  if (newest.kind === 'read' && readDocument(previous, name).kind !== 'read')
    copyFile(options, current, previous);
  const file = open.get(name) ?? options.openFile(folder, name);
  open.set(name, file);
  file.store = withChecksum(name, JSON.parse(text) as Record<string, unknown>);
  // A disk that is full can cut a write short without an error.
  const written = readDocument(current, name);
  if (written.kind !== 'read' || !isDeepStrictEqual(written.value, JSON.parse(text)))
    throw new Error('the disk did not keep what was written');
  syncFolder(folder);
  heal(options, () => copyFile(options, current, previous));
}

/** Bytes of their own: what damages one must not damage the other, as through a link it would. */
function copyFile(options: Options, from: string, to: string): void {
  const aside = `${to}.tmp-copy`;
  rmSync(aside, { force: true, recursive: true });
  copyFileSync(from, aside);
  syncFile(aside);
  // A folder there would refuse the new name.
  if (lstatSync(to, { throwIfNoEntry: false })?.isDirectory()) setAside(options, to);
  renameSync(aside, to);
  syncFolder(options.folder);
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
  | { kind: 'read'; value: Record<string, unknown>; checked: boolean; text: string }
  | { kind: 'absent' }
  | { kind: 'corrupt' | 'failed'; reason: string };

function readDocument(path: string, name: string): FileContent {
  const found = readRegularFile(path, MAX_DOCUMENT_BYTES);
  if (found.kind === 'strange') return { kind: 'corrupt', reason: found.reason };
  if (found.kind !== 'file') return found;
  const text = found.bytes.toString('utf8');
  try {
    const stored: unknown = JSON.parse(text);
    if (!isObject(stored)) return { kind: 'corrupt', reason: 'not a document' };
    const { value, state } = splitChecksum(name, stored);
    if (state === 'wrong') return { kind: 'corrupt', reason: 'changed' };
    return { kind: 'read', value, checked: state === 'right', text };
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
