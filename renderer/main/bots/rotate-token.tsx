import { Button } from '@mantine/core';
import { useState } from 'react';
import type { AccountView, GrantView } from '../../../shared/views.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { counted, listed } from '../../format/phrases.ts';
import { problemOf } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import css from '../dialogs/dialogs.module.css';
import { closeDialog, openDialog } from '../dialogs/open-dialog.ts';

const HOUR = 3_600_000;

/** When the last token a grant was used for is over, judged by how long the account's tokens live. */
function lastTokenExpiresAt({ expiresAt, obtainedAt }: AccountView, { lastUsedAt }: GrantView): number {
  if (lastUsedAt === null) return 0;
  return expiresAt === null ? Number.POSITIVE_INFINITY : lastUsedAt + (expiresAt - obtainedAt);
}

/** The accounts that can have a new token and of which a bot may still hold one, its grants being gone. */
export function accountsStillHeld(
  grants: readonly GrantView[],
  accounts: readonly AccountView[],
): AccountView[] {
  const isOn = ({ userId, login }: AccountView, grant: GrantView) =>
    grant.userId === null ? grant.login === login : grant.userId === userId;
  return accounts.filter(
    (account) =>
      account.canRefresh &&
      grants.some((grant) => isOn(account, grant) && lastTokenExpiresAt(account, grant) > Date.now()),
  );
}

/** Offers to end the token a bot may still hold, where there is one. */
export function offerRotation(
  botName: string,
  grants: readonly GrantView[],
  accounts: readonly AccountView[],
): void {
  const userIds = accountsStillHeld(grants, accounts).map(({ userId }) => userId);
  if (userIds.length > 0) openDialog({ kind: 'rotate-token', botName, userIds });
}

/** How long the tokens of these accounts work on, at most. */
export function remainingLifeWords(accounts: readonly AccountView[], now: number): string {
  if (accounts.some(({ expiresAt }) => expiresAt === null)) return 'until it is ended';
  const left = Math.max(...accounts.map(({ expiresAt }) => expiresAt ?? 0)) - now;
  return `for up to ${counted(Math.max(1, Math.ceil(left / HOUR)), 'hour')}`;
}

/** After a permission or a bot is gone: what the bot holds still works. Ends it, if she likes. */
export function RotateToken(props: { accounts: AccountView[] }) {
  const { accounts } = props;
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);
  const make = async () => {
    setBusy(true);
    setProblem('');
    const found: string[] = [];
    for (const { userId } of accounts) {
      const wrong = await problemOf(vaultCalls()['account.rotate']({ userId }));
      if (wrong !== null) found.push(wrong);
    }
    setBusy(false);
    setProblem(found.join(' '));
    setDone(found.length === 0);
  };
  if (done) return <Done />;
  return (
    <div className={css.stack}>
      <p>
        The bot may still hold a token for {listed(accounts.map(({ login }) => login))} that works{' '}
        {remainingLifeWords(accounts, Date.now())}. Make a new one and end the old one? Your other bots get
        the new one by themselves.
      </p>
      {problem ? (
        <p className={css.problem} role="alert">
          {problem}
        </p>
      ) : null}
      <div className={css.buttons}>
        <Button variant="default" data-autofocus onClick={closeDialog}>
          Not now
        </Button>
        <ActionButton busy={busy} onClick={() => void make()}>
          Make a new token
        </ActionButton>
      </div>
    </div>
  );
}

function Done() {
  return (
    <div className={css.stack}>
      <p role="status">Done. What the bot holds no longer works.</p>
      <div className={css.buttons}>
        <Button data-autofocus onClick={closeDialog}>
          Got it
        </Button>
      </div>
    </div>
  );
}
