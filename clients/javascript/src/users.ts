import type { WireEventBody, WireToken, WireUser } from '../../../shared/protocol.ts';

/** What this bot knows of the accounts it may use; kept up by answers and events. */
export interface Users {
  list(): WireUser[];
  scopesOf(userId: string): string[];
  replace(users: readonly WireUser[]): void;
  /** @returns Whether the list can no longer be trusted and the vault should be asked. */
  applyEvent(event: WireEventBody): boolean;
  /** Takes the scopes over. @returns Whether the token is of an account that isn't in the list. */
  addToken(token: WireToken): boolean;
}

/** Nobody yet: `replace` brings in what the handshake told. */
export function createUsers(): Users {
  const byId = new Map<string, WireUser>();
  const change = (userId: string, fields: Partial<WireUser>): boolean => {
    const user = byId.get(userId);
    if (user) byId.set(userId, { ...user, ...fields });
    return user === undefined;
  };
  return {
    list: () => [...byId.values()].map((user) => structuredClone(user)),
    scopesOf: (userId) => [...(byId.get(userId)?.scope ?? [])],
    replace(users) {
      byId.clear();
      for (const user of users) byId.set(user.userId, user);
    },
    applyEvent(event) {
      if (event.type === 'token.changed') return change(event.userId, { scope: event.scope });
      if (event.type === 'intents.changed') return change(event.userId, { intents: event.intents });
      if (event.type === 'account.removed') byId.delete(event.userId);
      return ['account.added', 'grant.revoked', 'overflow', 'vault.unlocked'].includes(event.type);
    },
    addToken: ({ userId, scope }) => userId !== undefined && change(userId, { scope }),
  };
}
