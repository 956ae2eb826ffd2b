/** Who asked for what, when, and what the answer was. Never a token, a key or a reason's secret. */
import { z } from 'zod';
import type { ActivityView } from '../../shared/views.ts';
import { reasonOf } from './accounts/store.ts';
import type { Deps } from './ports.ts';

const SHOWN = 300;

const line = z.object({
  at: z.number(),
  kind: z.string(),
  text: z.string(),
  bot: z.string().nullable(),
  login: z.string().nullable(),
  scopes: z.array(z.string()),
  ok: z.boolean(),
});
type Entry = z.infer<typeof line>;

/** The record of what happened, for the activity page. */
export interface Activity {
  load(): Promise<void>;
  add(
    kind: string,
    text: string,
    more?: { bot?: string; login?: string; scopes?: string[]; ok?: boolean },
  ): void;
  /** Newest first. */
  list(): ActivityView[];
  stop(): Promise<void>;
}

/** Starts empty; `load` brings back what earlier runs wrote. */
export function createActivity(
  deps: Pick<Deps, 'clock' | 'activity' | 'log'>,
  changed: () => void,
): Activity {
  let entries: ActivityView[] = [];
  let lastId = 0;
  let writing: Promise<void> = Promise.resolve();

  const keep = (entry: Entry): void => {
    lastId += 1;
    entries = [{ id: lastId, ...entry }, ...entries].slice(0, SHOWN);
  };

  return {
    async load() {
      const lines = await deps.activity.tail(SHOWN).catch((error): string[] => {
        deps.log.warn('activity could not be read', { reason: reasonOf(error) });
        return [];
      });
      for (const text of lines) {
        const entry = parse(text);
        if (entry !== null) keep(entry);
      }
    },
    add(kind, text, { bot, login, scopes = [], ok = true } = {}) {
      const entry = { at: deps.clock.now(), kind, text, bot: bot ?? null, login: login ?? null, scopes, ok };
      keep(entry);
      // Written behind the answer's back: a slow disk must not hold up bots.
      writing = writing
        .then(() => deps.activity.append(JSON.stringify(entry)))
        .catch((error) => deps.log.warn('activity could not be written', { reason: reasonOf(error) }));
      changed();
    },
    list: () => entries,
    stop: () => writing,
  };
}

function parse(text: string): Entry | null {
  try {
    const parsed = line.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null; // a line torn by a crash: the ones around it still count
  }
}
