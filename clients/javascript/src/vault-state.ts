import type {
  AuthenticateResult,
  StatusResult,
  WireEvent,
  WireEventBody,
  WireToken,
} from '../../../shared/protocol.ts';
import type { CastkeyError } from './errors.ts';
import { createListeners, type Listeners } from './listeners.ts';
import { createTokenCache, type TokenCache } from './token-cache.ts';
import type { ConnectionState, ConnectionStatus } from './types.ts';
import { createUsers, type Users } from './users.ts';

/** What a bot knows of the vault: kept up by the vault's answers and events, told to whoever listens. */
export interface VaultState {
  readonly clientId: string;
  readonly hasClientSecret: boolean;
  readonly cache: TokenCache;
  readonly users: Users;
  readonly events: Listeners<WireEventBody>;
  readonly statuses: Listeners<ConnectionStatus>;
  /** A connection began: whatever is known may be out of date. */
  authenticated(result: AuthenticateResult): void;
  applyEvent(event: WireEvent): void;
  setConnection(connection: ConnectionState, error?: CastkeyError): void;
  addToken(token: WireToken): void;
  replaceUsers(status: StatusResult): void;
}

/**
 * @param now Milliseconds since 1970.
 * @param onStale Hears when the list of users should be asked for.
 */
export function createVaultState(now: () => number, onStale: () => void): VaultState {
  const cache = createTokenCache(now);
  const users = createUsers();
  const events = createListeners<WireEventBody>();
  const statuses = createListeners<ConnectionStatus>();
  let application = { clientId: '', hasClientSecret: false };
  let current: ConnectionStatus = { connection: 'reconnecting', locked: false };

  const tell = (next: ConnectionStatus): void => {
    current = next;
    statuses.tell(next);
  };
  return {
    get clientId() {
      return application.clientId;
    },
    get hasClientSecret() {
      return application.hasClientSecret;
    },
    cache,
    users,
    events,
    statuses,
    authenticated({ clientId, hasClientSecret, users: list }) {
      application = { clientId, hasClientSecret };
      current = { connection: 'connected', locked: false };
      cache.markUnconfirmed();
      users.replace(list);
    },
    applyEvent({ seq: _, ...event }) {
      cache.applyEvent(event);
      if (users.applyEvent(event)) onStale();
      events.tell(event);
      if (event.type === 'vault.locked') tell({ ...current, locked: true });
      if (event.type === 'vault.unlocked') tell({ ...current, locked: false });
    },
    setConnection(connection, error) {
      if (connection === 'closed') cache.clear();
      tell({ connection, locked: current.locked, ...(error === undefined ? {} : { error }) });
    },
    addToken(token) {
      // The vault may have been set up since the handshake, or for another application.
      application = { ...application, clientId: token.clientId };
      if (users.addToken(token)) onStale();
    },
    replaceUsers(status) {
      users.replace(status.users.map(({ expiresAt: _, state: __, ...user }) => user));
      current = { ...current, locked: status.locked };
    },
  };
}
