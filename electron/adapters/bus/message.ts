/** D-Bus messages, as far as a relay and a small client have to know them (D-Bus specification, "Message Format"). */
import { marshal, unmarshal } from './marshal.ts';

const HEADER_BYTES = 16;
const MAX_BYTES = 128 * 1024 * 1024;
const [METHOD_CALL, METHOD_RETURN, ERROR, SIGNAL] = [1, 2, 3, 4];
const NO_REPLY_EXPECTED = 1;
/** o, s, g and u. */
const KNOWN_TYPES: ReadonlySet<number> = new Set([0x6f, 0x73, 0x67, 0x75]);
const [PATH, INTERFACE, MEMBER, ERROR_NAME, REPLY_SERIAL] = [1, 2, 3, 4, 5];
const [DESTINATION, SENDER, SIGNATURE] = [6, 7, 8];

/** What a relay looks at. */
export interface BusMessage {
  readonly bytes: Buffer;
  readonly serial: number;
  /** True for a call whose caller waits for an answer. */
  readonly wantsReply: boolean;
  /** The method that is called, or null. */
  readonly method: string | null;
  /** The serial of the call this answers, or null. */
  readonly answers: number | null;
}

/** Who is to be called, and with what. */
export interface BusCall {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  /** The types of `body`; none for a call without arguments. */
  readonly signature?: string;
  readonly body?: readonly unknown[];
}

/** What a message says beyond what a relay looks at. */
export interface BusContent {
  readonly kind: 'answer' | 'error' | 'signal' | 'other';
  readonly path: string;
  readonly member: string;
  readonly body: unknown[];
}

/** The length of the message that starts here; null while that can't be told yet. Throws on what is none. */
function lengthOf(bytes: Buffer): number | null {
  if (bytes.length < HEADER_BYTES) return null;
  const read = reader(bytes);
  const length = HEADER_BYTES + align(read(12), 8) + read(4);
  if (length > MAX_BYTES) throw new Error('no message of D-Bus');
  return length;
}

/** Cuts a stream into messages, whatever pieces it comes in. Throws on what is no message. */
export function createMessageReader(): (piece: Buffer) => BusMessage[] {
  let pieces: Buffer[] = [];
  let held = 0;
  let needed = HEADER_BYTES;
  return (piece) => {
    pieces.push(piece);
    held += piece.length;
    if (held < needed) return []; // put together once, not for each piece of a large message
    let rest = pieces.length === 1 ? piece : Buffer.concat(pieces, held);
    const messages: BusMessage[] = [];
    let length = lengthOf(rest);
    for (; length !== null && rest.length >= length; length = lengthOf(rest)) {
      messages.push(readMessage(rest.subarray(0, length)));
      rest = rest.subarray(length);
    }
    [pieces, held, needed] = [[rest], rest.length, length ?? HEADER_BYTES];
    return messages;
  };
}

function readMessage(bytes: Buffer): BusMessage {
  const type = bytes[1];
  const fields = readFields(bytes);
  const [member, answers] = [fields.get(MEMBER), fields.get(REPLY_SERIAL)];
  return {
    bytes,
    serial: reader(bytes)(8),
    wantsReply: type === METHOD_CALL && ((bytes[2] ?? 0) & NO_REPLY_EXPECTED) === 0,
    method: type === METHOD_CALL && typeof member === 'string' ? member : null,
    answers: (type === METHOD_RETURN || type === ERROR) && typeof answers === 'number' ? answers : null,
  };
}

/**
 * The header's fields: of the types in it only numbers and texts; a signature is shorter than either. No field that
 * the specification knows has another type; what a program made up, and what follows it, is left out.
 */
function readFields(bytes: Buffer): Map<number, string | number> {
  const read = reader(bytes);
  const end = HEADER_BYTES + read(12);
  const fields = new Map<number, string | number>();
  for (let at = HEADER_BYTES; at < end; at = align(at, 8)) {
    const [code = 0, , type = 0] = bytes.subarray(at, at + 3);
    at += 4;
    if (!KNOWN_TYPES.has(type) || at + 4 > bytes.length) break;
    if (type === 0x67) {
      const length = bytes[at] ?? 0;
      fields.set(code, bytes.toString('latin1', at + 1, at + 1 + length));
      at += 2 + length;
    } else if (type === 0x75) {
      fields.set(code, read(at));
      at += 4;
    } else {
      const length = read(at);
      fields.set(code, bytes.toString('utf8', at + 4, at + 4 + length));
      at += 5 + length;
    }
  }
  return fields;
}

/** The answer to a call that nobody can answer. */
export function disconnectedReply(call: number): Buffer {
  const name = 'org.freedesktop.DBus.Error.Disconnected';
  return encode(ERROR, 1, [
    [REPLY_SERIAL, call],
    [ERROR_NAME, name],
    [SENDER, 'org.freedesktop.DBus'],
  ]);
}

/** The first message of every connection. */
export function helloCall(serial: number): Buffer {
  return methodCall(serial, busMethod('Hello'));
}

/** A method of the bus itself. */
export const busMethod = (member: string, signature = '', body: readonly unknown[] = []): BusCall => {
  const bus = 'org.freedesktop.DBus';
  return { destination: bus, path: '/org/freedesktop/DBus', interface: bus, member, signature, body };
};

/** A call, as it goes over the socket. */
export function methodCall(serial: number, call: BusCall): Buffer {
  const { signature = '', body = [] } = call;
  const bytes = marshal(signature, body);
  const fields: [code: number, value: string | number][] = [
    [PATH, call.path],
    [INTERFACE, call.interface],
    [MEMBER, call.member],
    [DESTINATION, call.destination],
  ];
  if (signature !== '') fields.push([SIGNATURE, signature]);
  const header = encode(METHOD_CALL, serial, fields);
  header.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([padded(header), bytes]);
}

/** What a message says; throws where its body isn't what it claims. */
export function contentOf({ bytes }: BusMessage): BusContent {
  const [fields, type] = [readFields(bytes), bytes[1]];
  const start = HEADER_BYTES + align(reader(bytes)(12), 8);
  const text = (code: number): string => String(fields.get(code) ?? '');
  const kind =
    type === METHOD_RETURN ? 'answer' : type === ERROR ? 'error' : type === SIGNAL ? 'signal' : 'other';
  const body = unmarshal(text(SIGNATURE), bytes.subarray(start), bytes[0] === 0x6c);
  return { kind, path: text(PATH), member: text(MEMBER), body };
}

function encode(type: number, serial: number, fields: [code: number, value: string | number][]): Buffer {
  const encoded = fields.map(([code, value]) => encodeField(code, value));
  const parts = Buffer.concat(encoded.map(padded));
  const last = encoded.at(-1)?.length ?? 0; // the padding after the last one isn't counted
  const header = Buffer.alloc(HEADER_BYTES);
  header.set([0x6c, type, 0, 1]);
  header.writeUInt32LE(serial, 8);
  header.writeUInt32LE(parts.length - (align(last, 8) - last), 12);
  return Buffer.concat([header, parts]);
}

function encodeField(code: number, value: string | number): Buffer {
  if (code === SIGNATURE)
    return Buffer.concat([Buffer.from([code, 1, 0x67, 0, String(value).length]), Buffer.from(`${value}\0`)]);
  const type = typeof value === 'number' ? 'u' : code === PATH ? 'o' : 's';
  const start = Buffer.from([code, 1, type.charCodeAt(0), 0]);
  const number = Buffer.alloc(4);
  number.writeUInt32LE(typeof value === 'number' ? value : Buffer.byteLength(value));
  return Buffer.concat(
    typeof value === 'number' ? [start, number] : [start, number, Buffer.from(`${value}\0`)],
  );
}

const padded = (bytes: Buffer): Buffer =>
  Buffer.concat([bytes, Buffer.alloc(align(bytes.length, 8) - bytes.length)]);

const align = (at: number, to: number): number => Math.ceil(at / to) * to;

/** Reads numbers of 32 bits the way the message says. */
function reader(bytes: Buffer): (at: number) => number {
  const little = bytes[0] === 0x6c;
  return (at) => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
}
