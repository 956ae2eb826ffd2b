import { Button } from '@mantine/core';
import { useState } from 'react';
import type { AccountView } from '../../../shared/views.ts';
import { counted } from '../../format/phrases.ts';
import { ask } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { useVault } from '../../state/window-stores.ts';
import { IconPlus, IconRefresh } from '../../theme/icons.ts';
import { accountsInOrder, addAccount, NoAccounts, needsAttention } from '../accounts/account-list.tsx';
import screen from '../screen.module.css';
import { ScreenHeader, SearchField } from '../screen.tsx';
import { AccountCard, AccountRow } from './account-card.tsx';
import css from './dashboard.module.css';

/** More accounts than this are shown as rows. */
const MAX_CARDS = 8;

/** How all accounts are, and the quickest way to mend what is not well. */
export function DashboardScreen() {
  const accounts = useVault((vault) => vault.accounts);
  const waiting = accounts.filter(needsAttention).length;
  const health = waiting ? `${waiting} need${waiting === 1 ? 's' : ''} you` : 'all is well';
  const sub = accounts.length ? `${counted(accounts.length, 'account')}, ${health}` : '';
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
    <div className={screen.stack}>
      <SearchField label="Find an account" value={query} onChange={setQuery} />
      <div className={css.rows}>
        {shown.map((account) => (
          <AccountRow key={account.userId} account={account} />
        ))}
        {shown.length === 0 ? <p className={css.nothing}>No account is called that.</p> : null}
      </div>
    </div>
  );
}
