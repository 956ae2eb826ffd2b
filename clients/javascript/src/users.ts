import type { WireEventBody, WireToken } from '../../../shared/protocol.ts';
import type { CastkeyUser } from './types.ts';

/** What this bot knows of the accounts it may use; kept up by answers and events. */
export interface Users {
  list(): CastkeyUser[];
  scopesOf(userId: string): string[];
  /** Takes these over; the others stay. */
  put(users: readonly CastkeyUser[]): void;
  /** Forgets all others. */
  retain(users: readonly CastkeyUser[]): void;
  /** Forgets one. */
  drop(userId: string): void;
  /** Takes over what an event says of an account that stays. */
  applyEvent(event: WireEventBody): void;
  /** Takes the scopes over. @returns Whether the token is of an account that isn't in the list. */
  addToken(token: WireToken): boolean;
}

/** Nobody yet. */
export function createUsers(): Users {
  const byId = new Map<string, CastkeyUser>();
  const change = (userId: string, fields: Partial<CastkeyUser>): boolean => {
    const user = byId.get(userId);
    if (user) byId.set(userId, { ...user, ...fields });
    return user === undefined;
  };
  const put = (users: readonly CastkeyUser[]): void => {
    for (const user of users) byId.set(user.userId, user);
  };
  return {
    list: () => [...byId.values()].map((user) => structuredClone(user)),
    scopesOf: (userId) => [...(byId.get(userId)?.scope ?? [])],
    put,
    retain(users) {
      const kept = new Set(users.map(({ userId }) => userId));
      for (const userId of byId.keys()) if (!kept.has(userId)) byId.delete(userId);
    },
    drop: (userId) => void byId.delete(userId),
    applyEvent(event) {
      if ('user' in event && event.user) put([event.user]);
      else if (event.type === 'token.changed') change(event.userId, { scope: event.scope });
      else if (event.type === 'intents.changed') change(event.userId, { intents: event.intents });
    },
    addToken: ({ userId, scope }) => userId !== undefined && change(userId, { scope }),
  };
}
