import { create, type StoreApi, type UseBoundStore } from 'zustand';
import type { CallResult } from '../../shared/ipc.ts';

/** What a window knows: nothing before the first answer, then always the newest state. */
export interface ViewState<V> {
  view: V | null;
  /** True once the main process has answered, even if with nothing. */
  loaded: boolean;
}
/** The one store of a window. */
export type ViewStore<V> = UseBoundStore<StoreApi<ViewState<V>>>;

/** The part of a window's preload API that its store lives on. */
export interface ViewSource<V> {
  read: () => Promise<CallResult<V | null>>;
  onState: (listener: (view: V | null) => void) => () => void;
}

/** A store that knows nothing yet. */
export function createViewStore<V>(): ViewStore<V> {
  return create<ViewState<V>>(() => ({ view: null, loaded: false }));
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
 * Keeps a store up to date: listens first, then reads once, so that nothing falls in between. Returns how
 * to stop. A read that fails leaves the store as it is; the next push fills it.
 */
export function connectViewStore<V>(store: ViewStore<V>, source: ViewSource<V>): () => void {
  const show = (view: V | null) => {
    if (!isOlder(view, store.getState().view)) store.setState({ view, loaded: true });
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
