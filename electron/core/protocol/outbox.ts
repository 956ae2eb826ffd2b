/** What goes to a peer: answers in order, events behind them; neither may pile up without end. */
import { LIMITS, type WireEventBody } from '../../../shared/protocol.ts';
import type { Pipe } from '../ports.ts';
import { type ErrorReply, errorReply } from './error-reply.ts';
import { answerTooLong } from './failures.ts';
import type { PauseHandle } from './flow-control.ts';

/** So much waits for a peer: it is not read from until it has taken its answers. */
const PAUSE_ABOVE_BYTES = 128 * 1024;
/** Answers kept for a peer that doesn't read; beyond, the connection is closed. */
const MAX_WAITING_BYTES = 1024 * 1024;

/** What answers a request, or tells that a line was none. */
type ResponseMessage = ErrorReply | { jsonrpc: '2.0'; id: number | string; result: unknown };

/** The way out to one peer. */
export interface Outbox {
  answer(message: ResponseMessage): void;
  /** From now on events are sent; returns the sequence number of the last one before the first. */
  subscribe(): number;
  event(body: WireEventBody): void;
  drained(): void;
}

/**
 * Writes straight through until the pipe says that it is full. Who asks faster than it reads is paused;
 * `overflowed` ends one to whom still more is owed.
 */
export function createOutbox(pipe: Pick<Pipe, 'write'>, peer: PauseHandle, overflowed: () => void): Outbox {
  const answers: string[] = [];
  let waitingBytes = 0;
  let events: WireEventBody[] = [];
  let seq: number | null = null;
  let blocked = false;

  const write = (line: string): void => {
    blocked = !pipe.write(line);
  };

  function writeEvent(body: WireEventBody): void {
    if (seq === null) return;
    seq += 1;
    write(lineOf({ jsonrpc: '2.0', method: 'event', params: { seq, ...body } }));
  }

  function flush(): void {
    while (!blocked && answers.length > 0) {
      const line = answers.shift() ?? '';
      waitingBytes -= line.length;
      blocked = !pipe.write(line);
    }
    while (!blocked && events.length > 0) {
      const next = events.shift();
      if (next) writeEvent(next);
    }
  }

  return {
    answer(message) {
      const line = answerLine(message);
      if (!blocked) return write(line);
      answers.push(line);
      waitingBytes += line.length;
      if (waitingBytes > PAUSE_ABOVE_BYTES) peer.pause();
      if (waitingBytes > MAX_WAITING_BYTES) overflowed();
    },
    subscribe() {
      seq ??= 0;
      return seq;
    },
    event(body) {
      if (seq === null) return;
      if (!blocked) return writeEvent(body);
      // A reader this slow gets one `overflow` in place of all it missed, and must ask `status`.
      if (events.length >= LIMITS.eventQueue) events = [{ type: 'overflow' }];
      else if (events[0]?.type !== 'overflow') events.push(body);
    },
    drained() {
      blocked = false;
      flush();
      if (answers.length === 0) peer.resume();
    },
  };
}

const lineOf = (message: unknown): string => `${JSON.stringify(message)}\n`;

/** An answer too long for a line would cost its bot the connection, again and again: it is told so instead. */
function answerLine(message: ResponseMessage): string {
  const line = lineOf(message);
  if (Buffer.byteLength(line) <= LIMITS.lineBytes) return line;
  return lineOf(errorReply(message.id, answerTooLong().error));
}
