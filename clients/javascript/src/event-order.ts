import type { WireEvent } from '../../../shared/protocol.ts';
import type { ReceivedEvent } from './read-messages.ts';

/** Watches the sequence numbers of one connection's events. */
export interface EventOrder {
  /** Passes an event on if it is a known one; where events are missing before it, an `overflow` goes ahead. */
  take(event: ReceivedEvent): void;
  /** The number that `subscribe` answered: the next event has one more. What came before this call is passed on now. */
  startAt(seq: number): void;
}

/** @param onEvent Hears every event, and of gaps; nothing before `startAt`. */
export function watchEventOrder(onEvent: (event: WireEvent) => void): EventOrder {
  let last: number | undefined;
  let early: ReceivedEvent[] = [];
  const take = (event: ReceivedEvent): void => {
    if (last === undefined) return void early.push(event);
    const complete = event.seq === last + 1;
    last = event.seq;
    if (!complete && event.type !== 'overflow') onEvent({ seq: event.seq, type: 'overflow' });
    if (event.type !== 'unknown') onEvent(event);
  };
  return {
    take,
    startAt(seq) {
      last = seq;
      for (const event of early) take(event);
      early = [];
    },
  };
}
