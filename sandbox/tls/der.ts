/** The few kinds of ASN.1 a certificate is made of, in DER (ITU-T X.690). Each function gives one whole element. */

const TAG = { boolean: 1, integer: 2, bits: 3, octets: 4, oid: 6, utf8: 12, time: 24, sequence: 48, set: 49 };

/** An element of any tag: what is inside of it, as it stands. */
export function element(tag: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  if (body.length < 128) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const digits = body.length.toString(16);
  const length = Buffer.from(digits.padStart(digits.length + (digits.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.from([tag, 128 + length.length]), length, body]);
}

/** An element of the certificate's own numbering, such as `[0] EXPLICIT` (constructed) or an implicit one. */
export const tagged = (number: number, constructed: boolean, ...content: readonly Buffer[]): Buffer =>
  element(128 + (constructed ? 32 : 0) + number, ...content);

/** Elements in their order. */
export const sequence = (...content: readonly Buffer[]): Buffer => element(TAG.sequence, ...content);
/** Elements in none; of one element it is the same. */
export const set = (...content: readonly Buffer[]): Buffer => element(TAG.set, ...content);
/** Text. */
export const utf8 = (text: string): Buffer => element(TAG.utf8, Buffer.from(text));
/** Whatever it is, opaque to who doesn't know. */
export const octets = (content: Buffer): Buffer => element(TAG.octets, content);
/** The truth value; the other one is left out in DER wherever it is the default. */
export const yes = (): Buffer => element(TAG.boolean, Buffer.from([255]));

/** A number of at least 0, as big-endian bytes. */
export const integer = (bytes: Buffer): Buffer =>
  element(TAG.integer, (bytes[0] ?? 0) > 127 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);

/** Whole bytes, or only the first bits of them. */
export const bits = (content: Buffer, unused = 0): Buffer =>
  element(TAG.bits, Buffer.from([unused]), content);

/** To the second, which is all that RFC 5280 allows (`20260101000000Z`). */
export const time = (ms: number): Buffer =>
  element(TAG.time, Buffer.from(new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '')));

/** An object identifier such as `2.5.4.3`. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const base128 = (value: number): number[] =>
    value < 128 ? [value] : [...base128(value >> 7).map((byte) => byte | 128), value & 127];
  return element(TAG.oid, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}
