import type { ScopeSets, WireEventBody } from '../../../shared/protocol.ts';
import { CastkeyError } from './errors.ts';
import type { Host } from './host.ts';
import { openSession, type Session, type SessionOptions } from './reconnecting-connection.ts';
import { ANSWER_MS, createTokenSource, type TokenSource } from './token-source.ts';
import type { CastkeyAuthProvider, CastkeyUserToken, TokenChange, VaultStatus } from './types.ts';
import { readUserId } from './user-id.ts';
import { createKnowledge, type Knowledge } from './vault-state.ts';

/** What a provider is made of; connect.ts checks and completes it. */
export interface ProviderOptions {
  readonly host: Host;
  readonly dial: SessionOptions['dial'];
  readonly interactive: 'allow' | 'never';
  readonly timeoutMs: number;
  readonly keepAlive: boolean;
  readonly signal: AbortSignal | undefined;
}

/**
 * Connects and puts the provider together: a session that mends itself, what is known of the vault,
 * and Twurple's methods on both.
 *
 * @throws CastkeyError Why the first connection failed.
 */
export async function openProvider(options: ProviderOptions): Promise<CastkeyAuthProvider> {
  const { host, dial, interactive, timeoutMs, keepAlive } = options;
  let refreshUsers = (): void => {};
  const knowledge = createKnowledge(host.now, () => refreshUsers());
  const session = await openSession(
    {
      host,
      dial,
      mayPair: interactive === 'allow',
      keepAlive,
      timeoutMs,
      onWelcome: knowledge.welcome,
      onEvent: knowledge.event,
      onState: knowledge.state,
    },
    options.signal,
  );
  const status = async (): Promise<VaultStatus> => {
    const found = await session.ask('status', () => ({}), Math.min(timeoutMs, ANSWER_MS));
    knowledge.status(found);
    return found;
  };
  refreshUsers = inBackground(status);
  const { cache } = knowledge;
  const source = createTokenSource({ session, cache, interactive, timeoutMs, onToken: knowledge.token });
  return assemble(knowledge, session, source, status);
}

function assemble(
  knowledge: Knowledge,
  session: Session,
  source: TokenSource,
  status: () => Promise<VaultStatus>,
): CastkeyAuthProvider {
  const { users, events, statuses } = knowledge;
  return {
    get clientId() {
      return knowledge.clientId;
    },
    get hasClientSecret() {
      return knowledge.hasClientSecret;
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
    close: session.close,
  };
}

type TokenMethod = Extract<keyof CastkeyAuthProvider, `${string}Token${'' | `For${string}`}`>;

/** `async` makes a bad user or intent a rejection, as every other error is. */
function twurpleMethods(source: TokenSource): Pick<CastkeyAuthProvider, TokenMethod> {
  return {
    getAccessTokenForUser: async (user, ...sets) =>
      (await source.forUser(readUserId(user), scopeSets(sets))) as CastkeyUserToken | null,
    getAccessTokenForIntent: async (intent, ...sets) =>
      (await source.forIntent(checkIntent(intent), scopeSets(sets))) as CastkeyUserToken | null,
    getAnyAccessToken: async (user) => source.any(user === undefined ? undefined : readUserId(user)),
    getAppAccessToken: async (forceNew = false) => source.app(forceNew),
    // The readers of answers refuse a user's token that doesn't say whose it is.
    refreshAccessTokenForUser: async (user) =>
      (await source.refreshUser(readUserId(user))) as CastkeyUserToken,
    refreshAccessTokenForIntent: async (intent) =>
      (await source.refreshIntent(checkIntent(intent))) as CastkeyUserToken,
  };
}

/** One run at a time, whose outcome nobody waits for: if it fails, the next event asks again. */
function inBackground(task: () => Promise<unknown>): () => void {
  let running = false;
  const done = (): void => {
    running = false;
  };
  return () => {
    if (running) return;
    running = true;
    task().then(done, done);
  };
}

function isTokenChange(event: WireEventBody): event is TokenChange {
  return event.type === 'token.changed' || event.type === 'token.invalidated';
}

/** Twurple passes undefined and empty sets for calls that need no scope. */
function scopeSets(sets: readonly (string[] | undefined)[]): ScopeSets {
  return sets.filter((set): set is string[] => set !== undefined && set.length > 0);
}

function checkIntent(intent: unknown): string {
  if (typeof intent === 'string' && /^\S{1,100}$/.test(intent)) return intent;
  throw new CastkeyError('bad-request', 'An intent is a word, such as "chat".');
}
