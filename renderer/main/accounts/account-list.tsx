import type { AccountView, LoginView } from '../../../shared/views.ts';
import { ask } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { useVault } from '../../state/window-stores.ts';
import { IconLock, IconUsers } from '../../theme/icons.ts';
import { EmptyState } from '../screen.tsx';

/** Opens the sign-in window for an account that is new here. */
export const addAccount = () => void ask(vaultCalls()['account.signIn']({}));

const isTroubled = ({ saved, state }: LoginView): boolean =>
  !saved || (state !== 'ok' && state !== 'offline');

/** True for an account the streamer should look at. */
export const needsAttention = ({ logins }: AccountView): boolean => logins.some(isTroubled);

/** The login that speaks for the whole account: one that needs her, else one that isn't well, else the first. */
export const leadingLogin = ({ logins }: AccountView): LoginView =>
  logins.find(isTroubled) ?? logins.find(({ state }) => state !== 'ok') ?? logins[0];

/** Whether an account is what she looks for: by its names, its jobs or the applications it signed in for. */
export function matchesAccount({ login, displayName, intents, logins }: AccountView, query: string): boolean {
  const words = [login, displayName ?? '', ...intents, ...logins.map(({ application }) => application)];
  return words.join(' ').toLowerCase().includes(query.trim().toLowerCase());
}

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
