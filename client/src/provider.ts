import type { AuthenticateResult, Want, WireEvent, WireEventBody } from '../../shared/wire.ts';
import { CastkeyError } from './errors.ts';
import type { Host } from './host.ts';
import { createListeners } from './listeners.ts';
import { openSession, type Session, type SessionOptions } from './session.ts';
import { createTokenCache } from './token-cache.ts';
import { ANSWER_MS, createTokenSource } from './token-source.ts';
import type { CastkeyAuthProvider, CastkeyUserToken, ConnectionStatus, TokenChange } from './types.ts';
import { readUserId } from './user-id.ts';
import { createUsers } from './users.ts';

export interface ProviderOptions {
  readonly host: Host;
  readonly dial: SessionOptions['dial'];
  readonly interactive: 'allow' | 'never';
  readonly timeoutMs: number;
  readonly keepAlive: boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * Connects and puts the provider together: a session that mends itself, a cache that events keep
 * honest, and Twurple's methods on both.
 *
 * @throws CastkeyError Why the first connection failed.
 */
export async function openProvider(options: ProviderOptions): Promise<CastkeyAuthProvider> {
  const { host, interactive } = options;
  const cache = createTokenCache(host.now);
  const users = createUsers();
  const events = createListeners<WireEventBody>();
  const statuses = createListeners<ConnectionStatus>();
  let application: Pick<AuthenticateResult, 'clientId' | 'hasClientSecret'>;
  let locked = false;
  let session: Session | undefined;

  const status: CastkeyAuthProvider['status'] = async () => {
    if (!session) throw new CastkeyError('connection-lost', 'Castkey is not connected yet.');
    const found = await session.ask('status', () => ({}), Math.min(options.timeoutMs, ANSWER_MS));
    users.replace(found.users.map(({ expiresAt: _, state: __, ...user }) => user));
    locked = found.locked;
    return found;
  };
  let asking = false;
  /** Brings `users` up to date in the background; if that fails, the next answer or event will. */
  const askForUsers = (): void => {
    if (asking || !session) return;
    asking = true;
    const done = (): void => {
      asking = false;
    };
    status().then(done, done);
  };
  const tellLock = (now: boolean): void => {
    locked = now;
    statuses.tell({ connection: session?.state ?? 'connected', locked });
  };
  const onEvent = (event: WireEvent): void => {
    cache.heed(event);
    if (users.heed(event)) askForUsers();
    const { seq: _, ...body } = event;
    events.tell(body);
    if (event.type === 'vault.locked') tellLock(true);
    if (event.type === 'vault.unlocked') tellLock(false);
  };

  session = await openSession(
    {
      host,
      dial: options.dial,
      mayPair: interactive === 'allow',
      keepAlive: options.keepAlive,
      timeoutMs: options.timeoutMs,
      onEvent,
      onWelcome: (welcome) => {
        application = welcome;
        locked = false;
        cache.doubt();
        users.replace(welcome.users);
      },
      onState: (connection, error) => {
        if (connection === 'closed') cache.clear();
        statuses.tell({ connection, locked, ...(error === undefined ? {} : { error }) });
      },
    },
    options.signal,
  );
  const { close } = session;
  const source = createTokenSource({
    session,
    cache,
    interactive,
    timeoutMs: options.timeoutMs,
    onToken: (token) => {
      if (users.learn(token)) askForUsers();
    },
  });

  return {
    get clientId() {
      return application.clientId;
    },
    get hasClientSecret() {
      return application.hasClientSecret;
    },
    authorizationType: 'Bearer',
    get users() {
      return users.list();
    },
    getCurrentScopesForUser: (user) => users.scopesOf(readUserId(user)),
    getAccessTokenForUser: async (user, ...sets) =>
      ofUser(await source.forUser(readUserId(user), scopeSets(sets))),
    getAccessTokenForIntent: async (intent, ...sets) =>
      ofUser(await source.forIntent(checkIntent(intent), scopeSets(sets))),
    getAnyAccessToken: async (user) => source.any(user === undefined ? undefined : readUserId(user)),
    getAppAccessToken: async (forceNew = false) => source.app(forceNew),
    refreshAccessTokenForUser: async (user) =>
      (await source.refreshUser(readUserId(user))) as CastkeyUserToken,
    refreshAccessTokenForIntent: async (intent) =>
      (await source.refreshIntent(checkIntent(intent))) as CastkeyUserToken,
    onTokenChange: (listener) =>
      events.add((event) => {
        if (isTokenChange(event)) listener(event);
      }),
    onStatus: statuses.add,
    onEvent: events.add,
    status,
    close,
  };
}

function isTokenChange(event: WireEventBody): event is TokenChange {
  return event.type === 'token.changed' || event.type === 'token.invalidated';
}

/** The readers of answers refuse a user's token that doesn't say whose it is. */
function ofUser(token: unknown): CastkeyUserToken | null {
  return token as CastkeyUserToken | null;
}

/** Twurple passes undefined and empty sets for calls that need no scope. */
function scopeSets(sets: readonly (string[] | undefined)[]): NonNullable<Want['scopes']> {
  return sets.filter((set): set is string[] => set !== undefined && set.length > 0);
}

function checkIntent(intent: unknown): string {
  if (typeof intent === 'string' && /^\S{1,100}$/.test(intent)) return intent;
  throw new CastkeyError('bad-request', 'An intent is a word, such as "chat".');
}
