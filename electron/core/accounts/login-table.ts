/** The logins in use, found by application and person, or by person. */
import { type Account, type LoginId, loginKey } from './account.ts';

/** A table of logins; each is in it once. */
export interface LoginTable {
  list(): Account[];
  get(login: LoginId): Account | null;
  /** All logins of a person, oldest first. */
  of(userId: string): Account[];
  /** The same ID if there is a login of that person, else null. */
  present(userId: string | null): string | null;
  add(account: Account): void;
  delete(account: Account): void;
}

/** An empty one. */
export function createLoginTable(): LoginTable {
  const byLogin = new Map<string, Account>();
  const byUser = new Map<string, Account[]>();
  return {
    list: () => [...byLogin.values()],
    get: (login) => byLogin.get(loginKey(login)) ?? null,
    of: (userId) => byUser.get(userId) ?? [],
    present: (userId) => (userId !== null && byUser.has(userId) ? userId : null),
    add(account) {
      if (byLogin.get(loginKey(account)) === account) return;
      byLogin.set(loginKey(account), account);
      byUser.set(account.userId, [...(byUser.get(account.userId) ?? []), account]);
    },
    delete(account) {
      byLogin.delete(loginKey(account));
      const left = (byUser.get(account.userId) ?? []).filter((one) => one !== account);
      if (left.length > 0) byUser.set(account.userId, left);
      else byUser.delete(account.userId);
    },
  };
}
