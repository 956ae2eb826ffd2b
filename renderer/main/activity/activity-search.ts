import { useEffect, useRef, useState } from 'react';
import { CALL_LIMITS } from '../../../shared/ipc.ts';
import type { ActivityView } from '../../../shared/views.ts';
import { answerOf } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { useVault } from '../../state/window-stores.ts';
import { type ActivityFilter, matchesQuery, passesFilter } from './activity-filter.ts';
import { newestFirst } from './activity-words.ts';

/** So many entries are shown at once, and looked for before the search rests. */
export const PAGE_SIZE = 150;
/** Typing is over when nothing was typed for so long. */
const TYPING_MS = 200;

interface Pages {
  /** What they were searched for. */
  of: string;
  entries: ActivityView[];
  /** The number of the oldest entry looked at. */
  oldest: number | undefined;
  /** True when the record has nothing older. */
  done: boolean;
}
const emptyPages = (of: string): Pages => ({ of, entries: [], oldest: undefined, done: false });

/** Searches on from `pages` until enough entries fit or the record ends. */
async function searchMore(
  pages: Pages,
  filter: ActivityFilter,
  stale: () => boolean,
): Promise<{ value: Pages } | { problem: string }> {
  const text = [filter.query, filter.bot, filter.login]
    .filter(Boolean)
    .join(' ')
    .slice(0, CALL_LIMITS.searchText);
  let { oldest, done } = pages;
  const fitting: ActivityView[] = [];
  while (!done && fitting.length < PAGE_SIZE && !stale()) {
    const before = oldest === undefined ? {} : { before: oldest };
    const answer = await answerOf(vaultCalls()['activity.search']({ text, ...before }));
    if ('problem' in answer) return answer;
    fitting.push(...answer.value.filter((entry) => passesFilter(filter, entry)));
    oldest = answer.value.at(-1)?.id ?? oldest;
    done = answer.value.length < CALL_LIMITS.searchResults;
  }
  return { value: { ...pages, entries: [...pages.entries, ...fitting], oldest, done } };
}

/** What was found in the record, and how to find more. */
export interface ActivitySearch {
  entries: ActivityView[];
  /** False once there is nothing older in the record. */
  older: boolean;
  busy: boolean;
  problem: string;
  more: () => void;
}

/** Entries of the whole record that pass the filter: those just pushed at once, older ones by search. */
export function useActivitySearch(filter: ActivityFilter): ActivitySearch {
  const live = useVault((vault) => vault.activity);
  const key = JSON.stringify(filter);
  const [pages, setPages] = useState(emptyPages(key));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const wanted = useRef(key);
  const current = pages.of === key ? pages : emptyPages(key);

  const search = async (from: Pages) => {
    const stale = () => wanted.current !== from.of;
    setBusy(true);
    const answer = await searchMore(from, filter, stale);
    if (stale()) return;
    setBusy(false);
    setProblem('problem' in answer ? answer.problem : '');
    if ('value' in answer) setPages(answer.value);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the filter
  useEffect(() => {
    wanted.current = key;
    const timer = setTimeout(() => void search(emptyPages(key)), TYPING_MS);
    return () => {
      clearTimeout(timer);
      wanted.current = '';
    };
  }, [key]);

  const fresh = live.filter((entry) => passesFilter(filter, entry) && matchesQuery(entry, filter.query));
  return {
    entries: newestFirst([...current.entries, ...fresh]),
    older: !current.done,
    busy,
    problem,
    more: () => void search(current),
  };
}
