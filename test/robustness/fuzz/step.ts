/** What is done to the vault, as plain data: a round can be printed, cut down and played again. */

import { anyLine, rightLine } from './hostile-line.ts';
import type { SeededChoice } from './seeded-choice.ts';

/** Bytes that are no UTF-8, put into the middle of a line. */
export const SPOILS = {
  stray: [0x80],
  half: [0xe2, 0x82],
  overlong: [0xc0, 0xaf],
  surrogate: [0xed, 0xa0, 0x80],
  beyond: [0xf4, 0x90, 0x80, 0x80],
} as const;

/** A line sent on a connection. */
export interface Say {
  do: 'say';
  on: number;
  text: string;
  /** Blanks are added until the line has so many bytes, its newline included. */
  size?: number;
  spoil?: keyof typeof SPOILS;
  /** Lengths of the pieces it is sent in; 1 means byte by byte. Whole unless told. */
  pieces?: number;
  /** Sent together with the next line of the connection. */
  held?: true;
}
/** One thing that happens. */
export type Step =
  | Say
  | { do: 'hang up' | 'stop reading' | 'read on'; on: number }
  | { do: 'wait'; ms: number }
  | { do: 'deny' | 'close windows' | 'lock' | 'unlock' | 'crowd' | 'ask innocent' };

/** Connections in use at a time. */
export const CONNECTIONS = 5;
const SIZES = [65_535, 65_536, 65_537, 70_000];
const WAITS = [0, 1_000, 9_999, 10_001, 61_000];

/** A round of so many steps; most of them are lines. */
export function makeRound(choice: SeededChoice, length: number): Step[] {
  const steps: Step[] = [];
  while (steps.length < length) {
    const on = choice.below(CONNECTIONS);
    if (choice.oneIn(12)) steps.push(...handshake(choice, on));
    else if (choice.oneIn(14)) steps.push(other(choice, on));
    else steps.push(say(choice, on, anyLine(choice)));
  }
  return steps;
}

/** The handshake, whole or stopped somewhere, so that what follows is asked by a bot. */
function handshake(choice: SeededChoice, on: number): Step[] {
  const keyId = choice.pick(['{{friend}}', '{{friend}}', '{{guest}}']);
  const hello = `{"jsonrpc":"2.0","id":"{{id}}","method":"hello","params":{"protocol":1,"client":{"name":"f"},"keyId":"${keyId}","nonce":"{{nonce}}"}}`;
  const proof = '{"jsonrpc":"2.0","id":"{{id}}","method":"authenticate","params":{"proof":"{{proof}}"}}';
  const steps: Step[] = [
    { do: 'hang up', on },
    { do: 'say', on, text: hello },
    { do: 'say', on, text: proof },
  ];
  if (choice.oneIn(2)) steps.push({ do: 'say', on, text: rightLine(choice, 'subscribe') });
  return steps.slice(0, steps.length - (choice.oneIn(6) ? 1 : 0));
}

function say(choice: SeededChoice, on: number, text: string): Say {
  return {
    do: 'say',
    on,
    text,
    ...(choice.oneIn(60) && { size: choice.pick(SIZES) }),
    ...(choice.oneIn(60) && { spoil: choice.pick(Object.keys(SPOILS) as (keyof typeof SPOILS)[]) }),
    ...(choice.oneIn(4) && { pieces: choice.pick([1, 2, 3, 7, 100, 4_096]) }),
    ...(choice.oneIn(5) && { held: true as const }),
  };
}

function other(choice: SeededChoice, on: number): Step {
  const kind = choice.below(12);
  if (kind < 3) return { do: 'hang up', on };
  if (kind === 3) return { do: 'stop reading', on };
  if (kind === 4) return { do: 'read on', on };
  if (kind === 5) return { do: 'wait', ms: choice.pick(WAITS) };
  return {
    do: choice.pick([
      'deny',
      'deny',
      'close windows',
      'lock',
      'unlock',
      'unlock',
      'crowd',
      'ask innocent',
    ] as const),
  };
}

/** The line's bytes, newline included, once its placeholders are filled in. */
export function bytesOf({ size, spoil }: Say, text: string): Buffer {
  let bytes = Buffer.from(text);
  if (spoil !== undefined) {
    const middle = bytes.length >> 1;
    bytes = Buffer.concat([bytes.subarray(0, middle), Buffer.from(SPOILS[spoil]), bytes.subarray(middle)]);
  }
  const blanks = Buffer.alloc(Math.max(0, (size ?? 0) - 1 - bytes.length), ' ');
  return Buffer.concat([bytes, blanks, Buffer.from('\n')]);
}
