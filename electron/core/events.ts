import type { WireEventBody } from '../../shared/protocol.ts';

/** What happens in the vault, as bots are told of it; with `state` each is told the whole of what it may see. */
export type VaultEvent = Exclude<WireEventBody, { type: 'state' }> | { type: 'state' };
/** `only`: the pairing key of the one bot it concerns; null for everybody who may know. */
export type Listener = (event: VaultEvent, only: string | null) => void;

/** Tells everybody who listens what has happened to accounts, grants and the vault. */
export interface Events {
  emit(event: VaultEvent, only?: string): void;
  /** Returns how to stop. */
  listen(listener: Listener): () => void;
}

/** A hub without listeners. A listener that is removed while an event goes round may still hear it. */
export function createEvents(): Events {
  const listeners = new Set<Listener>();
  return {
    emit(event, only) {
      for (const listener of [...listeners]) listener(event, only ?? null);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
