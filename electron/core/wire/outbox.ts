/** What goes to a peer: answers in order, events behind them; neither may pile up without end. */
import { LIMITS, type WireEventBody } from '../../../shared/wire.ts';
import type { Pipe } from '../ports.ts';
import type { Brake } from './brakes.ts';

/** So much waits for a peer: it is not read from until it has taken its answers. */
const MANY_WAITING_BYTES = 128 * 1024;
/** Answers kept for a peer that doesn't read; beyond, the connection is closed. */
const MOST_WAITING_BYTES = 1024 * 1024;

/** The way out to one peer. */
export interface Outbox {
  answer(message: unknown): void;
  /** From now on events are sent; returns the sequence number of the last one before the first. */
  subscribe(): number;
  event(body: WireEventBody): void;
  drained(): void;
}

/**
 * Writes straight through until the pipe says that it is full. Who asks faster than it reads is braked;
 * `giveUp` ends one to whom still more is owed.
 */
export function createOutbox(pipe: Pick<Pipe, 'write'>, brake: Brake, giveUp: () => void): Outbox {
  const answers: string[] = [];
  let waitingBytes = 0;
  let events: WireEventBody[] = [];
  let seq: number | null = null;
  let blocked = false;

  const write = (message: unknown): void => {
    blocked = !pipe.write(`${JSON.stringify(message)}\n`);
  };

  function writeEvent(body: WireEventBody): void {
    if (seq === null) return;
    seq += 1;
    write({ jsonrpc: '2.0', method: 'event', params: { seq, ...body } });
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
      if (!blocked) return write(message);
      const line = `${JSON.stringify(message)}\n`;
      answers.push(line);
      waitingBytes += line.length;
      if (waitingBytes > MANY_WAITING_BYTES) brake.pause();
      if (waitingBytes > MOST_WAITING_BYTES) giveUp();
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
      if (answers.length === 0) brake.resume();
    },
  };
}
