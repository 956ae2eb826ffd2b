import { connect, type Socket } from 'node:net';
import { type BusMessage, createMessageReader, disconnectedReply, helloCall } from './message.ts';
import { signIn } from './sign-in.ts';

const RETRY_MS = 1000;
const HELLO_SERIAL = 0xfffffffe;
/** Calls that a bus remembers something by: they are said again to the one that comes after it. */
const LASTING: ReadonlySet<string> = new Set(['AddMatch', 'RequestName', 'RegisterStatusNotifierItem']);
const MAX_LASTING = 1000;
/** Of the texts before the first message. */
const MAX_LINE_BYTES = 16 * 1024;

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
      lasting.set(message.bytes.toString('latin1', 12), Buffer.from(message.bytes)); // not all that it came with
    if (bus !== null) {
      if (message.wantsReply) waiting.add(message.serial);
      pass(message.bytes, client, bus);
    } else if (message.wantsReply) client.write(disconnectedReply(message.serial));
  };
  const fromBus = (message: BusMessage): void => {
    if (message.answers === HELLO_SERIAL) return;
    if (message.answers !== null) waiting.delete(message.answers);
    if (bus !== null) pass(message.bytes, bus, client);
  };
  const attach = (to: Socket): void => {
    bus = to;
    onMessages(to, fromBus, () => to.destroy());
    to.once('close', lose);
  };
  const lose = (): void => {
    bus = null;
    client.resume();
    for (const serial of waiting) client.write(disconnectedReply(serial));
    waiting.clear();
    later();
  };
  const later = (): void => {
    const timer = setTimeout(() => {
      if (client.destroyed) return;
      signIn(connect(path), (to) => {
        if (to === null) return later();
        if (client.destroyed) return void to.destroy();
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
    onMessages(client, fromClient, () => client.destroy());
  });
}

/** What comes from a socket, message by message; `refuse` is called when it is none. */
function onMessages(from: Socket, take: (message: BusMessage) => void, refuse: () => void): void {
  const read = createMessageReader();
  from.on('data', (piece: Buffer) => {
    try {
      for (const message of read(piece)) take(message);
    } catch {
      refuse(); // whoever sent it is told by that; an error here would end the thread, and Castkey with it
    }
  });
}

/** Reads on only when `to` has taken what is there, so that nothing heaps up. */
function pass(bytes: Buffer, from: Socket, to: Socket): void {
  if (to.write(bytes) || from.isPaused()) return;
  from.pause();
  to.once('drain', () => from.resume());
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
    if (lines.rest().length > MAX_LINE_BYTES) end();
  };
  client.once('close', () => bus.destroy());
  bus.on('error', () => bus.destroy());
  bus.on('data', back).once('close', end);
  client.on('data', onLines);
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
