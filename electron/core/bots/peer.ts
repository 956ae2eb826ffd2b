/** Who is at the other end of a connection, as limits, the record and the windows tell it. */
import type { PeerDoubt, PeerView } from '../../../shared/views.ts';
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
  return { claimed, proved, pid, uid, program, script, doubts: doubtsOf(peer) };
}

/** Why what the system says of a peer may not be so; empty where nothing speaks against it. */
export function doubtsOf(peer: Peer): PeerDoubt[] {
  const { otherNamespace, otherFile, connection, late, replaceable } = peer;
  const doubts: (PeerDoubt | false)[] = [
    otherNamespace && 'other-namespace',
    otherFile === true && 'other-file',
    connection === 'inherited' && 'inherited',
    connection === 'elsewhere' && 'elsewhere',
    // Also of one that seems to have opened its connection itself: given time, what it was left can look the same.
    late && 'late',
    replaceable && 'replaceable',
  ];
  return doubts.filter((doubt) => doubt !== false);
}

/**
 * Whether another program is at the other end than before: it has ended, runs another file by now, or handed its
 * connection on. Two looks at the same connection.
 */
export function peerChanged(before: Peer, after: Peer): boolean {
  if (after.connection === 'elsewhere') return true;
  if (before.pid !== after.pid || before.uid !== after.uid) return true;
  if (before.otherNamespace !== after.otherNamespace) return true;
  if (before.run !== after.run) return true;
  // A program may rename itself and its command line, and its file may be replaced by an update: neither is another run.
  if (before.run !== null && !before.replaceable && !after.replaceable) return false;
  return before.program !== after.program || before.script !== after.script;
}
