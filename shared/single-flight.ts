/** Lets equal calls that overlap share one request. */
export interface SingleFlight {
  join<T>(key: string, start: () => Promise<T>): Promise<T>;
}

/** An empty one; a key is free again as soon as its request has settled. */
export function createSingleFlight(): SingleFlight {
  const flying = new Map<string, Promise<unknown>>();
  return {
    join<T>(key: string, start: () => Promise<T>): Promise<T> {
      const running = flying.get(key);
      // A key names the method and everything it is asked with, so the type is the same too.
      if (running) return running as Promise<T>;
      const flight = start().finally(() => flying.delete(key));
      flying.set(key, flight);
      return flight;
    },
  };
}
