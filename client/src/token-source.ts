import type { ScopeSets, WireToken } from '../../shared/wire.ts';
import { CastkeyError, type CastkeyErrorCode } from './errors.ts';
import { sha256 } from './host.ts';
import type { Session } from './session.ts';
import { createSingleFlight } from './single-flight.ts';
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

export interface TokenSourceOptions {
  readonly session: Session;
  readonly cache: TokenCache;
  readonly interactive: 'allow' | 'never';
  readonly timeoutMs: number;
  /** Hears of each token that comes from the vault. */
  readonly onToken: (token: WireToken) => void;
}

export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { session, cache, interactive, timeoutMs, onToken } = options;
  const flights = createSingleFlight();
  /** Of each subject, the hash of the token last handed out: what a refresh call is about. */
  const handedOut = new Map<Subject, string>();
  const hashes = new WeakMap<WireToken, string>();

  const handOut = (subject: Subject, token: WireToken): WireToken => {
    const hash = hashes.get(token) ?? sha256(token.accessToken);
    hashes.set(token, hash);
    handedOut.set(subject, hash);
    if (token.userId !== undefined) handedOut.set(`user:${token.userId}`, hash);
    return { ...token, scope: [...token.scope] };
  };

  /** One question to the vault, whatever number of callers wait for its answer. */
  const fetchToken = async <T extends WireToken | null>(
    subject: Subject,
    question: string,
    ask: () => Promise<T>,
  ): Promise<T> => {
    const held = cache.find(subject, question);
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
      // Only a token still held counts: an event may have dropped it in the meantime.
      const good = held && cache.find(subject, question);
      if (good && error instanceof CastkeyError && NOT_ABOUT_THE_TOKEN.has(error.code))
        return good.token as T;
      throw error;
    }
  };
  const get = async <T extends WireToken | null>(
    subject: Subject,
    question: string,
    ask: () => Promise<T>,
  ): Promise<T> => {
    const held = cache.find(subject, question);
    const usable = held && (held.confirmed || session.state === 'reconnecting');
    const token = usable ? (held.token as T) : await fetchToken(subject, question, ask);
    return token === null ? token : (handOut(subject, token) as T);
  };
  /** The token in hand was refused: an equal get under way mustn't bring it back. */
  const refresh = async (
    subject: Subject,
    ask: (rejected: { rejected?: string }) => Promise<WireToken>,
  ): Promise<WireToken> => {
    const hash = handedOut.get(subject);
    const token = await flights.join(`refresh ${subject} ${hash}`, async () => {
      const fresh = await ask(hash === undefined ? {} : { rejected: hash });
      cache.dropUser(fresh.userId);
      cache.put(subject, '[]', fresh, cache.epoch);
      onToken(fresh);
      return fresh;
    });
    return handOut(subject, token);
  };

  return {
    forUser: (user, scopeSets) =>
      get(`user:${user}`, JSON.stringify(scopeSets), () =>
        session.ask(
          'getAccessTokenForUser',
          (left) => ({ user, scopeSets, interactive, timeoutMs: left }),
          timeoutMs,
        ),
      ),
    forIntent: (intent, scopeSets) =>
      get(`intent:${intent}`, JSON.stringify(scopeSets), () =>
        session.ask(
          'getAccessTokenForIntent',
          (left) => ({ intent, scopeSets, interactive, timeoutMs: left }),
          timeoutMs,
        ),
      ),
    any: (user) =>
      get(`any:${user ?? ''}`, '[]', () =>
        session.ask(
          'getAnyAccessToken',
          () => (user === undefined ? {} : { user }),
          Math.min(timeoutMs, ANSWER_MS),
        ),
      ),
    app: (forceNew) => {
      if (forceNew) cache.dropUser(undefined);
      return get('app', '[]', () =>
        session.ask('getAppAccessToken', () => ({ forceNew }), Math.min(timeoutMs, ANSWER_MS)),
      );
    },
    refreshUser: (user) =>
      refresh(`user:${user}`, (rejected) =>
        session.ask('refreshAccessTokenForUser', () => ({ user, ...rejected }), timeoutMs),
      ),
    refreshIntent: (intent) =>
      refresh(`intent:${intent}`, (rejected) =>
        session.ask('refreshAccessTokenForIntent', () => ({ intent, ...rejected }), timeoutMs),
      ),
  };
}
