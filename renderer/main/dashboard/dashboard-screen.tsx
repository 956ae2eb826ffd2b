import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { AccountView } from '../../../shared/views.ts';
import { counted } from '../../format/time-words.ts';
import { ask } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { useVault } from '../../state/window-stores.ts';
import { IconLock, IconPlus, IconRefresh, IconSearch, IconUsers } from '../../theme/icons.ts';
import { needsAttention } from '../accounts/account-state.tsx';
import { Empty } from '../empty-state.tsx';
import screens from '../screen.module.css';
import { ScreenHeader } from '../screen.tsx';
import { AccountCard, AccountRow } from './account-card.tsx';
import css from './dashboard.module.css';

/** More accounts than this are shown as rows. */
const MAX_CARDS = 8;

/** Opens the sign-in window for an account that is new here. */
export const addAccount = () => void ask(vaultCalls()['account.signIn']({}));

/** Accounts that need her first, then by login. */
export function accountsInOrder(accounts: readonly AccountView[]): AccountView[] {
  return [...accounts].sort(
    (a, b) => Number(needsAttention(b)) - Number(needsAttention(a)) || a.login.localeCompare(b.login, 'en'),
  );
}

/** How all accounts are, and the quickest way to mend what is not well. */
export function DashboardScreen() {
  const accounts = useVault((vault) => vault.accounts);
  const troubled = accounts.filter(needsAttention).length;
  const wellness = troubled ? `${troubled} need${troubled === 1 ? 's' : ''} you` : 'all is well';
  const sub = accounts.length ? `${counted(accounts.length, 'account')}, ${wellness}` : '';
  return (
    <>
      <ScreenHeader title="Dashboard" sub={sub}>
        <Button
          variant="default"
          disabled={accounts.length === 0}
          leftSection={<IconRefresh size={16} aria-hidden />}
          onClick={() => void ask(vaultCalls()['account.refreshAll']())}
        >
          Refresh all
        </Button>
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={addAccount}>
          Add account
        </Button>
      </ScreenHeader>
      {accounts.length === 0 ? <NoAccounts /> : <AccountList accounts={accounts} />}
    </>
  );
}

/** What to do when there is no account yet. */
export function NoAccounts() {
  const locked = useVault((vault) => vault.locked || vault.protection.needsPassphrase);
  if (locked) {
    return (
      <Empty icon={IconLock} title="Your accounts are locked away">
        Unlock Castkey above to see them.
      </Empty>
    );
  }
  return (
    <Empty icon={IconUsers} title="No account yet">
      Add the Twitch account you stream with, or the one your chat bot speaks with. Castkey then keeps it
      signed in and lends it to the bots you allow.
    </Empty>
  );
}

function AccountList(props: { accounts: AccountView[] }) {
  const [query, setQuery] = useState('');
  const needle = query.trim().toLowerCase();
  const shown = accountsInOrder(props.accounts).filter((account) =>
    `${account.login} ${account.intents.join(' ')}`.toLowerCase().includes(needle),
  );
  if (props.accounts.length <= MAX_CARDS) {
    return (
      <div className={css.cards}>
        {accountsInOrder(props.accounts).map((account) => (
          <AccountCard key={account.userId} account={account} />
        ))}
      </div>
    );
  }
  return (
    <div className={screens.stack}>
      <TextInput
        className={screens.filter ?? ''}
        aria-label="Find an account"
        placeholder="Find an account"
        leftSection={<IconSearch size={16} aria-hidden />}
        value={query}
        onChange={(event) => setQuery(event.currentTarget.value)}
      />
      <div className={css.rows}>
        {shown.map((account) => (
          <AccountRow key={account.userId} account={account} />
        ))}
        {shown.length === 0 ? <p className={css.nothing}>No account is called that.</p> : null}
      </div>
    </div>
  );
}
