/** Who is at the other end of a connection, as limits, the record and the windows tell it. */
import type { PeerView } from '../../../shared/views.ts';
import type { Peer } from '../ports.ts';

/** What `programOf` gives for a peer of whom the system tells nothing. */
export const UNKNOWN_PROGRAM = 'unknown';

/**
 * Which program a peer is, for limits: as the system tells it, not by its name, which it chooses itself.
 * Peers of whom the system tells nothing share one.
 */
export function programOf({ uid, program, script }: Peer): string {
  return program === null ? UNKNOWN_PROGRAM : JSON.stringify([uid, program, script]);
}

/**
 * For the record: the name it gave itself, whether it proved the key of the bot of that name, and what the
 * system says.
 */
export function peerView(claimed: string | null, proved: boolean, peer: Peer): PeerView {
  const { pid, uid, program, script } = peer;
  return { claimed, proved, pid, uid, program, script };
}
