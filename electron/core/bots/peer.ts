import type { Peer } from '../ports.ts';

/** What the source of a peer is of whom the system tells nothing. */
export const UNKNOWN_PROGRAM = 'unknown';

/**
 * Which program a peer is, for limits: as the system tells it, not by its name, which it chooses itself.
 * Peers of whom the system tells nothing share one.
 */
export function programOf({ uid, program, script }: Peer): string {
  return program === null ? UNKNOWN_PROGRAM : JSON.stringify([uid, program, script]);
}
