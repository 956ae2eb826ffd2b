/** Keeps a program that asks in a loop from filling the record: what repeats is counted. */
import { type Entry, ownerOf } from './entry.ts';

/** Equal entries of one program within this time are one entry with a count. */
export const AGGREGATION_MS = 60_000;
/** So many different ones of one program are listed within that time; the others are counted together. */
const MAX_LISTED = 20;

/** Decides for each entry whether it is listed or counted. */
export interface Aggregation {
  /** The entry of which this is a repetition, to be counted there; or a new one, to be listed. */
  add(entry: Entry): { repeated: boolean; entry: Entry };
}

interface Minute {
  since: number;
  entries: Map<string, Entry>;
}

/** What the streamer and Castkey itself do is never counted together. */
export function createAggregation(): Aggregation {
  const minutes = new Map<string, Minute>();

  function minuteOf(owner: string, now: number): Minute {
    for (const [other, { since }] of minutes) if (isOver(since, now)) minutes.delete(other);
    const minute = minutes.get(owner) ?? { since: now, entries: new Map<string, Entry>() };
    minutes.set(owner, minute);
    return minute;
  }

  return {
    add(entry) {
      const owner = ownerOf(entry);
      if (owner === '') return { repeated: false, entry };
      const { entries } = minuteOf(owner, entry.at);
      const known = entries.get(sameAs(entry));
      if (known) return { repeated: true, entry: known };
      const listed = entries.size < MAX_LISTED || isDecision(entry) ? entry : summaryOf(entry);
      const before = entries.get(sameAs(listed));
      if (before) return { repeated: true, entry: before };
      entries.set(sameAs(listed), listed);
      return { repeated: false, entry: listed };
    },
  };
}

/** A clock that was set back ends a minute, too. */
const isOver = (since: number, now: number): boolean => now < since || now - since >= AGGREGATION_MS;

/** Two entries with the same one are equal but for when they happened and by which process. */
function sameAs({ kind, text, bot, login, scopes, ok, peer }: Entry): string {
  const { claimed, proved, program, script, doubts } = peer ?? {};
  return JSON.stringify([kind, text, bot, login, scopes, ok, claimed, proved, program, script, doubts]);
}

/** What the streamer allowed is listed whatever else goes on. */
const isDecision = ({ kind, ok }: Entry): boolean => ok && DECISIONS.has(kind);
const DECISIONS: ReadonlySet<string> = new Set(['pairing', 'approval', 'consent']);

function summaryOf(entry: Entry): Entry {
  const { peer } = entry;
  const bot = peer?.proved ? (entry.bot ?? peer.claimed) : null;
  const text = `More by ${bot ?? 'unknown programs'} within this minute, not listed one by one`;
  // Of many unproved programs none is shown as the one.
  const shown = peer && { ...peer, ...(peer.proved ? {} : NOBODY), pid: null };
  return { ...entry, kind: 'more', text, bot, login: null, scopes: [], ok: false, peer: shown };
}

const NOBODY = { claimed: null, uid: null, program: null, script: null, doubts: [] };
