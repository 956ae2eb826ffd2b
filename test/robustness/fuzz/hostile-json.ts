/** JSON as raw text, so that it may say what JSON.stringify never would. */
import type { SeededChoice } from './seeded-choice.ts';

const TEXTS = [
  ...['', ' ', '\u0000', '\n', '__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'],
  ...['valueOf', '../../etc/passwd', '%s%n%x', '$(id)', '<script>', '1001', '1002', 'chat:read', 'chat'],
  ...['NaN', 'Infinity', 'null', 'undefined', '-0', '1e999', 'ü€😀', '\u202egnp.exe', '\ufeff', '\u2028'],
  ...['allow', 'never', '{{friend}}', '{{guest}}', '{{proof}}', '{{reflected}}', '{{replayed}}', '{{nonce}}'],
] as const;
const LENGTHS = [23, 64, 65, 86, 87, 100, 101, 300, 301, 5_000];
const NUMBERS = [
  ...['0', '-0', '-1', '1', '0.1', '1.5', '1e308', '-1e308', '1e999', '-1e999', '5e-324', '1E2', '600000'],
  ...['9007199254740991', '9007199254740993', '4294967296', '2147483648', '123456789012345678901234567890'],
] as const;
/** No JSON at all, though some other readers take it. */
const BROKEN = [
  'NaN',
  'Infinity',
  '0x10',
  '01',
  '.5',
  '1.',
  "'a'",
  'undefined',
  '{a:1}',
  '[1,]',
  '"\\x41"',
  '"',
];
const KEYS = [
  '__proto__',
  'constructor',
  'toString',
  'user',
  'intent',
  'id',
  'method',
  'params',
  '',
  'jsonrpc',
];
/** Escapes of which JSON.parse makes texts that are no Unicode. */
const LONE = '"\\ud800"';

/** Any value, harmless ones among them. */
export function hostileValue(choice: SeededChoice, depth = 0): string {
  const kind = choice.below(depth > 3 ? 6 : 10);
  if (kind < 3) return hostileText(choice);
  if (kind === 3) return choice.pick(NUMBERS);
  if (kind === 4) return choice.pick(['true', 'false', 'null']);
  if (kind === 5) return choice.oneIn(6) ? choice.pick(BROKEN) : '{}';
  if (kind === 6) return nested(choice);
  const members = Array.from({ length: choice.below(4) }, () => hostileValue(choice, depth + 1));
  if (kind === 7) return `[${members.join(',')}]`;
  return `{${members.map((value) => `${JSON.stringify(choice.pick(KEYS))}:${value}`).join(',')}}`;
}

/** A text in quotes. */
export function hostileText(choice: SeededChoice): string {
  if (choice.oneIn(12)) return LONE;
  if (choice.oneIn(6)) return JSON.stringify(choice.pick(['a', '0', 'é', ' ']).repeat(choice.pick(LENGTHS)));
  return JSON.stringify(choice.pick(TEXTS));
}

function nested(choice: SeededChoice): string {
  const deep = choice.oneIn(4) ? 10_000 : 40;
  return choice.oneIn(2)
    ? '['.repeat(deep) + ']'.repeat(deep)
    : `${'{"a":'.repeat(deep / 4)}1${'}'.repeat(deep / 4)}`;
}

/** An object's fields as raw texts, in order; a key may come twice. */
export type Fields = [key: string, value: string][];

/** The fields as one object, after up to three changes. */
export function mutated(fields: Fields, choice: SeededChoice): string {
  const now: Fields = fields.map(([key, value]) => [key, value]);
  for (let changes = choice.below(4); changes > 0; changes -= 1) {
    const at = choice.below(now.length + 1);
    if (at === now.length) now.push([choice.pick(KEYS), hostileValue(choice)]);
    else change(now, at, choice);
  }
  return whole(now);
}

/** The field at a place goes, comes a second time, or has another value. */
function change(fields: Fields, at: number, choice: SeededChoice): void {
  const kind = choice.below(4);
  const [key = ''] = fields[at] ?? [];
  if (kind === 0) fields.splice(at, 1);
  else if (kind === 1) fields.push([key, hostileValue(choice)]);
  else fields[at] = [key, hostileValue(choice)];
}

/** The fields as one object, as they are. */
export function whole(fields: Fields): string {
  return `{${fields.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`;
}
