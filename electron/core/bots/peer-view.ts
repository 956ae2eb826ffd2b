import type { PeerView } from '../../../shared/views.ts';
import type { Peer } from '../ports.ts';

/** Who was at the other end, for the record: what it said, and what was checked. */
export function peerView(claimed: string | null, proved: boolean, facts: Peer): PeerView {
  const { pid, uid, program, script } = facts;
  return { claimed, proved, pid, uid, program, script };
}
