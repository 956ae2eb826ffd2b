/** Functions that want to hear of something. */
export interface Listeners<T> {
  /** @returns How to stop listening. */
  add(listener: (value: T) => void): () => void;
  tell(value: T): void;
}

/**
 * A list of listeners. One that throws neither keeps the others from hearing nor disturbs the library:
 * its error surfaces as an uncaught one, where the bot's author sees it.
 */
export function createListeners<T>(): Listeners<T> {
  const all = new Set<{ readonly hear: (value: T) => void }>();
  return {
    add(hear) {
      const entry = { hear };
      all.add(entry);
      return () => void all.delete(entry);
    },
    tell(value) {
      for (const { hear } of [...all]) {
        try {
          hear(value);
        } catch (error) {
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    },
  };
}
