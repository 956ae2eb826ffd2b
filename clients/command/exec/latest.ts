/** Hands over the newest of several values: one that nobody took is replaced by the next. */
export interface Latest<T> {
  put(value: T): void;
  /** Resolves as soon as there is a value; it stays until it is taken. */
  wait(): Promise<void>;
  /** The newest value; undefined if there is none since the last call. */
  take(): T | undefined;
}

/** Empty at first. */
export function createLatest<T>(): Latest<T> {
  let held: { readonly value: T } | undefined;
  let waiting: (() => void)[] = [];
  return {
    put(value) {
      held = { value };
      for (const go of waiting) go();
      waiting = [];
    },
    wait: () =>
      new Promise((resolve) => {
        if (held) resolve();
        else waiting.push(resolve);
      }),
    take() {
      const taken = held?.value;
      held = undefined;
      return taken;
    },
  };
}
