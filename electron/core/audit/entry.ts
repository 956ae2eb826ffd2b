/** One line of the record: what happened, and who was at the other end. Never a token or a key. */
import { z } from 'zod';
import type { ActivityView } from '../../../shared/views.ts';

const asker = z.object({
  claimed: z.string().nullable(),
  proved: z.boolean(),
  pid: z.number().nullable(),
  uid: z.number().nullable(),
  program: z.string().nullable(),
  script: z.string().nullable(),
});
const line = z.object({
  /** Its number, higher than those before; 0 in lines of older versions. */
  id: z.int().nonnegative().catch(0),
  at: z.number(),
  kind: z.string(),
  text: z.string(),
  bot: z.string().nullable(),
  login: z.string().nullable(),
  scopes: z.array(z.string()),
  ok: z.boolean(),
  /** Older lines have none. */
  asker: asker.nullable().catch(null),
  /** How often it happened within a minute. */
  times: z.int().positive().catch(1),
});
/** An entry as it is written down. */
export type Entry = z.infer<typeof line>;

/** Null for a line that was torn by a crash, or isn't one: the lines around it still count. */
export function parseEntry(text: string): Entry | null {
  try {
    const parsed = line.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null; // torn
  }
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
 * Who fills the record with it: a bot, or all strangers together, since a stranger may call itself
 * anything. Empty for what the streamer and Castkey itself do.
 */
export function ownerOf({ asker, bot }: Pick<Entry, 'asker' | 'bot'>): string {
  if (asker === null) return '';
  return asker.proved ? `bot ${bot ?? asker.claimed}` : 'stranger';
}

/** The entry as windows show it. */
export function entryView({ times, ...entry }: Entry): ActivityView {
  return { ...entry, text: times > 1 ? `${entry.text} (×${times})` : entry.text };
}
