/** Who asked for what, when, and what the answer was. Never a token, a key or a reason's secret. */
import type { ActivityKind } from '../../../shared/activity-kinds.ts';
import type { ActivityView, PeerView } from '../../../shared/views.ts';
import type { Deps } from '../ports.ts';
import { reasonOf } from '../result.ts';
import { createTaskQueue } from '../task-queue.ts';
import { AGGREGATION_MS, createAggregation } from './aggregation.ts';
import { type Entry, entryView, lineOf, ownerOf, readEntries } from './entry.ts';
import { fairShare } from './fair-share.ts';

/** So many entries are kept at hand, about what the file holds. */
const MAX_ENTRIES = 5_000;
/** Room before the list is thinned out, so that it isn't with each entry. */
const ROOM = 500;

/** What an entry may say besides its text. */
export interface ActivityDetails {
  bot?: string;
  login?: string;
  scopes?: readonly string[];
  ok?: boolean;
  /** Who was at the other end, where a local program was involved. */
  peer?: PeerView;
}

/** The record of what happened. */
export interface Activity {
  load(): Promise<void>;
  /** Equal ones of one program within a minute are counted rather than listed. */
  add(kind: ActivityKind, text: string, more?: ActivityDetails): void;
  /** Newest first. */
  list(max: number): ActivityView[];
  /** All that is kept by now, newest first. */
  all(): readonly Entry[];
  stop(): Promise<void>;
}

/** Starts empty; `load` brings back what earlier runs wrote. */
export function createActivity(
  deps: Pick<Deps, 'clock' | 'timers' | 'activity' | 'log'>,
  changed: () => void,
): Activity {
  const aggregation = createAggregation();
  /** Newest first. */
  let entries: Entry[] = [];
  let lastId = 0;
  const queue = createTaskQueue();
  /** Entries that have counted further than the file says. */
  const counted = new Set<Entry>();
  let cancelFlush: (() => void) | null = null;

  const keep = (entry: Entry): void => {
    lastId = entry.id;
    entries.unshift(entry);
    if (entries.length > MAX_ENTRIES + ROOM) entries = fairShare(entries, MAX_ENTRIES, ownerOf, () => 1);
  };

  // Written behind the answer's back: a slow disk must not hold up bots.
  const write = (entry: Entry): void => {
    const text = JSON.stringify(lineOf(entry));
    queue
      .run('activity', () => deps.activity.append(text))
      .catch((error) => deps.log.warn('activity could not be written', { reason: reasonOf(error) }));
  };

  const flush = (): void => {
    cancelFlush?.();
    cancelFlush = null;
    for (const entry of counted) write(entry);
    counted.clear();
  };

  return {
    async load() {
      const lines = await deps.activity.tail(Number.POSITIVE_INFINITY).catch((error): string[] => {
        deps.log.warn('activity could not be read', { reason: reasonOf(error) });
        return [];
      });
      for (const entry of readEntries(lines)) keep(entry);
    },
    add(kind, text, { bot, login, scopes = [], ok = true, peer } = {}) {
      const { repeated, entry } = aggregation.add({
        ...{ id: lastId + 1, at: deps.clock.now(), kind, text, ok, times: 1 },
        ...{ bot: bot ?? null, login: login ?? null, scopes: [...scopes], peer: peer ?? null },
      });
      if (repeated) {
        entry.times += 1;
        counted.add(entry);
        cancelFlush ??= deps.timers.after(AGGREGATION_MS, flush);
      } else {
        keep(entry);
        write(entry);
      }
      changed();
    },
    list: (max) => entries.slice(0, max).map(entryView),
    all: () => [...entries],
    stop() {
      flush();
      return queue.settled();
    },
  };
}
