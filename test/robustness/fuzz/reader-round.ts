/** The client library's reader against bytes of a hostile vault: pure functions, many lines a second. */
import { isUtf8 } from 'node:buffer';
import { Malformed } from '../../../clients/javascript/src/decode.ts';
import { CastkeyError } from '../../../clients/javascript/src/errors.ts';
import { lineReader } from '../../../clients/javascript/src/lines.ts';
import { readMessage } from '../../../clients/javascript/src/read-messages.ts';
import { RESULT_READERS } from '../../../clients/javascript/src/read-results.ts';
import { LIMITS, type WireMethod } from '../../../shared/protocol.ts';
import { hostileAnswer } from './hostile-answer.ts';
import type { Played } from './round.ts';
import { createSeededChoice, type SeededChoice } from './seeded-choice.ts';
import { SPOILS } from './step.ts';

const METHODS = Object.keys(RESULT_READERS) as WireMethod[];
const EDGES = [LIMITS.lineBytes - 1, LIMITS.lineBytes, LIMITS.lineBytes + 1];

/** So many lines, in pieces of every size. */
export function playReader(seed: number, lines: number): Played {
  const choice = createSeededChoice(seed);
  const played: Played = { messages: 0, reached: new Set(), findings: [] };
  while (played.messages < lines) readStream(choice, Math.min(50, lines - played.messages), played);
  return played;
}

function readStream(choice: SeededChoice, lines: number, played: Played): void {
  const stream = Buffer.concat(Array.from({ length: lines }, () => lineOf(choice)));
  const [wanted, end] = expected(stream);
  const got: string[] = [];
  const read = lineReader(LIMITS.lineBytes, (line) => got.push(line));
  const size = choice.pick([1, 3, 100, 4_096, 65_536, stream.length]);
  let problem: string | undefined;
  for (let at = 0; at < stream.length && problem === undefined; at += size)
    problem = read(stream.subarray(at, at + size));
  if (problem !== end) played.findings.push(`the stream ended with ${problem} instead of ${end}`);
  if (got.length !== wanted.length || got.some((line, at) => line !== wanted[at]))
    played.findings.push(`${got.length} lines were read, ${wanted.length} were sent, or not the same`);
  for (const line of got) readLine(line, played);
  played.messages += lines;
  played.reached.add(`stream ${end ?? 'good'}`);
}

function lineOf(choice: SeededChoice): Buffer {
  let bytes = Buffer.from(hostileAnswer(choice, '1'));
  if (choice.oneIn(400)) {
    const spoil = SPOILS[choice.pick(Object.keys(SPOILS) as (keyof typeof SPOILS)[])];
    bytes = Buffer.concat([bytes.subarray(0, 5), Buffer.from(spoil), bytes.subarray(5)]);
  }
  const blanks = choice.oneIn(400) ? choice.pick(EDGES) - 1 - bytes.length : 0;
  return Buffer.concat([bytes, Buffer.alloc(Math.max(0, blanks), ' '), Buffer.from('\n')]);
}

/** The lines of a stream, and why reading must stop. */
function expected(stream: Buffer): [string[], string | undefined] {
  const lines: string[] = [];
  for (let start = 0, end = stream.indexOf(10); end >= 0; start = end + 1, end = stream.indexOf(10, start)) {
    if (end + 1 - start > LIMITS.lineBytes) return [lines, 'too-long'];
    const line = stream.subarray(start, end);
    if (!isUtf8(line)) return [lines, 'not-utf8'];
    // A byte order mark is no part of the text: the decoder takes it away, as the standard has it.
    lines.push(line.toString('utf8').replace(/^\ufeff/, ''));
  }
  return [lines, undefined];
}

function readLine(line: string, played: Played): void {
  try {
    const message = readMessage(line);
    played.reached.add(message.kind);
    if (message.kind === 'failure' && !(message.error instanceof CastkeyError))
      played.findings.push('a refusal is no CastkeyError');
    if (message.kind === 'result') for (const method of METHODS) readResult(method, message.result, played);
  } catch (error) {
    const expectedError = error instanceof Malformed || error instanceof SyntaxError;
    played.reached.add(expectedError ? 'nonsense' : 'broken');
    if (!expectedError) played.findings.push(`reading threw ${String(error)}: ${line.slice(0, 300)}`);
  }
}

function readResult(method: WireMethod, result: unknown, played: Played): void {
  try {
    const value: unknown = RESULT_READERS[method](result, 'result');
    played.reached.add(`result ${method}`);
    const token: unknown = Reflect.get(Object(value), 'accessToken');
    if (token !== undefined && (typeof token !== 'string' || token === ''))
      played.findings.push(`${method} gave a token that is none`);
  } catch (error) {
    if (!(error instanceof Malformed)) played.findings.push(`${method} threw ${String(error)}`);
  }
}
