import { setImmediate, setTimeout } from 'node:timers/promises';
import { LIMITS } from '../../../shared/protocol.ts';
import type { ClientConnection } from './client-connection.ts';

/** How answers travel to the client. */
export type SendAnswer = (connection: ClientConnection, answer: Buffer) => Promise<void> | void;

/** Milliseconds in which a further request may come before answers are sent the other way round. */
const REORDER_MS = 40;
/** Milliseconds of a pause in the middle of a character: enough for its first half to be read alone. */
const HALF_CHARACTER_MS = 15;

/** As it should be. */
export const sendWhole: SendAnswer = (connection, answer) => void connection.socket.write(answer);

const underWay = new WeakMap<ClientConnection, Promise<void>>();

/** Byte by byte; where a character has more than one, with a pause behind the first. */
export const sendByteByByte: SendAnswer = (connection, answer) => {
  const earlier = underWay.get(connection) ?? Promise.resolve();
  const sent = earlier.then(() => sendBytes(connection, answer));
  underWay.set(connection, sent);
  return sent;
};

async function sendBytes({ socket }: ClientConnection, answer: Buffer): Promise<void> {
  for (const byte of answer) {
    if (!socket.writable) return;
    socket.write(Uint8Array.of(byte));
    await (byte >= 0xc0 ? setTimeout(HALF_CHARACTER_MS) : setImmediate());
  }
}

const waitingAnswers = new WeakMap<ClientConnection, Buffer[]>();

/** Requests that come together are answered the other way round; the handshake waits for nobody. */
export const sendReversed: SendAnswer = async (connection, answer) => {
  if (!connection.authenticated) return sendWhole(connection, answer);
  const waiting = waitingAnswers.get(connection) ?? [];
  waitingAnswers.set(connection, [answer, ...waiting]);
  await setTimeout(REORDER_MS);
  const all = waitingAnswers.get(connection) ?? [];
  waitingAnswers.set(connection, []);
  if (all.length > 0) connection.socket.write(Buffer.concat(all));
};

const line = (message: object): string => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`;

function longest(): string {
  const bare = line({ method: 'later', params: { pad: '' } }).length;
  return line({ method: 'later', params: { pad: 'x'.repeat(LIMITS.lineBytes - bare) } });
}

/** With things in between that no client of version 1 knows, in one piece with the answer. */
export const sendAmongUnknown: SendAnswer = (connection, answer) => {
  const strange = [
    line({ method: 'event', params: { seq: 1, type: 'sun.rose', at: 'dawn' } }),
    line({ method: 'later', params: [1, 2, 3] }),
    line({ id: 987_654_321, result: { nobody: 'asked' } }),
    longest(),
  ];
  connection.socket.write(Buffer.concat([Buffer.from(strange.join('')), answer]));
};
