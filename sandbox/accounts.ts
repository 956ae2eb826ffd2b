import { USER_ID_FORM } from '../shared/protocol.ts';
import { random } from './random.ts';
import type { Account, State } from './state.ts';

/** What is needed to add an account; the rest is filled in. */
export interface NewAccount {
  readonly login: string;
  readonly displayName?: string | undefined;
  readonly id?: string | undefined;
  readonly role?: string | undefined;
}

/** The accounts of the sandbox. Lookups give the stored objects, so changes to them stay. */
export interface Accounts {
  list(): Account[];
  byId(id: string): Account | undefined;
  byLogin(login: string): Account | undefined;
  /** By ID or by login, whichever matches. */
  find(idOrLogin: string): Account | undefined;
  /** Throws when the login or the ID is taken or impossible. */
  create(account: NewAccount): Account;
  /** What Twitch lets people do every 60 days; the ID stays. Throws like `create`. */
  rename(idOrLogin: string, login: string): Account;
}

/** Logins at Twitch: 4 to 25 of lower-case letters, digits and underscores. */
const LOGIN = /^[a-z0-9_]{4,25}$/;

const BUILT_IN_CREATED_AT = Date.UTC(2019, 4, 1);

const person = (id: string, login: string, role: string, displayName = login): Account => ({
  id,
  login,
  displayName,
  role,
  title: '',
  live: false,
  createdAt: BUILT_IN_CREATED_AT,
});

/** The accounts every sandbox starts with: a streamer, her bot, her moderator, and others. */
export const BUILT_IN_ACCOUNTS: readonly Account[] = [
  {
    ...person('700100001', 'luna_streams', 'the streamer', 'Luna_Streams'),
    title: 'Building a rocket out of cardboard',
  },
  person('700100002', 'luna_bot', 'her bot account', 'Luna_Bot'),
  person('700100003', 'modmax', 'moderates her chat', 'ModMax'),
  person('700100004', 'pixelpia', 'streams too', 'PixelPia'),
  person('700100005', 'quiet_quinn', 'watches and chats', '静かなクイン'),
];

/** The accounts of `state`. */
export function openAccounts(state: State, now: () => number): Accounts {
  const list = (): Account[] => [...state.accounts.values()];
  const byId = (id: string): Account | undefined => state.accounts.get(id);
  const byLogin = (login: string): Account | undefined =>
    list().find((one) => one.login === login.toLowerCase());
  const find = (idOrLogin: string): Account | undefined => byId(idOrLogin) ?? byLogin(idOrLogin);

  const checkLogin = (login: string): void => {
    if (!LOGIN.test(login)) throw new Error(`not a Twitch login: ${login}`);
    if (byLogin(login)) throw new Error(`login taken: ${login}`);
  };

  return {
    list,
    byId,
    byLogin,
    find,
    create: ({ login, displayName = login, id = random.userId(), role = 'made for a rehearsal' }) => {
      checkLogin(login);
      if (byId(id) || !USER_ID_FORM.test(id)) throw new Error(`user ID taken or not a number: ${id}`);
      const account = { ...person(id, login, role, displayName), createdAt: now() };
      state.accounts.set(id, account);
      return account;
    },
    rename: (idOrLogin, login) => {
      const account = find(idOrLogin);
      if (!account) throw new Error(`no such account: ${idOrLogin}`);
      checkLogin(login);
      Object.assign(account, { login, displayName: login });
      return account;
    },
  };
}

const MODERATORS: ReadonlyMap<string, readonly string[]> = new Map([
  ['700100001', ['700100002', '700100003']],
]);

/** Whether a person may moderate a channel: their own always, luna_streams' also luna_bot and modmax. IDs. */
export function moderates(userId: string, broadcasterId: string): boolean {
  return userId === broadcasterId || (MODERATORS.get(broadcasterId) ?? []).includes(userId);
}
