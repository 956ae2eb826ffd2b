import type { WireEventBody } from '../../shared/wire.ts';

/** Tells everybody who listens what has happened to accounts, grants and the vault. */
export interface Events {
  emit(event: WireEventBody): void;
  /** Returns how to stop. */
  listen(listener: (event: WireEventBody) => void): () => void;
}

export function createEvents(): Events {
  const listeners = new Set<(event: WireEventBody) => void>();
  return {
    emit(event) {
      for (const listener of [...listeners]) listener(event);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
