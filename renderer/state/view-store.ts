import { create, type StoreApi, type UseBoundStore } from 'zustand';
import type { CallResult } from '../../shared/ipc.ts';

/** What a window knows: nothing before the first answer, then always the newest state. */
export interface Feed<V> {
  view: V | null;
  /** True once the main process has answered, even if with nothing. */
  heard: boolean;
}
export type FeedStore<V> = UseBoundStore<StoreApi<Feed<V>>>;

/** Where a feed gets its states from: a part of the window's bridge. */
export interface FeedSource<V> {
  read: () => Promise<CallResult<V | null>>;
  onState: (listener: (view: V | null) => void) => () => void;
}

/** The one store of a window. */
export function createFeed<V>(): FeedStore<V> {
  return create<Feed<V>>(() => ({ view: null, heard: false }));
}

const seqOf = (view: unknown): number | null =>
  typeof view === 'object' && view !== null && 'seq' in view && typeof view.seq === 'number'
    ? view.seq
    : null;

/** True if `next` was made before what is shown; windows whose states carry no seq take each as it comes. */
export function isOlder(next: unknown, shown: unknown): boolean {
  const [a, b] = [seqOf(next), seqOf(shown)];
  return a !== null && b !== null && a < b;
}

/**
 * Keeps a store fed: listens first, then reads once, so that nothing falls in between. Returns how to
 * stop, and never throws.
 */
export function feed<V>(store: FeedStore<V>, source: FeedSource<V>): () => void {
  const show = (view: V | null) => {
    if (!isOlder(view, store.getState().view)) store.setState({ view, heard: true });
  };
  let pushed = false;
  const stop = source.onState((view) => {
    pushed = true;
    show(view);
  });
  source.read().then(
    (answer) => {
      // A push is newer than the answer to a question asked before it, unless a seq says otherwise.
      if (answer.ok && (!pushed || seqOf(answer.value) !== null)) show(answer.value);
    },
    () => undefined,
  );
  return stop;
}
