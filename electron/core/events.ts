import type { WireEventBody } from '../../shared/protocol.ts';

/** Whom an event is for: the bot with this pairing key, those of this Twitch application; null for whoever may know. */
export interface Audience {
  keyId: string | null;
  clientId: string | null;
}
export type Listener = (event: WireEventBody, audience: Audience) => void;

/** Tells everybody who listens what has happened to accounts, grants and the vault. */
export interface Events {
  emit(event: WireEventBody, audience?: Partial<Audience>): void;
  /** Returns how to stop. */
  listen(listener: Listener): () => void;
}

/** A hub without listeners. A listener that is removed while an event goes round may still hear it. */
export function createEvents(): Events {
  const listeners = new Set<Listener>();
  return {
    emit(event, { keyId = null, clientId = null } = {}) {
      for (const listener of [...listeners]) listener(event, { keyId, clientId });
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
