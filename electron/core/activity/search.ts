import { CALL_LIMITS } from '../../../shared/ipc.ts';
import type { ActivityView } from '../../../shared/views.ts';
import { type Entry, entryView } from './entry.ts';

/**
 * The entries that hold every word, wherever: in the sentence, a name, a scope, a path. `entries` are newest
 * first, and so is the answer, of `searchResults` at most; `before` is the number of the last entry of the
 * page before.
 */
export function searchEntries(
  entries: readonly Entry[],
  text: string,
  before = Number.POSITIVE_INFINITY,
): ActivityView[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found: ActivityView[] = [];
  for (const entry of entries) {
    if (entry.id >= before || !words.every(isIn(entry))) continue;
    found.push(entryView(entry));
    if (found.length === CALL_LIMITS.searchResults) break;
  }
  return found;
}

function isIn({ kind, text, bot, login, scopes, peer }: Entry): (word: string) => boolean {
  const { claimed, pid, program, script, doubts = [] } = peer ?? {};
  const all = [kind, text, bot, login, ...scopes, claimed, program, script, ...doubts, pid && `pid ${pid}`];
  const hay = all.filter(Boolean).join('\n').toLowerCase();
  return (word) => hay.includes(word);
}
