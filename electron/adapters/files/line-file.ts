import {
  appendFileSync,
  closeSync,
  fstatSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
} from 'node:fs';

/** Lines in a file that never grows beyond about twice `mostBytes`: when full it becomes the old one. */
export interface LineFile {
  append(line: string): void;
  /** The newest lines, oldest of them first. */
  tail(count: number): string[];
}

/** Opens a file of lines; a line cut short by a crash ends there. */
export function openLineFile(path: string, mostBytes: number): LineFile {
  const older = path.replace(/(\.[^./\\]+)?$/, '.previous$1');
  let size = sizeOf(path);
  let cutShort = size > 0 && !endsWithNewline(path);
  return {
    append(line) {
      const text = `${cutShort ? '\n' : ''}${line.replaceAll('\n', ' ')}\n`;
      if (size > 0 && size + Buffer.byteLength(text) > mostBytes) {
        renameSync(path, older);
        size = 0;
      }
      appendFileSync(path, text, { mode: 0o600 });
      size += Buffer.byteLength(text);
      cutShort = false;
    },
    tail(count) {
      const lines = [older, path].flatMap(linesOf).filter((line) => line !== '');
      return count <= 0 ? [] : lines.slice(-count);
    },
  };
}

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
