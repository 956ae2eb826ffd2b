/** Runs the tasks of one key one after the other, in the order given; those of different keys overlap. */
export interface TaskQueue {
  /** What the task gives, or why it failed; a failed task does not stop those behind it. */
  run<T>(key: string, task: () => Promise<T>): Promise<T>;
  /** Resolves when every task given until now is over, well or not. */
  settled(): Promise<void>;
}

/** An empty queue. */
export function createTaskQueue(): TaskQueue {
  const last = new Map<string, Promise<unknown>>();
  return {
    run(key, task) {
      const next = (last.get(key) ?? Promise.resolve()).then(task, task);
      last.set(key, next);
      return next;
    },
    async settled() {
      await Promise.allSettled(last.values());
    },
  };
}
