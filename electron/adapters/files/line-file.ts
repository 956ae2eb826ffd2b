import {
  appendFileSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import type { LineStore } from '../../core/ports.ts';
import { readFileEnd, setAsideUnlessFile } from './regular-file.ts';

/** Some 2,000 lines of activity, twice. */
const MAX_ACTIVITY_BYTES = 512 * 1024;
/** A pipe that somebody puts there refuses lines rather than waiting for a reader. */
const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_NONBLOCK ?? 0);

/** Lines in a file that never grows beyond about twice `maxBytes`: when full it becomes the old one. */
export interface LineFile {
  append(line: string): void;
  /** The newest lines, oldest of them first. */
  tail(count: number): string[];
}

/** Of all lines, oldest first, those worth keeping when room is needed, in the same order. */
export type ChooseLines = (lines: readonly string[], maxBytes: number) => string[];

/**
 * Opens a file of lines; a line cut short by a crash ends there. With `choose`, what it chooses of the full
 * file and the old one together becomes the old one; without, the old one is given up. What is no file is set aside.
 */
export function openLineFile(path: string, maxBytes: number, choose: ChooseLines | null = null): LineFile {
  const older = path.replace(/(\.[^./\\]+)?$/, '.previous$1');
  for (const file of [older, path]) setAsideUnlessFile(file);
  let size = sizeOf(path);
  let cutShort = size > 0 && !endsWithNewline(path);
  return {
    append(line) {
      const text = `${cutShort ? '\n' : ''}${line.replaceAll('\n', ' ')}\n`;
      if (size > 0 && size + Buffer.byteLength(text) > maxBytes) {
        rotateFiles({ path, older, maxBytes }, (lines) => choose?.(lines, maxBytes) ?? null);
        size = 0;
      }
      cutShort = true; // if the disk takes only a part of it
      appendTo(path, text);
      size += Buffer.byteLength(text);
      cutShort = false;
    },
    tail(count) {
      const lines = linesIn([older, path], maxBytes);
      return count <= 0 ? [] : lines.slice(-count);
    },
  };
}

function appendTo(path: string, text: string): void {
  const file = openSync(path, APPEND, 0o600);
  try {
    appendFileSync(file, text);
  } finally {
    closeSync(file);
  }
}

/** The record behind the activity page, in a file of the profile; `choose` picks what stays when it is full. */
export function createActivityLines(path: string, choose: ChooseLines): LineStore {
  const file = openLineFile(path, MAX_ACTIVITY_BYTES, choose);
  return {
    append: async (line) => file.append(line),
    tail: async (count) => file.tail(count),
  };
}

/** A file of lines, the one before it, and how large each gets. */
interface Files {
  path: string;
  older: string;
  maxBytes: number;
}

/** After a crash in the middle some lines may be in both files; none is lost. */
function rotateFiles({ path, older, maxBytes }: Files, choose: (lines: string[]) => string[] | null): void {
  const aside = `${older}.tmp`;
  try {
    const chosen = choose(linesIn([older, path], maxBytes));
    if (chosen === null) return renameSync(path, older);
    writeLines(aside, chosen);
    renameSync(aside, older);
    rmSync(path);
  } catch {
    rmSync(aside, { force: true });
    renameSync(path, older); // a full disk can still do that
  }
}

function writeLines(path: string, lines: readonly string[]): void {
  const file = openSync(path, 'w', 0o600);
  try {
    writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** The newest of each: a file that somebody made far larger than it ever gets here isn't read whole. */
function linesIn(paths: string[], maxBytes: number): string[] {
  return paths
    .map((path) => readFileEnd(path, 2 * maxBytes))
    .flatMap((found) => (found.kind === 'file' ? found.bytes.toString('utf8').split('\n') : []))
    .filter((line) => line !== '');
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function endsWithNewline(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const last = Buffer.alloc(1);
    readSync(file, last, 0, 1, fstatSync(file).size - 1);
    return last.toString() === '\n';
  } finally {
    closeSync(file);
  }
}
