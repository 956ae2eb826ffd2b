import { Button } from '@mantine/core';
import type { AccountView } from '../../../shared/views.ts';
import { ask } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { IconLogin, IconPlus, IconRefresh, IconTrash } from '../../theme/icons.ts';
import { openDialog } from '../dialogs/open-dialog.ts';
import css from './account-actions.module.css';

/** What can be done with an account; the names are the contract's (section 4). */
export function AccountActions(props: { account: AccountView; compact?: boolean }) {
  const { userId, canRefresh, refreshing, state } = props.account;
  const signIn = state === 'needs-sign-in' || state === 'expired';
  return (
    <div className={css.actions} data-compact={props.compact || undefined} data-many={signIn || undefined}>
      {signIn ? (
        <Button
          size="xs"
          leftSection={<IconLogin size={15} aria-hidden />}
          onClick={() => void ask(vaultCalls()['account.signIn']({ userId }))}
        >
          Sign in again
        </Button>
      ) : null}
      <Button
        size="xs"
        variant="default"
        disabled={!canRefresh || refreshing}
        title={canRefresh ? undefined : 'A bare access token can’t be renewed. Sign in to get one that can.'}
        leftSection={<IconRefresh size={15} aria-hidden />}
        onClick={() => void ask(vaultCalls()['account.refresh']({ userId }))}
      >
        Refresh
      </Button>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconPlus size={15} aria-hidden />}
        onClick={() => openDialog({ kind: 'grant-scopes', userId })}
      >
        Grant scopes
      </Button>
      <Button
        size="xs"
        variant="subtle"
        color="red"
        className={css.remove ?? ''}
        leftSection={<IconTrash size={15} aria-hidden />}
        onClick={() => openDialog({ kind: 'remove-account', userId })}
      >
        Remove
      </Button>
    </div>
  );
}
