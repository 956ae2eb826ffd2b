import type { AskerView } from '../../../shared/views.ts';
import type { PeerFacts } from '../ports.ts';

/** Who was at the other end, for the record: what it said, and what was checked. */
export function askerOf(claimed: string | null, proved: boolean, facts: PeerFacts): AskerView {
  const { pid, uid, program, script } = facts;
  return { claimed, proved, pid, uid, program, script };
}
