import { setImmediate, setTimeout } from 'node:timers/promises';
import { LIMITS } from '../../../shared/protocol.ts';
import type { Visit } from './client-connection.ts';

/** How answers travel to the client. */
export type Delivery = (visit: Visit, answer: Buffer) => Promise<void> | void;

/** Milliseconds in which a further request may come before answers are sent the other way round. */
const REORDER_MS = 40;
/** Milliseconds of a pause in the middle of a character: enough for its first half to be read alone. */
const HALF_CHARACTER_MS = 15;

/** As it should be. */
export const atOnce: Delivery = (visit, answer) => void visit.socket.write(answer);

const underWay = new WeakMap<Visit, Promise<void>>();

/** Byte by byte; where a character has more than one, with a pause behind the first. */
export const byteByByte: Delivery = (visit, answer) => {
  const earlier = underWay.get(visit) ?? Promise.resolve();
  const sent = earlier.then(() => dribble(visit, answer));
  underWay.set(visit, sent);
  return sent;
};

async function dribble({ socket }: Visit, answer: Buffer): Promise<void> {
  for (const byte of answer) {
    if (!socket.writable) return;
    socket.write(Uint8Array.of(byte));
    await (byte >= 0xc0 ? setTimeout(HALF_CHARACTER_MS) : setImmediate());
  }
}

const held = new WeakMap<Visit, Buffer[]>();

/** Requests that come together are answered the other way round; the handshake waits for nobody. */
export const reversed: Delivery = async (visit, answer) => {
  if (!visit.authenticated) return atOnce(visit, answer);
  const waiting = held.get(visit) ?? [];
  held.set(visit, [answer, ...waiting]);
  await setTimeout(REORDER_MS);
  const all = held.get(visit) ?? [];
  held.set(visit, []);
  if (all.length > 0) visit.socket.write(Buffer.concat(all));
};

const line = (message: object): string => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`;

function longest(): string {
  const bare = line({ method: 'later', params: { pad: '' } }).length;
  return line({ method: 'later', params: { pad: 'x'.repeat(LIMITS.lineBytes - bare) } });
}

/** With things in between that no client of version 1 knows, in one piece with the answer. */
export const amongUnknown: Delivery = (visit, answer) => {
  const strange = [
    line({ method: 'event', params: { seq: 1, type: 'sun.rose', at: 'dawn' } }),
    line({ method: 'later', params: [1, 2, 3] }),
    line({ id: 987_654_321, result: { nobody: 'asked' } }),
    longest(),
  ];
  visit.socket.write(Buffer.concat([Buffer.from(strange.join('')), answer]));
};
