import type { WireEvent, WireToken } from '../../shared/wire.ts';

/** Milliseconds before expiry at which a token is no longer handed out: Twurple's own grace period. */
const MARGIN_MS = 60_000;

/** Questions remembered for a token; beyond, the oldest is forgotten and costs a round trip. */
const MOST_QUESTIONS = 64;

/** Whose token: an account's, an intent's, the app's, or anybody's (`any:` with a user or without). */
export type Subject = `user:${string}` | `intent:${string}` | 'app' | `any:${string}`;

/** A token in hand. `confirmed` is false if the connection broke since the vault gave it. */
export interface HeldToken {
  readonly token: WireToken;
  readonly confirmed: boolean;
}

/** Marks when a request started, so that its answer isn't kept if it was overtaken by an event. */
export type Epoch = number;

/**
 * The tokens a bot has got. A token is handed out again only for a question (subject and scope sets)
 * that the vault itself has answered with it: what a bot may ask for is the vault's to decide.
 */
export interface TokenCache {
  readonly epoch: Epoch;
  find(subject: Subject, question: string): HeldToken | undefined;
  put(subject: Subject, question: string, token: WireToken, asked: Epoch): void;
  /** Forgets what an event has made doubtful. */
  heed(event: WireEvent): void;
  /** Forgets all tokens of an account, or the app's tokens for undefined. */
  dropUser(userId: string | undefined): void;
  clear(): void;
  /** Events may have been missed: everything held is to be asked for again, where possible. */
  doubt(): void;
}

interface Entry {
  readonly token: WireToken;
  readonly questions: Set<string>;
  confirmed: boolean;
}

/** @param now Milliseconds since 1970. */
export function createTokenCache(now: () => number): TokenCache {
  const entries = new Map<Subject, Entry>();
  /** The newest version of each account's token that events told of. */
  const newest = new Map<string, number>();
  let epoch: Epoch = 0;

  const drop = (doomed: (entry: Entry, subject: Subject) => boolean): void => {
    for (const [subject, entry] of entries) if (doomed(entry, subject)) entries.delete(subject);
  };
  const forget = (doomed: (entry: Entry, subject: Subject) => boolean): void => {
    epoch += 1;
    drop(doomed);
  };
  const clear = (): void => forget(() => true);
  const dropUser = (userId: string | undefined): void => forget(({ token }) => token.userId === userId);

  return {
    get epoch() {
      return epoch;
    },
    find(subject, question) {
      const entry = entries.get(subject);
      if (!entry?.questions.has(question)) return undefined;
      if (isFresh(entry.token, now())) return entry;
      entries.delete(subject);
      return undefined;
    },
    put(subject, question, token, asked) {
      if (asked !== epoch || !isFresh(token, now())) return;
      if (token.version < (newest.get(token.userId ?? '') ?? 0)) return;
      const known = entries.get(subject);
      const questions = known?.token.accessToken === token.accessToken ? known.questions : new Set<string>();
      questions.add(question);
      for (const oldest of questions) {
        if (questions.size <= MOST_QUESTIONS) break;
        questions.delete(oldest);
      }
      entries.set(subject, { token, questions, confirmed: true });
    },
    heed(event) {
      if (event.type === 'token.changed') {
        // No new epoch: the answer that caused this event, with the new token, is still on its way.
        newest.set(event.userId, event.version);
        drop(({ token }) => token.userId === event.userId && token.version !== event.version);
      } else if (event.type === 'token.invalidated' || event.type === 'account.removed') {
        newest.delete(event.userId);
        dropUser(event.userId);
      } else if (event.type === 'intents.changed') {
        forget((_, subject) => subject.startsWith('intent:'));
      } else if (event.type === 'grant.revoked') {
        const { userId, intent } = event;
        forget(({ token }, subject) =>
          intent !== undefined && userId === undefined
            ? subject === `intent:${intent}`
            : userId === undefined || token.userId === userId,
        );
      } else if (event.type === 'overflow' || event.type === 'vault.locked') {
        clear();
      }
    },
    dropUser,
    clear,
    doubt() {
      newest.clear();
      epoch += 1;
      for (const entry of entries.values()) entry.confirmed = false;
    },
  };
}

function isFresh({ expiresIn, obtainmentTimestamp }: WireToken, now: number): boolean {
  return expiresIn === null || now < obtainmentTimestamp + expiresIn * 1000 - MARGIN_MS;
}
