/** One line of the record: what happened, and who was at the other end. Never a token or a key. */
import { z } from 'zod';
import { ACTIVITY_KINDS } from '../../../shared/activity-kinds.ts';
import { parseJson } from '../../../shared/parse-json.ts';
import type { ActivityView } from '../../../shared/views.ts';

const peer = z.object({
  claimed: z.string().nullable(),
  proved: z.boolean(),
  pid: z.number().nullable(),
  uid: z.number().nullable(),
  program: z.string().nullable(),
  script: z.string().nullable(),
  /** Lines of older versions have none, and those of newer ones may know more. */
  doubts: z
    .array(z.enum(['other-namespace', 'other-file', 'inherited', 'elsewhere', 'late', 'replaceable']))
    .catch([]),
});
/** A line of the file. Its field names are those of the first version and stay. */
const line = z.object({
  /** Its number, higher than those before; 0 in lines of older versions. */
  id: z.int().nonnegative().catch(0),
  at: z.number(),
  /** A kind that only a newer Castkey knows is shown as unknown; the line in the file stays as it is. */
  kind: z.enum(ACTIVITY_KINDS).catch('unknown'),
  text: z.string(),
  bot: z.string().nullable(),
  login: z.string().nullable(),
  scopes: z.array(z.string()),
  ok: z.boolean(),
  /** Older lines have none. */
  asker: peer.nullable().catch(null),
  /** How often it happened within a minute. */
  times: z.int().positive().catch(1),
});
type Line = z.infer<typeof line>;

/** One entry of the record in memory; `peer` is who was at the other end of the connection. */
export type Entry = Omit<Line, 'asker'> & { peer: Line['asker'] };

/** Null for a line that was torn by a crash, or isn't one: the lines around it still count. */
export function parseEntry(text: string): Entry | null {
  const parsed = line.safeParse(parseJson(text));
  if (!parsed.success) return null;
  const { asker, ...entry } = parsed.data;
  return { ...entry, peer: asker };
}

/** The line that is written for an entry; the file has always called the peer `asker`. */
export function lineOf({ peer, ...entry }: Entry): Line {
  return { ...entry, asker: peer };
}

/**
 * The entries of a file's lines, in their order and numbered. One that was written again, having counted
 * further, is there once.
 */
export function readEntries(lines: readonly string[]): Entry[] {
  const found = new Map<number, Entry>();
  let last = 0;
  for (const text of lines) {
    const entry = parseEntry(text);
    if (entry === null) continue;
    const known = found.get(entry.id);
    if (known?.at === entry.at && known.text === entry.text) {
      known.times = Math.max(known.times, entry.times);
      continue;
    }
    last = entry.id > last ? entry.id : last + 1;
    found.set(last, { ...entry, id: last });
  }
  return [...found.values()];
}

/**
 * Who fills the record with it: a bot, or all programs that aren't paired together, since they may call themselves
 * anything. Empty for what the streamer and Castkey itself do.
 */
export function ownerOf({ peer, bot }: Pick<Entry, 'peer' | 'bot'>): string {
  if (peer === null) return '';
  return peer.proved ? `bot ${bot ?? peer.claimed}` : 'unproved';
}

/** The entry as windows show it. */
export function entryView({ times, ...entry }: Entry): ActivityView {
  return { ...entry, text: times > 1 ? `${entry.text} (×${times})` : entry.text };
}
