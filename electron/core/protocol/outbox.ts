/** What goes to a peer: answers in order, events behind them; neither may pile up without end. */
import { type BotState, LIMITS, type WireEventBody } from '../../../shared/protocol.ts';
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
  /**
   * Answers a subscription: the number of the event before the first, and the whole state at this very moment. From now
   * on events are sent.
   */
  subscribe(id: number | string): void;
  isSubscribed(): boolean;
  event(body: WireEventBody): void;
  drained(): void;
}

/** What an outbox is told. */
export interface OutboxListeners {
  /** Ends a peer to whom too much is owed. */
  overflowed(): void;
  /** The whole state the peer may see, in parts that fit into lines. */
  state(): BotState[];
}

/** Writes straight through until the pipe says that it is full. Who asks faster than it reads is paused. */
export function createOutbox(
  pipe: Pick<Pipe, 'write'>,
  peer: PauseHandle,
  { overflowed, state }: OutboxListeners,
): Outbox {
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
      // As it stands only now: it has all that was dropped until here.
      if (next?.type === 'overflow') events = state().map(stateEvent);
    }
  }

  function answer(message: ResponseMessage): void {
    const line = answerLine(message);
    if (!blocked) return write(line);
    answers.push(line);
    waitingBytes += line.length;
    if (waitingBytes > PAUSE_ABOVE_BYTES) peer.pause();
    if (waitingBytes > MAX_WAITING_BYTES) overflowed();
  }

  function event(body: WireEventBody): void {
    if (seq === null) return;
    if (!blocked) return writeEvent(body);
    // A reader this slow gets one `overflow` in place of all it missed, and then the state.
    if (events.length >= LIMITS.eventQueue) events = [{ type: 'overflow' }];
    else if (events[0]?.type !== 'overflow') events.push(body);
  }

  return {
    answer,
    event,
    isSubscribed: () => seq !== null,
    subscribe(id) {
      seq ??= 0;
      events = []; // what waits is in the state
      const [first, ...rest] = state();
      answer({ jsonrpc: '2.0', id, result: { seq, ...first } });
      for (const part of rest) event(stateEvent(part));
    },
    drained() {
      blocked = false;
      flush();
      if (answers.length === 0) peer.resume();
    },
  };
}

const stateEvent = (part: BotState): WireEventBody => ({ type: 'state', ...part });

const lineOf = (message: unknown): string => `${JSON.stringify(message)}\n`;

/** An answer too long for a line would cost its bot the connection, again and again: it is told so instead. */
function answerLine(message: ResponseMessage): string {
  const line = lineOf(message);
  if (Buffer.byteLength(line) <= LIMITS.lineBytes) return line;
  return lineOf(errorReply(message.id, answerTooLong().error));
}
