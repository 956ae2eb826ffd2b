/** How much a backup may hold. Its author may be anybody, and bots wait while it is looked through. */
import { z } from 'zod';

/** More than anybody has of anything that a backup lists. */
const MAX_ENTRIES = { applications: 100, accounts: 200, intents: 2_000, bots: 1_000 } as const;
/** Characters of all accounts' tokens; one with fifty former ones has 4,000. */
const MAX_SEALED = 1024 * 1024;
/** Values of all kinds, one inside the other or side by side; a hundred bots with five grants each have 8,000. */
const MAX_VALUES = 30_000;

const lists = z.looseObject({
  /** Backups of Castkey 0.1 have none. */
  applications: z.custom<unknown[]>(Array.isArray).optional(),
  accounts: z.custom<{ sealed?: unknown }[]>(Array.isArray),
  intents: z.custom<unknown[]>(Array.isArray),
  bots: z.custom<unknown[]>(Array.isArray),
});

/** Counts before anything is checked: checking a hundred thousand entries takes seconds, counting them none. */
export function isOfSensibleSize(value: unknown): boolean {
  const found = lists.safeParse(value);
  if (!found.success) return false;
  const { applications = [], accounts, intents, bots } = found.data;
  return (
    applications.length <= MAX_ENTRIES.applications &&
    accounts.length <= MAX_ENTRIES.accounts &&
    intents.length <= MAX_ENTRIES.intents &&
    bots.length <= MAX_ENTRIES.bots &&
    accounts.reduce((sum, one) => sum + String(one?.sealed ?? '').length, 0) <= MAX_SEALED &&
    hasAtMost(value, MAX_VALUES)
  );
}

/** Whether there are at most so many values in it; looks at no more than that. */
function hasAtMost(value: unknown, max: number): boolean {
  const open: unknown[] = [value];
  for (let seen = 0; open.length > 0; seen += 1) {
    if (seen > max || open.length > max) return false;
    const next = open.pop();
    if (typeof next !== 'object' || next === null) continue;
    for (const inner of Object.values(next)) {
      if (open.push(inner) > max) return false;
    }
  }
  return true;
}
