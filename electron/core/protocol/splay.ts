/** Bots that restart for a new token do so one after the other: a stream that loses all of them in one second stands still. */
import type { VaultEvent } from '../events.ts';

/** Milliseconds between two turns where time allows. */
const TURN_MS = 2_000;

/** A connection, as far as turns are concerned. */
export interface Hearer {
  /** Whether it is told of this account. */
  hears(userId: string): boolean;
}

/**
 * What each connection hears of an event, in order. All hear of it at once, for a client must know what is so; only in `splayMs`
 * they differ: each has its turn within the time that the event gives them. One without it gives none.
 */
export function splayed<H extends Hearer>(event: VaultEvent, hearers: readonly H[]): [H, VaultEvent][] {
  const window = event.type === 'token.changed' ? event.splayMs : undefined;
  if (event.type !== 'token.changed' || window === undefined) return hearers.map((one) => [one, event]);
  const concerned = hearers.filter((one) => one.hears(event.userId));
  const turnMs = Math.min(TURN_MS, window / Math.max(1, concerned.length - 1));
  return hearers.map((one) => {
    const turn = concerned.indexOf(one);
    return [one, turn < 0 ? event : { ...event, splayMs: Math.round(turn * turnMs) }];
  });
}
