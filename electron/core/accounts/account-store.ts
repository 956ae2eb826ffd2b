/** Accounts on disk: their tokens are sealed before anything is written. */

import type { Deps, StoredDocument } from '../ports.ts';
import { reasonOf } from '../result.ts';
import { keepsSecrets } from '../secret.ts';
import { type Account, fromRecord, isNewerRecord, parseRecord, tokensToSeal, toRecord } from './account.ts';

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

/** Where accounts are kept between two runs. Whoever calls it does so for one account at a time. */
export interface AccountStore {
  load(clientId: string): Promise<LoadedAccounts>;
  /** Resolves true when the account, as it is now, is durable; false when the disk refused. */
  save(account: Account): Promise<boolean>;
  remove(account: Account): Promise<void>;
}

type StoreDeps = Pick<Deps, 'accounts' | 'box' | 'log'>;

/** The name of an account's document: its key is (client ID, user ID). */
function nameOf(account: Pick<Account, 'clientId' | 'userId'>): string {
  return `${account.clientId}-${account.userId}`;
}

/** Keeps accounts as sealed documents, or nowhere while nothing can be sealed. */
export function createAccountStore(deps: StoreDeps): AccountStore {
  return {
    load: (clientId) => loadAccounts(deps, clientId),
    async save(account) {
      if (!keepsSecrets(deps)) return true;
      const asItIs = { ...account }; // sealing takes its time, and what is sealed must fit what is not
      try {
        const sealed = await deps.box.seal(tokensToSeal(asItIs));
        await deps.accounts.write(nameOf(asItIs), toRecord(asItIs, sealed));
        return true;
      } catch (error) {
        deps.log.error('an account could not be saved', { userId: account.userId, reason: reasonOf(error) });
        return false;
      }
    },
    remove: (account) => deps.accounts.remove(nameOf(account)),
  };
}

async function loadAccounts(deps: StoreDeps, clientId: string): Promise<LoadedAccounts> {
  const loaded: LoadedAccounts = { accounts: [], stale: [], problems: [], sealed: false };
  for (const name of await deps.accounts.names()) {
    if (!name.startsWith(`${clientId}-`)) continue;
    const document = await deps.accounts.read(name);
    if (document.kind === 'absent') continue;
    const record = document.kind === 'read' ? parseRecord(document.value) : null;
    if (record !== null && record.clientId !== clientId) continue; // its ID only begins the same
    if (record === null) {
      loaded.problems.push(whyUnusable(name, document));
      continue;
    }
    if (document.kind === 'read' && document.previous) {
      loaded.problems.push(`The file of ${record.login} was damaged; the copy before it is used.`);
    }
    const opened = await deps.box.open(record.sealed);
    const account = opened.kind === 'opened' ? fromRecord(record, opened.plain) : null;
    if (account !== null) {
      loaded.accounts.push(account);
      if (opened.kind === 'opened' && opened.stale) loaded.stale.push(account);
    } else if (opened.kind === 'unavailable') loaded.sealed = true;
    else {
      loaded.problems.push(
        `The login of ${record.login} was sealed with another keychain. It was left as it is; sign in again to replace it.`,
      );
    }
  }
  return loaded;
}

function whyUnusable(name: string, document: StoredDocument): string {
  if (document.kind === 'read' && isNewerRecord(document.value)) {
    return `A stored login (${name}) was written by a newer Castkey. It was left as it is: update Castkey, or sign that account in again.`;
  }
  return `A stored login (${name}) can’t be read. It was left where it is; sign that account in again.`;
}
