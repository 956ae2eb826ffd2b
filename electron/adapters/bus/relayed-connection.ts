import { connect, type Socket } from 'node:net';
import { type BusMessage, createMessageReader, disconnectedReply, helloCall } from './message.ts';

const RETRY_MS = 1000;
const HELLO_SERIAL = 0xfffffffe;
/** Calls that a bus remembers something by: they are said again to the one that comes after it. */
const LASTING: ReadonlySet<string> = new Set(['AddMatch', 'RequestName', 'RegisterStatusNotifierItem']);
const MAX_LASTING = 1000;

/**
 * One connection of this process's to a bus, passed on message by message. When the bus goes away, the
 * connection stays: whatever is asked is answered with an error, until there is a bus at that path again,
 * which hears once more what the first one was told to remember. File descriptors are not passed.
 */
export function relayConnection(client: Socket, path: string): void {
  const waiting = new Set<number>();
  const lasting = new Map<string, Buffer>(); // by all but the serial
  let bus: Socket | null = null;

  const fromClient = (message: BusMessage): void => {
    if (LASTING.has(message.method ?? '') && lasting.size < MAX_LASTING)
      lasting.set(message.bytes.toString('latin1', 12), message.bytes);
    if (bus !== null) {
      if (message.wantsReply) waiting.add(message.serial);
      bus.write(message.bytes);
    } else if (message.wantsReply) client.write(disconnectedReply(message.serial));
  };
  const fromBus = (message: BusMessage): void => {
    if (message.answers === HELLO_SERIAL) return;
    if (message.answers !== null) waiting.delete(message.answers);
    client.write(message.bytes);
  };
  const attach = (to: Socket): void => {
    bus = to;
    const read = createMessageReader();
    to.on('data', (piece: Buffer) => {
      for (const message of read(piece)) fromBus(message);
    });
    to.once('close', lose);
  };
  const lose = (): void => {
    bus = null;
    for (const serial of waiting) client.write(disconnectedReply(serial));
    waiting.clear();
    later();
  };
  const later = (): void => {
    const timer = setTimeout(() => {
      if (client.destroyed) return;
      signIn(path, (to) => {
        if (to === null) return later();
        attach(to);
        for (const bytes of [helloCall(HELLO_SERIAL), ...lasting.values()]) to.write(bytes);
      });
    }, RETRY_MS);
    timer.unref();
  };
  client.on('close', () => bus?.destroy());
  client.on('error', () => client.destroy());
  passSignIn(client, path, (to) => {
    attach(to);
    const read = createMessageReader();
    client.on('data', (piece: Buffer) => {
      for (const message of read(piece)) fromClient(message);
    });
  });
}

/** The texts before the first message go through as they are; but file descriptors are refused. */
function passSignIn(client: Socket, path: string, begun: (bus: Socket) => void): void {
  const bus = connect(path);
  const end = (): void => void client.destroy();
  const back = (piece: Buffer): void => void client.write(piece);
  const lines = createLineReader();
  const onLines = (piece: Buffer): void => {
    for (const line of lines.read(piece)) {
      if (line === 'NEGOTIATE_UNIX_FD\r\n') client.write('ERROR\r\n');
      else bus.write(line, 'latin1');
      if (line !== 'BEGIN\r\n') continue;
      bus.off('data', back).off('close', end);
      client.off('data', onLines);
      begun(bus);
      const rest = lines.rest();
      if (rest.length > 0) client.emit('data', rest);
      return;
    }
  };
  bus.on('error', () => bus.destroy());
  bus.on('data', back).once('close', end);
  client.on('data', onLines);
}

/** Signs in by user, as every D-Bus library does; null when it could not. */
function signIn(path: string, done: (bus: Socket | null) => void): void {
  const bus = connect(path);
  const failed = (): void => done(null);
  bus.on('error', () => bus.destroy());
  bus.once('close', failed);
  bus.once('data', (piece: Buffer) => {
    if (!piece.toString('latin1').startsWith('OK ')) return void bus.destroy();
    bus.off('close', failed);
    bus.write('BEGIN\r\n');
    done(bus);
  });
  const user = Buffer.from(String(process.getuid?.() ?? 0)).toString('hex');
  bus.write(`\0AUTH EXTERNAL ${user}\r\n`);
}

/** Lines with their ends; what follows BEGIN are messages, so no line is taken from there. */
function createLineReader(): { read(piece: Buffer): Generator<string>; rest(): Buffer } {
  let kept: Buffer = Buffer.alloc(0);
  return {
    *read(piece) {
      kept = Buffer.concat([kept, piece]);
      for (let end = kept.indexOf('\r\n'); end !== -1; end = kept.indexOf('\r\n')) {
        const line = kept.toString('latin1', 0, end + 2);
        kept = kept.subarray(end + 2);
        yield line;
      }
    },
    rest: () => kept,
  };
}
