import { describe, expect, it } from 'vitest';
import { connectViewStore, createViewStore, isOlder } from '../../../../renderer/state/view-store.ts';

interface State {
  seq: number;
  word: string;
}

/** A source whose answer comes when the test says so. */
function source() {
  let answer: (state: State) => void = () => undefined;
  let push: (state: State | null) => void = () => undefined;
  let stopped = false;
  const read = new Promise<State>((resolve) => {
    answer = resolve;
  });
  return {
    answer: (state: State) => answer(state),
    push: (state: State) => push(state),
    stopped: () => stopped,
    read: async () => ({ ok: true as const, value: await read }),
    onState: (listener: (state: State | null) => void) => {
      push = listener;
      return () => {
        stopped = true;
      };
    },
  };
}
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a window’s store', () => {
  it('shows the answer of the first read', async () => {
    const store = createViewStore<State>();
    const from = source();
    connectViewStore(store, from);
    expect(store.getState()).toEqual({ view: null, loaded: false });
    from.answer({ seq: 1, word: 'first' });
    await settled();
    expect(store.getState()).toEqual({ view: { seq: 1, word: 'first' }, loaded: true });
  });

  it('keeps a push that overtook the answer', async () => {
    const store = createViewStore<State>();
    const from = source();
    connectViewStore(store, from);
    from.push({ seq: 5, word: 'pushed' });
    from.answer({ seq: 4, word: 'answered' });
    await settled();
    expect(store.getState().view?.word).toBe('pushed');
  });

  it('drops a state with an older seq and takes a newer one', () => {
    const store = createViewStore<State>();
    const from = source();
    connectViewStore(store, from);
    from.push({ seq: 7, word: 'seven' });
    from.push({ seq: 6, word: 'six' });
    expect(store.getState().view?.word).toBe('seven');
    from.push({ seq: 8, word: 'eight' });
    expect(store.getState().view?.word).toBe('eight');
  });

  it('survives a read that fails', async () => {
    const store = createViewStore<State>();
    connectViewStore(store, {
      read: () => Promise.reject(new Error('gone')),
      onState: () => () => undefined,
    });
    await settled();
    expect(store.getState().view).toBeNull();
  });

  it('gives back how to stop', () => {
    const from = source();
    connectViewStore(createViewStore<State>(), from)();
    expect(from.stopped()).toBe(true);
  });

  it('never calls a state without seq older', () => {
    expect(isOlder({ id: 'b' }, { id: 'a' })).toBe(false);
    expect(isOlder(null, { seq: 3 })).toBe(false);
    expect(isOlder({ seq: 2 }, { seq: 3 })).toBe(true);
  });
});
