import type { AccountView } from '../../../shared/views.ts';
import { ask } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { Confirm } from '../dialogs/confirm.tsx';

/** Says what it may cost before a login that Castkey leaves alone is renewed all the same. */
export function TryAnyway(props: { account: AccountView }) {
  const { userId, stateText, tryAnyway } = props.account;
  return (
    <Confirm
      yes="Try anyway"
      no="Leave it alone"
      onYes={() => ask(vaultCalls()['account.tryAnyway']({ userId }))}
      lines={[`Castkey leaves this login alone: ${stateText}.`, tryAnyway ?? '']}
    />
  );
}
