import { useState } from 'react';
import type { AccountView } from '../../../shared/views.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { counted } from '../../format/phrases.ts';
import { announce } from '../../state/announce.ts';
import { ask } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { useVault } from '../../state/window-stores.ts';
import { IconPlus, IconRefresh } from '../../theme/icons.ts';
import {
  accountsInOrder,
  addAccount,
  matchesAccount,
  NoAccounts,
  needsAttention,
} from '../accounts/account-list.tsx';
import { useLockedWhy } from '../lock/use-locked-why.ts';
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
  const locked = useLockedWhy();
  const [refreshing, setRefreshing] = useState(false);
  const refreshAll = async () => {
    setRefreshing(true);
    if (await ask(vaultCalls()['account.refreshAll']())) announce('All accounts are refreshed.');
    setRefreshing(false);
  };
  const health = locked
    ? 'locked'
    : waiting
      ? `${waiting} need${waiting === 1 ? 's' : ''} you`
      : 'all is well';
  const sub = accounts.length ? `${counted(accounts.length, 'account')}, ${health}` : '';
  return (
    <>
      <ScreenHeader title="Dashboard" sub={sub}>
        <ActionButton
          variant="default"
          disabled={accounts.length === 0}
          busy={refreshing}
          leftSection={<IconRefresh size={16} aria-hidden />}
          onClick={() => void refreshAll()}
        >
          Refresh all
        </ActionButton>
        <ActionButton why={locked} leftSection={<IconPlus size={16} aria-hidden />} onClick={addAccount}>
          Add account
        </ActionButton>
      </ScreenHeader>
      {accounts.length === 0 ? <NoAccounts /> : <AccountList accounts={accounts} />}
    </>
  );
}

function AccountList(props: { accounts: AccountView[] }) {
  const [query, setQuery] = useState('');
  const shown = accountsInOrder(props.accounts).filter((account) => matchesAccount(account, query));
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
