import type { AccountView, LoginView } from '../../../shared/views.ts';
import { counted, listed } from '../../format/phrases.ts';
import { safeText } from '../../format/safe-text.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { useVault } from '../../state/window-stores.ts';
import { Confirm } from '../dialogs/confirm.tsx';
import { useLockedWhy } from '../lock/use-locked-why.ts';

/** What is to be removed: the account, or one of its logins. */
export const removalTitle = ({ login }: AccountView, one: LoginView | undefined): string =>
  one ? `Remove ${login} from ${safeText(one.application)}?` : `Remove ${login}?`;

function signOutWords({ login, logins }: AccountView, one: LoginView | undefined): string {
  if (one) {
    return `Castkey signs ${login} out of ${safeText(one.application)} at Twitch and forgets that login. Logins for other applications stay.`;
  }
  const names = logins.map(({ application }) => safeText(application));
  const where = names.length > 1 ? ` for ${listed(names)}` : '';
  return `Castkey signs ${login} out at Twitch${where} and forgets its ${where ? 'logins' : 'login'}.`;
}

/** Asks before an account leaves Castkey, or one `login` of several does, naming the bots that then lose it. */
export function RemoveAccount(props: { account: AccountView; login?: LoginView | undefined }) {
  const { account, login: one } = props;
  const { userId, login } = account;
  const users = useVault((vault) => vault.bots).filter(
    (bot) =>
      (one === undefined || bot.clientId === one.clientId) &&
      bot.grants.some((grant) => grant.userId === userId || grant.login === login),
  );
  return (
    <Confirm
      yes={one ? 'Remove login' : 'Remove account'}
      why={useLockedWhy()}
      onYes={() => vaultCalls()['account.remove']({ userId, ...(one && { clientId: one.clientId }) })}
      lines={[
        signOutWords(account, one),
        users.length
          ? `${counted(users.length, 'bot')} can no longer use it: ${users.map((bot) => safeText(bot.name)).join(', ')}.`
          : 'No bot uses it at the moment.',
        'To have it back, sign in with Twitch again. Your Twitch account itself stays as it is.',
      ]}
    />
  );
}
