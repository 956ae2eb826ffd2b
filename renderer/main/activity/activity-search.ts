import { useEffect, useRef, useState } from 'react';
import type { ActivityView } from '../../../shared/views.ts';
import { answerOf } from '../../state/ask.ts';
import { useVault, vaultCalls } from '../../state/window-stores.ts';
import { type ActivityFilter, holds, inOrder, passes } from './activity-words.ts';

/** A search answers with at most so many entries; fewer mean that there are no older ones. */
const SEARCH_MOST = 500;
/** The longest text a search takes. */
const LONGEST_TEXT = 200;
/** So many that fit are looked for before the search rests. */
const ENOUGH = 150;
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
const noPages = (of: string): Pages => ({ of, entries: [], oldest: undefined, done: false });

/** Searches on from `pages` until enough entries fit or the record ends. */
async function searchOn(
  pages: Pages,
  filter: ActivityFilter,
  stale: () => boolean,
): Promise<{ value: Pages } | { problem: string }> {
  const text = [filter.query, filter.bot, filter.login].filter(Boolean).join(' ').slice(0, LONGEST_TEXT);
  let { oldest, done } = pages;
  const fitting: ActivityView[] = [];
  while (!done && fitting.length < ENOUGH && !stale()) {
    const before = oldest === undefined ? {} : { before: oldest };
    const answer = await answerOf(vaultCalls()['activity.search']({ text, ...before }));
    if ('problem' in answer) return answer;
    fitting.push(...answer.value.filter((entry) => passes(filter, entry)));
    oldest = answer.value.at(-1)?.id ?? oldest;
    done = answer.value.length < SEARCH_MOST;
  }
  return { value: { ...pages, entries: [...pages.entries, ...fitting], oldest, done } };
}

/** What was found in the record, and the ways to go on. */
export interface FoundActivity {
  entries: ActivityView[];
  /** False once there is nothing older in the record. */
  older: boolean;
  busy: boolean;
  problem: string;
  more: () => void;
}

/** Entries of the whole record that pass the filter: those just pushed at once, older ones by search. */
export function useFoundActivity(filter: ActivityFilter): FoundActivity {
  const live = useVault((vault) => vault.activity);
  const key = JSON.stringify(filter);
  const [pages, setPages] = useState(noPages(key));
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const wanted = useRef(key);
  const current = pages.of === key ? pages : noPages(key);

  const search = async (from: Pages) => {
    const stale = () => wanted.current !== from.of;
    setBusy(true);
    const answer = await searchOn(from, filter, stale);
    if (stale()) return;
    setBusy(false);
    setProblem('problem' in answer ? answer.problem : '');
    if ('value' in answer) setPages(answer.value);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the filter
  useEffect(() => {
    wanted.current = key;
    const timer = setTimeout(() => void search(noPages(key)), TYPING_MS);
    return () => {
      clearTimeout(timer);
      wanted.current = '';
    };
  }, [key]);

  const fresh = live.filter((entry) => passes(filter, entry) && holds(entry, filter.query));
  return {
    entries: inOrder([...current.entries, ...fresh]),
    older: !current.done,
    busy,
    problem,
    more: () => void search(current),
  };
}
