import {
  appendFileSync,
  closeSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import type { LineStore } from '../../core/ports.ts';

/** Some 2,000 lines of activity, twice. */
const MAX_ACTIVITY_BYTES = 512 * 1024;

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
 * file and the old one together becomes the old one; without, the old one is given up.
 */
export function openLineFile(path: string, maxBytes: number, choose: ChooseLines | null = null): LineFile {
  const older = path.replace(/(\.[^./\\]+)?$/, '.previous$1');
  let size = sizeOf(path);
  let cutShort = size > 0 && !endsWithNewline(path);
  return {
    append(line) {
      const text = `${cutShort ? '\n' : ''}${line.replaceAll('\n', ' ')}\n`;
      if (size > 0 && size + Buffer.byteLength(text) > maxBytes) {
        rotateFiles(path, older, (lines) => choose?.(lines, maxBytes) ?? null);
        size = 0;
      }
      cutShort = true; // if the disk takes only a part of it
      appendFileSync(path, text, { mode: 0o600 });
      size += Buffer.byteLength(text);
      cutShort = false;
    },
    tail(count) {
      const lines = linesIn([older, path]);
      return count <= 0 ? [] : lines.slice(-count);
    },
  };
}

/** The record behind the activity page, in a file of the profile; `choose` picks what stays when it is full. */
export function createActivityLines(path: string, choose: ChooseLines): LineStore {
  const file = openLineFile(path, MAX_ACTIVITY_BYTES, choose);
  return {
    append: async (line) => file.append(line),
    tail: async (count) => file.tail(count),
  };
}

/** After a crash in the middle some lines may be in both files; none is lost. */
function rotateFiles(path: string, older: string, choose: (lines: string[]) => string[] | null): void {
  const aside = `${older}.tmp`;
  try {
    const chosen = choose(linesIn([older, path]));
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

const linesIn = (paths: string[]): string[] => paths.flatMap(linesOf).filter((line) => line !== '');

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return [];
  }
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
