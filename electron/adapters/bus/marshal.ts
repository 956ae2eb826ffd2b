/** Values in D-Bus messages, by their signature (D-Bus specification, "Type System" and "Marshaling"). */

/** A value of type `v`: what it is, and its type. */
interface Variant {
  readonly signature: string;
  readonly value: unknown;
}

const ALIGNMENT: Readonly<Record<string, number>> = {
  ...{ y: 1, g: 1, v: 1, n: 2, q: 2, b: 4, i: 4, u: 4, h: 4, s: 4, o: 4, a: 4 },
  ...{ x: 8, t: 8, d: 8, '(': 8, '{': 8 },
};

const alignmentOf = (type: string): number => ALIGNMENT[type[0] ?? ''] ?? 1;
const alignUp = (at: number, to: number): number => Math.ceil(at / to) * to;

/** The complete types a signature is made of, one after the other. */
function typesOf(signature: string): string[] {
  const types: string[] = [];
  for (let at = 0; at < signature.length; ) {
    const end = endOfType(signature, at);
    types.push(signature.slice(at, end));
    at = end;
  }
  return types;
}

function endOfType(signature: string, at: number): number {
  const first = signature[at];
  if (first === 'a') return endOfType(signature, at + 1);
  if (first !== '(' && first !== '{') return at + 1;
  let end = at + 1;
  while (signature[end] !== ')' && signature[end] !== '}') {
    if (end >= signature.length) throw new Error('no signature of D-Bus');
    end = endOfType(signature, end);
  }
  return end + 1;
}

/** The bytes of a body, little-endian. Only types that Castkey sends are known. */
export function marshal(signature: string, values: readonly unknown[]): Buffer {
  const out: number[] = [];
  typesOf(signature).forEach((type, n) => {
    write(out, type, values[n]);
  });
  return Buffer.from(out);
}

function pad(out: number[], to: number): void {
  while (out.length % to !== 0) out.push(0);
}

function writeNumber(out: number[], value: number): void {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  out.push(...bytes);
}

function write(out: number[], type: string, value: unknown): void {
  pad(out, alignmentOf(type));
  if (type === 's' || type === 'o') {
    const text = Buffer.from(String(value));
    writeNumber(out, text.length);
    out.push(...text, 0);
  } else if (type === 'b' || type === 'u') writeNumber(out, Number(value));
  else if (type === 'x') writeLong(out, Number(value));
  else if (type === 'v') {
    const { signature, value: inner } = value as Variant;
    out.push(signature.length, ...Buffer.from(signature), 0);
    write(out, signature, inner);
  } else if (type[0] === 'a') writeArray(out, type.slice(1), value as readonly unknown[]);
  else if (type[0] === '{')
    typesOf(type.slice(1, -1)).forEach((one, n) => {
      write(out, one, (value as readonly unknown[])[n]);
    });
  else throw new Error(`the type ${type} can't be sent`);
}

function writeLong(out: number[], value: number): void {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(value));
  out.push(...bytes);
}

function writeArray(out: number[], of: string, values: readonly unknown[]): void {
  writeNumber(out, 0);
  const lengthAt = out.length - 4;
  pad(out, alignmentOf(of));
  const start = out.length; // the padding before the first element isn't counted
  for (const value of values) write(out, of, value);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(out.length - start);
  out.splice(lengthAt, 4, ...length);
}

/** The values of a body. Throws on what is none. */
export function unmarshal(signature: string, bytes: Buffer, littleEndian: boolean): unknown[] {
  const from: Reading = { bytes, littleEndian, at: 0 };
  return typesOf(signature).map((type) => read(from, type));
}

interface Reading {
  readonly bytes: Buffer;
  readonly littleEndian: boolean;
  at: number;
}

function read(from: Reading, type: string): unknown {
  from.at = alignUp(from.at, alignmentOf(type));
  switch (type[0]) {
    case 'y':
      return take(from, 1).readUInt8();
    case 'g':
      return readText(from, take(from, 1).readUInt8());
    case 's':
    case 'o':
      return readText(from, readNumber(from));
    case 'b':
      return readNumber(from) === 1;
    case 'v':
      return readVariant(from);
    case 'a':
      return readArray(from, type.slice(1));
    case '(':
    case '{':
      return typesOf(type.slice(1, -1)).map((one) => read(from, one));
    case 'i':
    case 'u':
    case 'h':
      return readNumber(from);
    default: // numbers of other sizes: nothing Castkey asks for has one
      return void take(from, alignmentOf(type));
  }
}

function take(from: Reading, count: number): Buffer {
  if (from.at + count > from.bytes.length) throw new Error('no body of D-Bus');
  from.at += count;
  return from.bytes.subarray(from.at - count, from.at);
}

function readNumber(from: Reading): number {
  const bytes = take(from, 4);
  return from.littleEndian ? bytes.readUInt32LE() : bytes.readUInt32BE();
}

function readText(from: Reading, length: number): string {
  return take(from, length + 1).toString('utf8', 0, length);
}

function readVariant(from: Reading): unknown {
  const [type] = typesOf(readText(from, take(from, 1).readUInt8()));
  if (type === undefined) throw new Error('no body of D-Bus');
  return read(from, type);
}

function readArray(from: Reading, of: string): unknown[] {
  const length = readNumber(from);
  from.at = alignUp(from.at, alignmentOf(of));
  const end = from.at + length;
  const values: unknown[] = [];
  while (from.at < end) values.push(read(from, of));
  return values;
}
