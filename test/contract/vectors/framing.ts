import { lineReader } from '../../../clients/javascript/src/lines.ts';
import { createFramer } from '../../../electron/core/protocol/framer.ts';
import { LIMITS } from '../../../shared/protocol.ts';
import { type Bytes, bytesOf, type Chunk, describeLine, hexOf } from './byte-runs.ts';

const MAX = LIMITS.lineBytes;
const cut = (...texts: string[]): Chunk[] => texts.map((text) => [hexOf(text)]);
const raw = (...hexes: string[]): Chunk[] => hexes.map((hex) => [hex]);
const x = (times: number): Bytes => ({ hex: hexOf('x'), times });
const END = hexOf('\n');

/** Streams, cut into the chunks a reader gets. */
const STREAMS: Record<string, Chunk[]> = {
  'one line in one chunk': cut('{"a":1}\n'),
  'two lines in one chunk': cut('{"a":1}\n{"b":2}\n'),
  'a line in three chunks': cut('{"a"', ':', '1}\n'),
  'the newline alone': cut('{"a":1}', '\n'),
  'a line and a half': cut('{"a":1}\n{"b"', ':2}\n'),
  'a line without its end is none yet': cut('{"a":1}\n{"b":2}'),
  'empty lines': cut('\n\n'),
  'a carriage return stays: JSON counts it as white space': cut('{"a":1}\r\n'),
  'cut within a character of two bytes': raw('22c3', 'bc220a'),
  'cut within a character of three bytes': raw('22e2', '82', 'ac220a'),
  'cut within a character of four bytes': raw('22f09f', '9880220a'),
  'bytes one by one': raw(...[...Buffer.from('"ü€😀"\n')].map((byte) => byte.toString(16).padStart(2, '0'))),
  'a line separator (U+2028) ends no line': cut('"\u2028"\n'),
  'as long as may be': [[x(MAX - 1), END]],
  'as long as may be, in two chunks': [[x(MAX - 1)], [END]],
  'one byte too long': [[x(MAX), END]],
  'one byte too long, in two chunks': [[x(MAX - 1)], [hexOf('x\n')]],
  'too long without an end': [[x(MAX)]],
  'too long without an end, in many chunks': Array.from({ length: 4 }, () => [x(MAX / 4)]),
  'bytes count, not characters': [[{ hex: hexOf('é'), times: MAX / 2 }, END]],
  'a good line, then one that is too long': [[hexOf('{"a":1}\n')], [x(MAX), END]],
  'a stray continuation byte': raw('2280220a'),
  'half a character': raw('22e282220a'),
  'an overlong slash': raw('22c0af220a'),
  'a surrogate': raw('22eda080220a'),
  'a good line, then one that is no UTF-8': raw('7b7d0a', 'ff0a'),
};

interface Cut {
  readonly lines: string[];
  readonly ends: 'too-large' | 'not-utf8' | null;
}

function asVault(chunks: readonly Buffer[]): Cut {
  const frame = createFramer();
  const lines: string[] = [];
  for (const chunk of chunks) {
    const framed = frame(chunk);
    if (framed.kind !== 'lines') return { lines, ends: framed.kind };
    lines.push(...framed.lines);
  }
  return { lines, ends: null };
}

function asClient(chunks: readonly Buffer[]): Cut {
  const lines: string[] = [];
  const read = lineReader(MAX, (line) => lines.push(line));
  for (const chunk of chunks) {
    const problem = read(chunk);
    if (problem) return { lines, ends: problem === 'too-long' ? 'too-large' : problem };
  }
  return { lines, ends: null };
}

/** Chunks, the lines they make, and how the stream ends if it must. */
export function framingVectors() {
  return Object.entries(STREAMS).map(([name, chunks]) => {
    const bytes = chunks.map(bytesOf);
    const found = asVault(bytes);
    if (JSON.stringify(found) !== JSON.stringify(asClient(bytes)))
      throw new Error(`the two ends differ: ${name}`);
    return { name, chunks, lines: found.lines.map(describeLine), ends: found.ends };
  });
}
