import { INTENT_RULE, intentName } from '../../../shared/intent-name.ts';
import type { Interactive, WireEventBody } from '../../../shared/protocol.ts';
import { CastkeyError } from './errors.ts';
import type { Host } from './host.ts';
import {
  openReconnectingConnection,
  type ReconnectingConnection,
  type ReconnectOptions,
} from './reconnecting-connection.ts';
import { checkScopeSets } from './scope-lists.ts';
import { ANSWER_MS, createTokenSource, type TokenSource } from './token-source.ts';
import type { CastkeyAuthProvider, CastkeyUserToken, TokenChange, VaultStatus } from './types.ts';
import { readUserId } from './user-id.ts';
import { createVaultState, type VaultState } from './vault-state.ts';

/** What a provider is made of; connect.ts checks and completes it. */
export interface ProviderOptions {
  readonly host: Host;
  readonly open: ReconnectOptions['open'];
  readonly wants: ReconnectOptions['wants'];
  readonly interactive: Interactive;
  readonly timeoutMs: number;
  readonly keepAlive: boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * Connects and puts the provider together: a connection that reconnects, the known state of the vault,
 * and Twurple's methods on both.
 *
 * @throws CastkeyError Why the first connection failed.
 */
export async function openProvider(options: ProviderOptions): Promise<CastkeyAuthProvider> {
  const { host, open, wants, interactive, timeoutMs, keepAlive } = options;
  let askStatus = (): void => {};
  const state = createVaultState(host.now, () => askStatus());
  const connection = await openReconnectingConnection(
    {
      host,
      open,
      wants,
      mayPair: interactive !== 'never',
      keepAlive,
      timeoutMs,
      onAuthenticated: state.authenticated,
      onEvent: state.applyEvent,
      onState: state.setConnection,
    },
    options.signal,
  );
  const status = async (): Promise<VaultStatus> => {
    const found = await wholeStatus(connection, Math.min(timeoutMs, ANSWER_MS));
    state.applyStatus(found);
    return found;
  };
  askStatus = inBackground(status);
  const source = createTokenSource({
    connection,
    cache: state.cache,
    // An older vault knows windows only.
    interactive: () => (interactive === 'notify' && !state.isTold ? 'allow' : interactive),
    timeoutMs,
    onToken: state.addToken,
  });
  return assemble(state, connection, source, status);
}

function assemble(
  state: VaultState,
  connection: ReconnectingConnection,
  source: TokenSource,
  status: () => Promise<VaultStatus>,
): CastkeyAuthProvider {
  const { users, events, statuses } = state;
  return {
    get clientId() {
      return state.clientId;
    },
    get hasClientSecret() {
      return state.hasClientSecret;
    },
    authorizationType: 'Bearer',
    get users() {
      return users.list();
    },
    getCurrentScopesForUser: (user) => users.scopesOf(readUserId(user)),
    ...twurpleMethods(source),
    onTokenChange: (listener) =>
      events.add((event) => {
        if (isTokenChange(event)) listener(event);
      }),
    onStatus: statuses.add,
    onEvent: events.add,
    status,
    close: connection.close,
  };
}

type TokenMethod = Extract<keyof CastkeyAuthProvider, `${string}Token${'' | `For${string}`}`>;

const SETS = 'scope sets';

/** `async` makes a bad user or intent a rejection, as every other error is. */
function twurpleMethods(source: TokenSource): Pick<CastkeyAuthProvider, TokenMethod> {
  return {
    getAccessTokenForUser: async (user, ...sets) =>
      (await source.forUser(readUserId(user), checkScopeSets(sets, SETS))) as CastkeyUserToken | null,
    getAccessTokenForIntent: async (intent, ...sets) =>
      (await source.forIntent(checkIntent(intent), checkScopeSets(sets, SETS))) as CastkeyUserToken | null,
    getAnyAccessToken: async (user) => source.any(user === undefined ? undefined : readUserId(user)),
    getAppAccessToken: async (forceNew = false) => source.app(forceNew),
    // The readers of answers refuse a user's token that doesn't say whose it is.
    refreshAccessTokenForUser: async (user) =>
      (await source.refreshUser(readUserId(user))) as CastkeyUserToken,
    refreshAccessTokenForIntent: async (intent) =>
      (await source.refreshIntent(checkIntent(intent))) as CastkeyUserToken,
  };
}

/** All accounts, though an answer holds no more than fit into a line. */
async function wholeStatus(connection: ReconnectingConnection, timeoutMs: number): Promise<VaultStatus> {
  const users = new Map<string, VaultStatus['users'][number]>();
  for (let after: string | undefined; ; ) {
    const params = after === undefined ? {} : { after };
    const { more, ...found } = await connection.ask('status', () => params, timeoutMs);
    const before = users.size;
    for (const user of found.users) users.set(user.userId, user);
    // A vault that says the same once more has nothing more to say.
    if (!more || users.size === before) return { ...found, users: [...users.values()] };
    after = found.users.at(-1)?.userId;
  }
}

/**
 * One run at a time, whose outcome nobody waits for: if it fails, the next event asks again. Calls while one runs make
 * it run once more when it is done.
 */
function inBackground(task: () => Promise<unknown>): () => void {
  let [running, wanted] = [false, false];
  const run = async (): Promise<void> => {
    running = true;
    while (wanted) {
      wanted = false;
      await task().catch(() => undefined);
    }
    running = false;
  };
  return () => {
    wanted = true;
    if (!running) void run();
  };
}

function isTokenChange(event: WireEventBody): event is TokenChange {
  return event.type === 'token.changed' || event.type === 'token.invalidated';
}

/** @throws CastkeyError `bad-request`. */
export function checkIntent(intent: unknown): string {
  const name = intentName(intent);
  if (name === null) throw new CastkeyError('bad-request', `An intent ${INTENT_RULE}`);
  return name;
}
