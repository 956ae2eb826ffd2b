import type { AccountView } from '../../../shared/views.ts';
import { ask } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { useVault } from '../../state/window-stores.ts';
import { IconLock, IconUsers } from '../../theme/icons.ts';
import { EmptyState } from '../screen.tsx';

/** Opens the sign-in window for an account that is new here. */
export const addAccount = () => void ask(vaultCalls()['account.signIn']({}));

/** True for an account the streamer should look at. */
export const needsAttention = (account: AccountView): boolean =>
  !account.saved || (account.state !== 'ok' && account.state !== 'offline');

/** Accounts that need her first, then by login. */
export function accountsInOrder(accounts: readonly AccountView[]): AccountView[] {
  return [...accounts].sort(
    (a, b) => Number(needsAttention(b)) - Number(needsAttention(a)) || a.login.localeCompare(b.login, 'en'),
  );
}

/** What to do when there is no account yet, or none to be seen. */
export function NoAccounts() {
  const locked = useVault((vault) => vault.locked);
  const sealed = useVault((vault) => vault.protection.needsPassphrase);
  const damaged = useVault((vault) => vault.protection.damaged);
  if (locked || sealed) {
    return (
      <EmptyState icon={IconLock} title="Your accounts are locked away">
        {sealed && !locked ? 'Enter your passphrase above to see them.' : 'Unlock Castkey above to see them.'}
      </EmptyState>
    );
  }
  if (damaged) {
    return (
      <EmptyState icon={IconLock} title="Your accounts can’t be opened">
        Add them again, or restore a backup in Settings.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={IconUsers} title="No account yet">
      Add the Twitch account you stream with, or the one your chat bot speaks with. Castkey then keeps it
      signed in and lends it to the bots you allow.
    </EmptyState>
  );
}
