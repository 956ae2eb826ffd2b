import type { Interactive, ScopeSets, WireToken } from '../../../shared/protocol.ts';
import { createSingleFlight, type SingleFlight } from '../../../shared/single-flight.ts';
import { CastkeyError, type CastkeyErrorCode } from './errors.ts';
import { sha256 } from './host.ts';
import type { ReconnectingConnection } from './reconnecting-connection.ts';
import type { Subject, TokenCache } from './token-cache.ts';

/** Milliseconds for questions that no person has to answer. */
export const ANSWER_MS = 30_000;

/** Failures that say nothing about the token in hand: while it is good, it is better than none. */
const NOT_ABOUT_THE_TOKEN: ReadonlySet<CastkeyErrorCode> = new Set([
  'vault-not-running',
  'vault-unproven',
  'connection-lost',
  'timeout',
  'twitch-unreachable',
  'rate-limited',
  'busy',
  'locked',
  'shutting-down',
  'internal',
]);

/** Gets tokens: from what is held, from an equal request under way, or from the vault. */
export interface TokenSource {
  forUser(userId: string, scopeSets: ScopeSets): Promise<WireToken | null>;
  forIntent(intent: string, scopeSets: ScopeSets): Promise<WireToken | null>;
  any(userId: string | undefined): Promise<WireToken>;
  app(forceNew: boolean): Promise<WireToken>;
  refreshUser(userId: string): Promise<WireToken>;
  refreshIntent(intent: string): Promise<WireToken>;
}

/** What tokens are got with. */
export interface TokenSourceOptions {
  readonly connection: ReconnectingConnection;
  readonly cache: TokenCache;
  /** Asked for each request. */
  readonly interactive: () => Interactive;
  readonly timeoutMs: number;
  /** Hears of each token that comes from the vault. */
  readonly onToken: (token: WireToken) => void;
}

/** What the steps below share. */
interface Shared extends TokenSourceOptions {
  readonly flights: SingleFlight;
  /** Of each subject, the hash of the token last handed out: what a refresh call is about. */
  readonly handedOut: Map<Subject, string>;
  readonly hashes: WeakMap<WireToken, string>;
}

/** Each method rejects with a CastkeyError. */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { connection, interactive, timeoutMs } = options;
  const shared = { ...options, flights: createSingleFlight(), handedOut: new Map(), hashes: new WeakMap() };
  const answerMs = Math.min(timeoutMs, ANSWER_MS);
  const waitOf = (left: number) => ({ interactive: interactive(), timeoutMs: left });
  return {
    forUser: (user, scopeSets) =>
      get(shared, `user:${user}`, scopeSets, () =>
        connection.ask('getAccessTokenForUser', (left) => ({ user, scopeSets, ...waitOf(left) }), timeoutMs),
      ),
    forIntent: (intent, scopeSets) =>
      get(shared, `intent:${intent}`, scopeSets, () =>
        connection.ask(
          'getAccessTokenForIntent',
          (left) => ({ intent, scopeSets, ...waitOf(left) }),
          timeoutMs,
        ),
      ),
    any: (user) =>
      get(shared, `any:${user ?? ''}`, [], () =>
        connection.ask('getAnyAccessToken', () => (user === undefined ? {} : { user }), answerMs),
      ),
    app: (forceNew) => {
      if (forceNew) options.cache.dropUser(undefined);
      return get(shared, 'app', [], () =>
        connection.ask('getAppAccessToken', (left) => ({ forceNew, ...waitOf(left) }), timeoutMs),
      );
    },
    refreshUser: (user) =>
      refresh(shared, `user:${user}`, (rejected) =>
        connection.ask(
          'refreshAccessTokenForUser',
          (left) => ({ user, ...rejected, ...waitOf(left) }),
          timeoutMs,
        ),
      ),
    refreshIntent: (intent) =>
      refresh(shared, `intent:${intent}`, (rejected) =>
        connection.ask(
          'refreshAccessTokenForIntent',
          (left) => ({ intent, ...rejected, ...waitOf(left) }),
          timeoutMs,
        ),
      ),
  };
}

async function get<T extends WireToken | null>(
  shared: Shared,
  subject: Subject,
  scopeSets: ScopeSets,
  ask: () => Promise<T>,
): Promise<T> {
  const question = JSON.stringify(scopeSets);
  const held = shared.cache.find(subject, question);
  const usable = held && (held.confirmed || shared.connection.state === 'reconnecting');
  const token = usable ? (held.token as T) : await fetchToken(shared, subject, question, ask);
  return token === null ? token : (handOut(shared, subject, token) as T);
}

/** One question to the vault, whatever number of callers wait for its answer. */
async function fetchToken<T extends WireToken | null>(
  { cache, flights, onToken }: Shared,
  subject: Subject,
  question: string,
  ask: () => Promise<T>,
): Promise<T> {
  try {
    return await flights.join(`${subject} ${question}`, async () => {
      const asked = cache.epoch;
      const token = await ask();
      if (token !== null) {
        cache.put(subject, question, token, asked);
        onToken(token);
      }
      return token;
    });
  } catch (error) {
    const held = cache.find(subject, question);
    if (held && error instanceof CastkeyError && NOT_ABOUT_THE_TOKEN.has(error.code)) return held.token as T;
    throw error;
  }
}

/**
 * Calls about the same refused token share one request. Answers to gets that started before it are
 * not kept: they may bring the refused token back.
 */
async function refresh(
  shared: Shared,
  subject: Subject,
  ask: (rejected: { rejected?: string }) => Promise<WireToken>,
): Promise<WireToken> {
  const { cache, flights, handedOut, onToken } = shared;
  const hash = handedOut.get(subject);
  const token = await flights.join(`refresh ${subject} ${hash}`, async () => {
    const fresh = await ask(hash === undefined ? {} : { rejected: hash });
    cache.dropUser(fresh.userId);
    cache.put(subject, '[]', fresh, cache.epoch);
    onToken(fresh);
    return fresh;
  });
  return handOut(shared, subject, token);
}

/** A copy, since it is the bot's to change; and a note of what the bot has. */
function handOut({ hashes, handedOut }: Shared, subject: Subject, token: WireToken): WireToken {
  const hash = hashes.get(token) ?? sha256(token.accessToken);
  hashes.set(token, hash);
  handedOut.set(subject, hash);
  if (token.userId !== undefined) handedOut.set(`user:${token.userId}`, hash);
  return { ...token, scope: [...token.scope] };
}
