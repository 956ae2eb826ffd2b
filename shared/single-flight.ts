/** Lets equal calls that overlap share one request. */
export interface SingleFlight {
  /** The result of the call under way for this key; without one, of `start`. */
  join<T>(key: unknown, start: () => Promise<T>): Promise<T>;
  /** The call under way for this key. */
  pending<T>(key: unknown): Promise<T> | null;
  /** Resolves when every call that is under way now has settled. */
  settled(): Promise<void>;
}

/** An empty one; a key is free again as soon as its call has settled. */
export function createSingleFlight(): SingleFlight {
  const flights = new Map<unknown, Promise<unknown>>();
  // A key stands for a call and everything it is made with, so the type is the same, too.
  const pending = <T>(key: unknown): Promise<T> | null =>
    (flights.get(key) as Promise<T> | undefined) ?? null;
  return {
    pending,
    join<T>(key: unknown, start: () => Promise<T>): Promise<T> {
      const running = pending<T>(key);
      if (running) return running;
      const flight = start().finally(() => flights.delete(key));
      flights.set(key, flight);
      return flight;
    },
    async settled() {
      await Promise.allSettled(flights.values());
    },
  };
}
