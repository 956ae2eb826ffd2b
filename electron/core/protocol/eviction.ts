/** Which connection is evicted for a new one when as many are open as there may be. */
import { UNKNOWN_PROGRAM } from '../bots/peer.ts';

/** A connection, as far as eviction is concerned. */
export interface EvictionCandidate {
  /** Its program, as far as the system tells. */
  program: string;
  /** `authenticated`: proved its key. `pairing`: the streamer has been asked about it. */
  stage(): 'new' | 'pairing' | 'authenticated';
}

/**
 * The connection to evict; null when none is, and the newcomer has to go. One that has proved its key
 * never is. Of the others it is the oldest of the program that holds most, so that a program which opens
 * connection after connection takes them from itself: its own newcomers find none. Programs that can't be
 * told apart (`UNKNOWN_PROGRAM`) are not held to be one.
 */
export function chooseEviction<C extends EvictionCandidate>(
  connections: Iterable<C>,
  newcomer: string,
): C | null {
  const candidates = [...connections].filter((one) => one.stage() !== 'authenticated');
  const held = new Map<string, C[]>();
  for (const one of candidates) held.set(one.program, [...(held.get(one.program) ?? []), one]);
  const [[program, largest] = ['', []]] = [...held].sort(([, one], [, other]) => other.length - one.length);
  if (program === newcomer && program !== UNKNOWN_PROGRAM) return null;
  return largest.find((one) => one.stage() === 'new') ?? largest[0] ?? null;
}
