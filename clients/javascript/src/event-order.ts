import type { WireEvent } from '../../../shared/protocol.ts';

/** Watches the sequence numbers of one connection's events. */
export interface EventOrder {
  /** Passes an event on; where events are missing before it, an `overflow` goes ahead. */
  take(event: WireEvent): void;
  /** The number that `subscribe` answered: the next event has one more. */
  startAt(seq: number): void;
}

/** @param onEvent Hears every event, and of gaps. */
export function watchEventOrder(onEvent: (event: WireEvent) => void): EventOrder {
  let last: number | undefined;
  return {
    take(event) {
      const complete = last === undefined || event.seq === last + 1;
      last = event.seq;
      if (!complete && event.type !== 'overflow') onEvent({ seq: event.seq, type: 'overflow' });
      onEvent(event);
    },
    startAt(seq) {
      // An event may have come in the same bytes as the answer, ahead of this call.
      last ??= seq;
    },
  };
}
