import type { AccountView } from '../../../shared/views.ts';
import { counted } from '../../format/phrases.ts';
import { safeText } from '../../format/safe-text.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { useVault } from '../../state/window-stores.ts';
import { Confirm } from '../dialogs/confirm.tsx';
import { useLockedWhy } from '../lock/use-locked-why.ts';

/** Asks before an account leaves Castkey, naming the bots that then lose it. */
export function RemoveAccount(props: { account: AccountView }) {
  const { userId, login } = props.account;
  const users = useVault((vault) => vault.bots).filter((bot) =>
    bot.grants.some((grant) => grant.userId === userId || grant.login === login),
  );
  return (
    <Confirm
      yes="Remove account"
      why={useLockedWhy()}
      onYes={() => vaultCalls()['account.remove']({ userId })}
      lines={[
        `Castkey signs ${login} out at Twitch and forgets its login.`,
        users.length
          ? `${counted(users.length, 'bot')} can no longer use it: ${users.map((bot) => safeText(bot.name)).join(', ')}.`
          : 'No bot uses it at the moment.',
        'To have it back, sign in with Twitch again. Your Twitch account itself stays as it is.',
      ]}
    />
  );
}
