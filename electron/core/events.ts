import type { WireEventBody } from '../../shared/protocol.ts';

/** What happens in the vault, as bots are told of it; with `state` each is told the whole of what it may see. */
export type VaultEvent = Exclude<WireEventBody, { type: 'state' }> | { type: 'state' };
/** Whom an event is for: the bot with this pairing key, those of this Twitch application; null for whoever may know. */
export interface Audience {
  keyId: string | null;
  clientId: string | null;
}
export type Listener = (event: VaultEvent, audience: Audience) => void;

/** Tells everybody who listens what has happened to accounts, grants and the vault. */
export interface Events {
  emit(event: VaultEvent, audience?: Partial<Audience>): void;
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
