import type { AccountView } from '../../../shared/views.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { announce } from '../../state/announce.ts';
import { ask } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { IconLogin, IconPlus, IconRefresh, IconTrash } from '../../theme/icons.ts';
import { openDialog } from '../dialogs/open-dialog.ts';
import { useLockedWhy } from '../lock/use-locked-why.ts';
import css from './account-actions.module.css';

const LEFT_ALONE = 'Castkey leaves this login alone. “Try anyway” says why, and what it may cost.';
const NOT_RENEWABLE = 'A bare access token can’t be renewed. Sign in to get one that can.';

async function refresh({ userId, login }: AccountView): Promise<void> {
  if (await ask(vaultCalls()['account.refresh']({ userId }))) announce(`${login} is refreshed.`);
}

function whyNotRefreshed({ canRefresh, tryAnyway }: AccountView): string | null {
  if (!canRefresh) return NOT_RENEWABLE;
  return tryAnyway === null ? null : LEFT_ALONE;
}

/** What can be done with an account; the names are the contract's (section 4), and `about` says which one it is. */
export function AccountActions(props: { account: AccountView; about: string; compact?: boolean }) {
  const { account, about } = props;
  const { userId, refreshing, state, tryAnyway } = account;
  const locked = useLockedWhy();
  const signIn = state === 'needs-sign-in' || state === 'expired';
  return (
    <div className={css.actions} data-compact={props.compact || undefined} data-many={signIn || undefined}>
      {signIn ? (
        <ActionButton
          about={about}
          size="xs"
          why={locked}
          leftSection={<IconLogin size={15} aria-hidden />}
          onClick={() => void ask(vaultCalls()['account.signIn']({ userId }))}
        >
          Sign in again
        </ActionButton>
      ) : null}
      {tryAnyway === null ? null : (
        <ActionButton
          about={about}
          size="xs"
          variant="default"
          why={locked}
          busy={refreshing}
          onClick={() => openDialog({ kind: 'try-anyway', userId })}
        >
          Try anyway
        </ActionButton>
      )}
      <ActionButton
        about={about}
        size="xs"
        variant="default"
        why={whyNotRefreshed(account)}
        busy={refreshing}
        leftSection={<IconRefresh size={15} aria-hidden />}
        onClick={() => void refresh(account)}
      >
        Refresh
      </ActionButton>
      <ActionButton
        about={about}
        size="xs"
        variant="default"
        why={locked}
        leftSection={<IconPlus size={15} aria-hidden />}
        onClick={() => openDialog({ kind: 'grant-scopes', userId })}
      >
        Grant scopes
      </ActionButton>
      <ActionButton
        about={about}
        size="xs"
        variant="subtle"
        color="red"
        className={css.remove ?? ''}
        why={locked}
        leftSection={<IconTrash size={15} aria-hidden />}
        onClick={() => openDialog({ kind: 'remove-account', userId })}
      >
        Remove
      </ActionButton>
    </div>
  );
}
