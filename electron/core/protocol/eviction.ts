/** Who may have one of the places for connections when all are taken. */

import { UNKNOWN_PROGRAM } from '../bots/peer.ts';

/** A connection that holds a place. */
export interface Place {
  /** Its program, as far as the system tells. */
  source: string;
  /** `known`: proved its key. `asking`: the streamer has been asked about it. */
  standing(): 'new' | 'asking' | 'known';
}

/**
 * The connection that makes room for a newcomer; null when nobody does and the newcomer has to go. One
 * that has proved its key never does. Of the others it is the oldest of the program that holds most, so
 * that a program which takes place after place takes them from itself: its own newcomers find none.
 * Programs that can't be told apart (`UNKNOWN_PROGRAM`) are not held to be one.
 */
export function chooseEviction<P extends Place>(places: Iterable<P>, newcomer: string): P | null {
  const strangers = [...places].filter((place) => place.standing() !== 'known');
  const held = new Map<string, P[]>();
  for (const place of strangers) held.set(place.source, [...(held.get(place.source) ?? []), place]);
  const [[source, most] = ['', []]] = [...held].sort(([, one], [, other]) => other.length - one.length);
  if (source === newcomer && source !== UNKNOWN_PROGRAM) return null;
  return most.find((place) => place.standing() === 'new') ?? most[0] ?? null;
}
