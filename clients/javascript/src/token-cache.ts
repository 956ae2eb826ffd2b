import type { UserState, WireEventBody, WireToken } from '../../../shared/protocol.ts';

/** Milliseconds before expiry at which a token is no longer handed out: Twurple's own grace period. */
const MARGIN_MS = 60_000;

/** Questions remembered for a token; beyond, the oldest is forgotten and costs a round trip. */
const MAX_QUESTIONS = 64;

/** Whose token: an account's, an intent's, the app's, or anybody's (`any:` with a user or without). */
export type Subject = `user:${string}` | `intent:${string}` | 'app' | `any:${string}`;

/**
 * A token in hand. `confirmed` is false if there is a newer one, or may be: then it is the last resort,
 * for when the vault can't be asked. At Twitch it usually lives until it expires.
 */
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
  /** Forgets what an event takes away, and marks what it puts in doubt as unconfirmed. */
  applyEvent(event: WireEventBody): void;
  /** Forgets what isn't of these accounts, or by an intent none of them has, any more; of newer tokens it learns. */
  retain(users: readonly UserState[]): void;
  /** Forgets all tokens of an account, or the app's tokens for undefined. */
  dropUser(userId: string | undefined): void;
  clear(): void;
  /** Events may have been missed: everything held is to be asked for again, where possible. */
  markUnconfirmed(): void;
}

interface Entry {
  readonly token: WireToken;
  readonly questions: Set<string>;
  confirmed: boolean;
}

/** Whether an event concerns what is held of a subject. */
type Concerns = (subject: Subject, token: WireToken) => boolean;

/** @param now Milliseconds since 1970. */
export function createTokenCache(now: () => number): TokenCache {
  const entries = new Map<Subject, Entry>();
  /** The newest version of each account's token that events told of. */
  const newest = new Map<string, number>();
  let epoch: Epoch = 0;

  const drop = (concerned: Concerns): void => {
    for (const [subject, { token }] of entries) if (concerned(subject, token)) entries.delete(subject);
  };
  const forget = (concerned: Concerns): void => {
    epoch += 1;
    drop(concerned);
  };
  const outdate = (userId: string, version: number): void => {
    newest.set(userId, version);
    for (const entry of entries.values()) {
      if (entry.token.userId === userId && entry.token.version !== version) entry.confirmed = false;
    }
  };
  const markUnconfirmed = (): void => {
    newest.clear();
    epoch += 1;
    for (const entry of entries.values()) entry.confirmed = false;
  };
  return {
    get epoch() {
      return epoch;
    },
    find(subject, question) {
      const entry = entries.get(subject);
      return entry?.questions.has(question) && isFresh(entry.token, now()) ? entry : undefined;
    },
    put(subject, question, token, asked) {
      if (asked !== epoch || !isFresh(token, now())) return;
      if (token.version < (newest.get(token.userId ?? '') ?? 0)) return;
      const known = entries.get(subject);
      const same = known?.token.accessToken === token.accessToken;
      entries.set(subject, {
        token,
        questions: remember(same ? known.questions : new Set(), question),
        confirmed: true,
      });
    },
    applyEvent(event) {
      if (event.type === 'token.changed') {
        // No new epoch: the answer that caused this event, with the new token, is still on its way.
        return outdate(event.userId, event.version);
      }
      if (event.type === 'overflow') return markUnconfirmed();
      if ('userId' in event && event.userId !== undefined) newest.delete(event.userId);
      const concerned = concernOf(event);
      if (concerned) forget(concerned);
    },
    retain(users) {
      const byId = new Map(users.map((user) => [user.userId, user]));
      forget((subject, { userId }) => userId !== undefined && !isStillOf(subject, byId.get(userId)));
      for (const { userId, version } of users) if (version !== undefined) outdate(userId, version);
    },
    dropUser: (userId) => forget((_, token) => token.userId === userId),
    clear: () => forget(() => true),
    markUnconfirmed,
  };
}

/** What an event says is no longer to be relied on; undefined if it takes nothing away. */
function concernOf(event: WireEventBody): Concerns | undefined {
  switch (event.type) {
    case 'token.invalidated':
    case 'account.removed':
      return (_, token) => token.userId === event.userId;
    case 'intents.changed':
      return (subject) => subject.startsWith('intent:');
    case 'grant.revoked': {
      const { userId, intent, app } = event;
      if (app) return (_, token) => token.userId === undefined;
      if (userId !== undefined) return (_, token) => token.userId === userId;
      return intent === undefined ? () => true : (subject) => subject === `intent:${intent}`;
    }
    // A locked vault gives out nothing new; what bots have they keep.
    default:
      return undefined;
  }
}

/** Whether the account is still there, and has the intent that its token was got by. */
function isStillOf(subject: Subject, user: UserState | undefined): boolean {
  const intent = subject.startsWith('intent:') ? subject.slice('intent:'.length) : undefined;
  return user !== undefined && (intent === undefined || user.intents.includes(intent));
}

function remember(questions: Set<string>, question: string): Set<string> {
  const [oldest] = questions;
  if (questions.size >= MAX_QUESTIONS && oldest !== undefined) questions.delete(oldest);
  return questions.add(question);
}

function isFresh({ expiresIn, obtainmentTimestamp }: WireToken, now: number): boolean {
  return expiresIn === null || now < obtainmentTimestamp + expiresIn * 1000 - MARGIN_MS;
}
