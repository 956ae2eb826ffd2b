import { createHash } from 'node:crypto';

/**
 * The field of a stored document that tells whether all of it is as it was written, and under this name: another
 * document's file is none of it. It guards against no hand that means it.
 */
const FIELD = 'checksum';
const SUM = /^sha256:[A-Za-z0-9_-]{43}$/;

const sumOf = (name: string, value: object): string =>
  `sha256:${createHash('sha256')
    .update(`${name}\n${JSON.stringify(value)}`)
    .digest('base64url')}`;

/** A document as it is stored. */
export function withChecksum(name: string, value: Record<string, unknown>): Record<string, unknown> {
  return { ...value, [FIELD]: sumOf(name, value) };
}

/** A stored document without its checksum, and whether it has a right one; `none`: an older Castkey wrote it. */
export function splitChecksum(
  name: string,
  stored: Record<string, unknown>,
): {
  value: Record<string, unknown>;
  state: 'right' | 'wrong' | 'none';
} {
  // By its look as well: damage to the name of the field must not pass for a document that never had one.
  const fields = Object.entries(stored);
  const found = fields.find(
    ([field, value]) => field === FIELD || (typeof value === 'string' && SUM.test(value)),
  );
  if (found === undefined) return { value: stored, state: 'none' };
  const value = Object.fromEntries(fields.filter((field) => field !== found));
  return { value, state: found[1] === sumOf(name, value) ? 'right' : 'wrong' };
}
