import type {
  AuthenticateResult,
  BotState,
  StatusResult,
  SubscribeResult,
  UserState,
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
  /** Whether the vault tells the whole state by itself; older ones have to be asked. */
  readonly isTold: boolean;
  readonly cache: TokenCache;
  readonly users: Users;
  readonly events: Listeners<WireEventBody>;
  readonly statuses: Listeners<ConnectionStatus>;
  /** A connection began. Tokens that are held are asked for again; those of accounts that are gone are forgotten. */
  authenticated(result: AuthenticateResult, subscription: SubscribeResult): void;
  applyEvent(event: WireEvent): void;
  setConnection(connection: ConnectionState, error?: CastkeyError): void;
  addToken(token: WireToken): void;
  /** What an older vault says when it is asked. */
  applyStatus(status: StatusResult): void;
}

/**
 * @param now Milliseconds since 1970.
 * @param onStale Hears when an older vault should be asked for its status.
 */
export function createVaultState(now: () => number, onStale: () => void): VaultState {
  const [cache, users] = [createTokenCache(now), createUsers()];
  const [events, statuses] = [createListeners<WireEventBody>(), createListeners<ConnectionStatus>()];
  let application = { clientId: '', hasClientSecret: false };
  let current: ConnectionStatus = { connection: 'reconnecting', locked: false };
  let isTold = false;
  /** The accounts in the parts of a state whose last one is still to come. */
  let parts: UserState[] = [];

  const tell = (next: ConnectionStatus): void => {
    current = next;
    statuses.tell(next);
  };

  /** Whoever isn't in it is gone. */
  function takeState({ users: some, more }: BotState): void {
    parts.push(...some);
    users.put(some);
    if (more) return;
    users.retain(parts);
    cache.retain(parts);
    parts = [];
  }

  function takeEvent(event: WireEventBody): void {
    if (event.type === 'state') return takeState(event);
    if (event.type === 'overflow') parts = [];
    cache.applyEvent(event);
    users.applyEvent(event);
    const gone = isTold || event.type === 'account.removed' ? withdrawnBy(event) : undefined;
    if (gone === 'all') users.retain([]);
    else if (gone !== undefined) {
      users.drop(gone.userId);
      cache.dropUser(gone.userId);
    }
  }

  return {
    get clientId() {
      return application.clientId;
    },
    get hasClientSecret() {
      return application.hasClientSecret;
    },
    get isTold() {
      return isTold;
    },
    cache,
    users,
    events,
    statuses,
    authenticated({ clientId, hasClientSecret, users: list }, subscription) {
      application = { clientId, hasClientSecret };
      current = { connection: 'connected', locked: subscription.locked ?? false };
      parts = [];
      cache.markUnconfirmed();
      isTold = isWhole(subscription);
      if (isWhole(subscription)) return takeState(subscription);
      users.put(list);
      users.retain(list);
    },
    applyEvent({ seq: _, ...event }) {
      takeEvent(event);
      if (!isTold) onStale();
      events.tell(event);
      const locked = lockIn(event);
      if (locked !== undefined && locked !== current.locked) tell({ ...current, locked });
    },
    setConnection(connection, error) {
      if (connection === 'closed') cache.clear();
      tell({ connection, locked: current.locked, ...(error === undefined ? {} : { error }) });
    },
    addToken(token) {
      // The vault may have been set up since the handshake, or for another application.
      application = { ...application, clientId: token.clientId };
      if (users.addToken(token) && !isTold) onStale();
    },
    applyStatus(status) {
      if (isTold) return;
      users.put(status.users);
      users.retain(status.users);
      current = { ...current, locked: status.locked };
    },
  };
}

/** Older vaults answer a subscription with a number alone. */
const isWhole = (subscription: SubscribeResult): subscription is SubscribeResult & BotState =>
  subscription.users !== undefined;

/** Whose account the bot may no longer see after an event: without it in the event it is gone. */
function withdrawnBy(event: WireEventBody): { readonly userId: string } | 'all' | undefined {
  if ('userId' in event && event.userId !== undefined) {
    return 'user' in event && event.user ? undefined : { userId: event.userId };
  }
  const isAll = event.type === 'grant.revoked' && event.intent === undefined && !event.app;
  return isAll ? 'all' : undefined;
}

/** Whether the vault is locked, where an event says so. */
function lockIn(event: WireEventBody): boolean | undefined {
  if (event.type === 'vault.locked' || event.type === 'vault.unlocked') return event.type === 'vault.locked';
  return event.type === 'state' ? event.locked : undefined;
}
