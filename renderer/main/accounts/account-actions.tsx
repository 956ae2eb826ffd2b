import type { AccountView, LoginView } from '../../../shared/views.ts';
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

/** Why a login can't be refreshed by a click; null when it can. */
export function whyNotRefreshed({ canRefresh, tryAnyway }: LoginView): string | null {
  if (!canRefresh) return NOT_RENEWABLE;
  return tryAnyway === null ? null : LEFT_ALONE;
}

/** True where nothing but her own sign-in helps. */
const wantsSignIn = ({ state }: LoginView): boolean => state === 'needs-sign-in' || state === 'expired';

/**
 * What can be done with an account as a whole; the names are the contract's (section 4), and `about` says which one it is.
 * Where it has several logins, what one of them needs stands in that login's line.
 */
export function AccountActions(props: { account: AccountView; about: string; compact?: boolean }) {
  const { account, about } = props;
  const { userId, logins } = account;
  const locked = useLockedWhy();
  const [first] = logins;
  const several = logins.length > 1;
  const stuck = logins.every((login) => whyNotRefreshed(login) !== null);
  const many = !several && wantsSignIn(first);
  return (
    <div className={css.actions} data-compact={props.compact || undefined} data-many={many || undefined}>
      {several ? null : <Remedies userId={userId} login={first} about={about} />}
      <ActionButton
        about={about}
        size="xs"
        variant="default"
        why={stuck ? whyNotRefreshed(first) : null}
        busy={logins.some(({ refreshing }) => refreshing)}
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

/** What helps a login that Twitch refuses or Castkey leaves alone; `named` tells it from the person's other logins. */
export function Remedies(props: { userId: string; login: LoginView; about: string; named?: string }) {
  const { userId, login, about } = props;
  const { clientId, tryAnyway, refreshing } = login;
  const locked = useLockedWhy();
  const suffix = props.named ? <span className="unseen">{` (${props.named})`}</span> : null;
  return (
    <>
      {wantsSignIn(login) ? (
        <ActionButton
          about={about}
          size="xs"
          why={locked}
          leftSection={<IconLogin size={15} aria-hidden />}
          onClick={() => void ask(vaultCalls()['account.signIn']({ userId, clientId }))}
        >
          Sign in again{suffix}
        </ActionButton>
      ) : null}
      {tryAnyway === null ? null : (
        <ActionButton
          about={about}
          size="xs"
          variant="default"
          why={locked}
          busy={refreshing}
          onClick={() => openDialog({ kind: 'try-anyway', userId, clientId })}
        >
          Try anyway{suffix}
        </ActionButton>
      )}
    </>
  );
}
