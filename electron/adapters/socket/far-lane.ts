/** The one way to files that may never answer. */

/** Runs one look after the other, so that at most one of Node's few threads for files is held by such a file. */
export interface FarLane {
  /**
   * Rejects when the look isn't done in time, its wait for others included; at once while one that was given up
   * hasn't come back. Each goes on when it was given up, and is to do one thing after the other.
   */
  run<T>(look: () => Promise<T>, maxMs: number): Promise<T>;
}

/** One for all that looks at files of strangers. */
export function createFarLane(): FarLane {
  let turn: Promise<unknown> = Promise.resolve();
  let stuck = false;
  return {
    run(look, maxMs) {
      if (stuck) return Promise.reject(new Error('another file has not answered yet'));
      let state: 'waits' | 'runs' | 'given up' = 'waits';
      const looking = turn.then(() => {
        if (state === 'given up' || stuck) throw new Error('it waited too long');
        state = 'runs';
        return look();
      });
      const over = (): void => {
        if (state === 'runs') stuck = false;
      };
      turn = looking.then(over, over);
      return inTime(looking, maxMs, () => {
        if (state === 'runs') stuck = true;
        else state = 'given up';
        throw new Error('the file did not answer');
      });
    },
  };
}

/** What comes, or after a while what `otherwise` gives. */
export function inTime<T>(coming: Promise<T>, ms: number, otherwise: () => T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  return Promise.race([coming, late.then(otherwise)]).finally(() => clearTimeout(timer));
}
