import { useCallback, useSyncExternalStore } from 'react';

// One timer for everything on the page that shows time; it rests while the page can't be seen.
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

function tick(): void {
  now = Date.now();
  for (const listener of listeners) listener();
}

function updateTimer(): void {
  const wanted = listeners.size > 0 && !document.hidden;
  if (wanted && timer === undefined) {
    timer = setInterval(tick, 1000);
    tick();
  } else if (!wanted) {
    clearInterval(timer);
    timer = undefined;
  }
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) document.addEventListener('visibilitychange', updateTimer);
  listeners.add(listener);
  if (timer === undefined) updateTimer();
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    document.removeEventListener('visibilitychange', updateTimer);
    updateTimer();
  };
}

/**
 * A value that follows the clock, once a second. A component is drawn again only when the value is
 * another one, so let `read` give words or rounded numbers.
 */
export function useClock<T extends string | number | boolean>(read: (now: number) => T): T {
  const snapshot = useCallback(() => read(now), [read]);
  return useSyncExternalStore(subscribe, snapshot);
}
