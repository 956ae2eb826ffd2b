import type { AccountView, LoginView } from '../../../shared/views.ts';
import { announce } from '../../state/announce.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { Confirm } from '../dialogs/confirm.tsx';
import { useLockedWhy } from '../lock/use-locked-why.ts';

/** Says what it may cost before a login that Castkey leaves alone is renewed all the same. */
export function TryAnyway(props: { account: AccountView; login: LoginView }) {
  const { userId, login } = props.account;
  const { clientId, stateText, tryAnyway } = props.login;
  return (
    <Confirm
      yes="Try anyway"
      no="Leave it alone"
      why={useLockedWhy()}
      onYes={() => vaultCalls()['account.tryAnyway']({ userId, clientId })}
      onDone={() => announce(`${login} works again.`)}
      lines={[`Castkey leaves this login alone: ${stateText}.`, tryAnyway ?? '']}
    />
  );
}
