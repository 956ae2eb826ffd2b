/** Hand-written narrowing of what comes over the socket or from a file. */

import { TOKEN_FORM } from '../../../shared/protocol.ts';

/** Says that data hasn't the agreed form. Names the field, never its value: that may be a secret. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}

/** Turns data of unknown form into a `T`, or throws {@link Malformed}. */
export type Decoder<T> = (value: unknown, field: string) => T;

const MAX_LENGTH = { text: 4096, list: 1024 } as const;

/** An object with named fields; arrays and null are none. */
export function record(value: unknown, field: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Malformed(`${field} should be an object`);
  }
  return value as Record<string, unknown>;
}

/** A text that isn't empty, of at most 4096 characters. */
export function text(value: unknown, field: string): string {
  if (typeof value !== 'string' || value === '' || value.length > MAX_LENGTH.text) {
    throw new Malformed(`${field} should be a text`);
  }
  return value;
}

/**
 * What goes into headers, files and onto terminals as it is: a token, an ID, a login, a scope. A line break or
 * an escape in it would be a command to whoever reads it there, so even a vault that knows the key isn't believed.
 */
export function plain(value: unknown, field: string): string {
  const given = text(value, field);
  if (!TOKEN_FORM.test(given)) throw new Malformed(`${field} has characters that must not be in it`);
  return given;
}

/** A text that may be empty. */
export const textOrNone: Decoder<string> = (value, field) => (value === '' ? '' : text(value, field));

/** True or false, and nothing that merely counts as such. */
export function flag(value: unknown, field: string): boolean {
  if (typeof value !== 'boolean') throw new Malformed(`${field} should be true or false`);
  return value;
}

/** A whole number from 0 that a double holds exactly; so sums and dates made of it stay sane. */
export function count(value: unknown, field: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new Malformed(`${field} should be a whole number from 0`);
  }
  return value;
}

/** A list of at most 1024 members. */
export function listOf<T>(read: Decoder<T>): Decoder<T[]> {
  return (value, field) => {
    if (!Array.isArray(value) || value.length > MAX_LENGTH.list)
      throw new Malformed(`${field} should be a list`);
    return value.map((member: unknown, index) => read(member, `${field}[${index}]`));
  };
}

/** A field that is null where there is nothing; unlike {@link optional} it must be there. */
export function orNull<T>(read: Decoder<T>): Decoder<T | null> {
  return (value, field) => (value === null ? null : read(value, field));
}

/** A field that may be absent; null counts as absent, since many JSON writers can't leave one out. */
export function optional<T>(read: Decoder<T>): Decoder<T | undefined> {
  return (value, field) => (value === undefined || value === null ? undefined : read(value, field));
}

/** One of a closed list of words. */
export function oneOf<const T extends string>(words: readonly T[]): Decoder<T> {
  return (value, field) => {
    const word = words.find((candidate) => candidate === value);
    if (word === undefined) throw new Malformed(`${field} is not one of the known words`);
    return word;
  };
}

/** base64url without padding that stands for `min` to `max` bytes. */
export function base64url(min: number, max: number): Decoder<string> {
  return (value, field) => {
    const given = text(value, field);
    const bytes = /^[A-Za-z0-9_-]+$/.test(given) ? Buffer.from(given, 'base64url').length : -1;
    if (bytes < min || bytes > max) throw new Malformed(`${field} should be ${min} to ${max} bytes`);
    return given;
  };
}
