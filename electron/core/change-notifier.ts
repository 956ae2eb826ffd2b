import type { Timers } from './ports.ts';

/** Tells windows and tray that something they show may look different. */
export interface Change {
  /** Told on, once a turn, however often it is called. */
  changed(): void;
  /** How often it was told so far. */
  count(): number;
  /** Returns how to stop. */
  listen(listener: () => void): () => void;
  stop(): void;
}

/** Nobody listens at first. */
export function createChangeNotifier(timers: Timers): Change {
  const listeners = new Set<() => void>();
  let told = 0;
  let telling = false;
  let stopped = false;
  return {
    changed() {
      if (telling || stopped) return;
      telling = true;
      timers.after(0, () => {
        telling = false;
        told += 1;
        for (const listener of [...listeners]) listener();
      });
    },
    count: () => told,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop() {
      stopped = true;
    },
  };
}
