/**
 * Work that must not be cut off when Castkey quits: what Twitch answers is the only copy of a login until it is on
 * disk, and can't be asked for twice.
 */
export interface UnfinishedWork {
  /** Begins the task and has `close` wait for it; null once it is closed, and the task is not begun. */
  run<T>(task: () => Promise<T>): Promise<T> | null;
  isClosed(): boolean;
  /** True while something is under way. */
  isBusy(): boolean;
  /** Begins nothing more; resolves when everything begun is over, well or not. */
  close(): Promise<void>;
}

/** Nothing is under way. */
export function createUnfinishedWork(): UnfinishedWork {
  const running = new Set<Promise<unknown>>();
  let closed = false;
  return {
    run(task) {
      if (closed) return null;
      const work = task().finally(() => running.delete(work));
      running.add(work);
      return work;
    },
    isClosed: () => closed,
    isBusy: () => running.size > 0,
    async close() {
      closed = true;
      await Promise.allSettled(running);
    },
  };
}
