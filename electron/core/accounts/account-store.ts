/** Accounts on disk: their tokens are sealed before anything is written. */

import type { Deps, StoredDocument } from '../ports.ts';
import { reasonOf } from '../result.ts';
import { keepsSecrets } from '../secret.ts';
import {
  type Account,
  type AccountRecord,
  fromRecord,
  isNewerRecord,
  loginKey,
  parseRecord,
  supersedes,
  tokensToSeal,
  toRecord,
} from './account.ts';

/** What was found on the disk. */
export interface LoadedAccounts {
  accounts: Account[];
  /** One sentence for each record that could not be used; nothing of them was deleted. */
  problems: string[];
  /** Those that another key sealed than the one in use: to be sealed anew. */
  stale: Account[];
  /** True when some can't be opened now but may be later (keychain locked). */
  sealed: boolean;
}

/**
 * A record on the disk that is newer than the tokens held: another Castkey's, or a copy that somebody put back.
 * `shut`: it can't be opened, now or ever. `foreign`: it opens, and is no login of this account.
 */
export type NewerLogin = { kind: 'none' | 'shut' | 'foreign' } | { kind: 'login'; account: Account };

/** Where accounts are kept between two runs. Whoever calls it does so for one account at a time. */
export interface AccountStore {
  /** Logins of the applications that `isKnown` says yes to; others stay on the disk. */
  load(isKnown: (clientId: string) => boolean): Promise<LoadedAccounts>;
  /**
   * `saved` when the account, as it is now, is durable; `refused` when the disk refused; `superseded` when a newer
   * login of it is there, which is left as it is.
   */
  save(account: Account): Promise<'saved' | 'refused' | 'superseded'>;
  /** Looks for a login on the disk that is newer than this one. */
  newer(account: Account): Promise<NewerLogin>;
  /**
   * Moves what is newer on the disk than this account out of the way, for tokens that are newer still. It is kept
   * under another name. Resolves with the highest version of both.
   */
  setNewerAside(account: Account): Promise<{ version: number; moved: boolean }>;
  remove(account: Account): Promise<void>;
}

type StoreDeps = Pick<Deps, 'accounts' | 'box' | 'log'>;

/** Keeps accounts as sealed documents, or nowhere while nothing can be sealed. */
export function createAccountStore(deps: StoreDeps): AccountStore {
  return {
    load: (isKnown) => loadAccounts(deps, isKnown),
    save: (account) => saveAccount(deps, account),
    newer: (account) => findNewer(deps, account),
    setNewerAside: (account) => setNewerAside(deps, account),
    remove: (account) => deps.accounts.remove(loginKey(account)),
  };
}

async function saveAccount(deps: StoreDeps, account: Account): ReturnType<AccountStore['save']> {
  if (!keepsSecrets(deps)) return 'saved';
  const asItIs = { ...account }; // sealing takes its time, and what is sealed must fit what is not
  try {
    const sealed = await deps.box.seal(tokensToSeal(asItIs));
    const record = toRecord(asItIs, sealed);
    const mustStay = (found: unknown): boolean => supersedes(found, asItIs.tokens);
    return (await deps.accounts.writeUnless(loginKey(asItIs), record, mustStay)) ? 'saved' : 'superseded';
  } catch (error) {
    deps.log.error('an account could not be saved', { userId: account.userId, reason: reasonOf(error) });
    return 'refused';
  }
}

async function readNewer(deps: StoreDeps, account: Account): Promise<unknown> {
  if (!keepsSecrets(deps)) return null;
  const found = await deps.accounts.read(loginKey(account));
  return found.kind === 'read' && supersedes(found.value, account.tokens) ? found.value : null;
}

async function findNewer(deps: StoreDeps, account: Account): Promise<NewerLogin> {
  const found = await readNewer(deps, account);
  if (found === null) return { kind: 'none' };
  const record = parseRecord(found);
  if (record === null) return { kind: 'shut' }; // written by a newer Castkey
  const opened = await openRecord(deps, loginKey(account), record);
  if (opened.kind === 'login') return { kind: 'login', account: opened.account };
  return { kind: opened.kind === 'foreign' ? 'foreign' : 'shut' };
}

async function setNewerAside(
  deps: StoreDeps,
  account: Account,
): Promise<{ version: number; moved: boolean }> {
  const found = await readNewer(deps, account);
  if (found === null) return { version: account.tokens.version, moved: false };
  try {
    await deps.accounts.setAside(loginKey(account));
  } catch (error) {
    // Its copy is still kept, as the version before the one that is written over it.
    deps.log.error('a newer login could not be set aside', { reason: reasonOf(error) });
  }
  const version = Math.max(parseRecord(found)?.tokenVersion ?? 0, account.tokens.version);
  return { version, moved: true };
}

type OpenedRecord =
  | { kind: 'login'; account: Account; stale: boolean }
  | { kind: 'unavailable' | 'wrong-key' | 'foreign' };

/** A record under another account's name is nobody's login, nor is one whose seal holds another account's tokens. */
async function openRecord(deps: StoreDeps, name: string, record: AccountRecord): Promise<OpenedRecord> {
  if (loginKey(record) !== name) return { kind: 'foreign' };
  const opened = await deps.box.open(record.sealed);
  if (opened.kind !== 'opened') return { kind: opened.kind };
  const account = fromRecord(record, opened.plain);
  return account === null ? { kind: 'foreign' } : { kind: 'login', account, stale: opened.stale };
}

async function loadAccounts(
  deps: StoreDeps,
  isKnown: (clientId: string) => boolean,
): Promise<LoadedAccounts> {
  const loaded: LoadedAccounts = { accounts: [], stale: [], problems: [], sealed: false };
  for (const name of await deps.accounts.names()) {
    if (!isKnown(name.slice(0, name.lastIndexOf('-')))) continue;
    const document = await deps.accounts.read(name, (value) => parseRecord(value) !== null);
    if (document.kind === 'absent') continue;
    const record = document.kind === 'read' ? parseRecord(document.value) : null;
    if (record === null) {
      loaded.problems.push(whyUnusable(name, document));
      continue;
    }
    if (document.kind === 'read' && document.previous) {
      loaded.problems.push(`The file of ${record.login} was damaged; the copy before it is used.`);
    }
    const opened = await openRecord(deps, name, record);
    if (opened.kind === 'unavailable') loaded.sealed = true;
    else if (opened.kind !== 'login') loaded.problems.push(NOT_OPENED[opened.kind](record.login, name));
    else if (loaded.accounts.some((other) => isSameLogin(other, opened.account)))
      loaded.problems.push(NOT_OPENED.foreign(record.login, name));
    else {
      loaded.accounts.push(opened.account);
      if (opened.stale) loaded.stale.push(opened.account);
    }
  }
  return loaded;
}

/** Refreshing one would end the other: a refresh token may be good once. */
function isSameLogin(one: Account, other: Account): boolean {
  return one.tokens.refresh !== null && one.tokens.refresh.reveal() === other.tokens.refresh?.reveal();
}

const NOT_OPENED = {
  'wrong-key': (login: string) =>
    `The login of ${login} was sealed with another keychain. It was left as it is; sign in again to replace it.`,
  foreign: (login: string, name: string) =>
    `A stored login (${name}, called ${login}) isn’t the one that belongs there: its file was copied or changed. It was left as it is; sign that account in again.`,
};

function whyUnusable(name: string, document: StoredDocument): string {
  if (document.kind === 'read' && isNewerRecord(document.value)) {
    return `A stored login (${name}) was written by a newer Castkey. It was left as it is: update Castkey, or sign that account in again.`;
  }
  return `A stored login (${name}) can’t be read. It was left where it is; sign that account in again.`;
}
