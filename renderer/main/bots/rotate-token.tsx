import { Button } from '@mantine/core';
import { useState } from 'react';
import type { AccountView, BotView, GrantView, LoginView } from '../../../shared/views.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { counted, listed } from '../../format/phrases.ts';
import { problemOf } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import css from '../dialogs/dialogs.module.css';
import { closeDialog, openDialog } from '../dialogs/open-dialog.ts';

const HOUR = 3_600_000;

/** A login of which a bot may hold a token. */
export interface HeldLogin {
  account: AccountView;
  login: LoginView;
}

/** When the last token a grant was used for is over, judged by how long the login's tokens live. */
function lastTokenExpiresAt({ expiresAt, obtainedAt }: LoginView, { lastUsedAt }: GrantView): number {
  if (lastUsedAt === null) return 0;
  return expiresAt === null ? Number.POSITIVE_INFINITY : lastUsedAt + (expiresAt - obtainedAt);
}

/** The logins for a bot's application that can have a new token and of which it may still hold one, its grants being gone. */
export function loginsStillHeld(
  clientId: string | null,
  grants: readonly GrantView[],
  accounts: readonly AccountView[],
): HeldLogin[] {
  const isOn = ({ userId, login }: AccountView, grant: GrantView) =>
    grant.userId === null ? grant.login === login : grant.userId === userId;
  return accounts
    .flatMap((account) => account.logins.map((login) => ({ account, login })))
    .filter(
      ({ account, login }) =>
        login.clientId === clientId &&
        login.canRefresh &&
        grants.some((grant) => isOn(account, grant) && lastTokenExpiresAt(login, grant) > Date.now()),
    );
}

/** Offers to end the token a bot may still hold, where there is one. */
export function offerRotation(
  bot: Pick<BotView, 'name' | 'clientId'>,
  grants: readonly GrantView[],
  accounts: readonly AccountView[],
): void {
  const held = loginsStillHeld(bot.clientId, grants, accounts);
  const logins = held.map(({ account, login }) => ({ userId: account.userId, clientId: login.clientId }));
  if (logins.length > 0) openDialog({ kind: 'rotate-token', botName: bot.name, logins });
}

/** How long the tokens of these logins work on, at most. */
export function remainingLifeWords(logins: readonly LoginView[], now: number): string {
  if (logins.some(({ expiresAt }) => expiresAt === null)) return 'until it is ended';
  const left = Math.max(...logins.map(({ expiresAt }) => expiresAt ?? 0)) - now;
  return `for up to ${counted(Math.max(1, Math.ceil(left / HOUR)), 'hour')}`;
}

/** After a permission or a bot is gone: what the bot holds still works. Ends it, if she likes. */
export function RotateToken(props: { held: HeldLogin[] }) {
  const { held } = props;
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);
  const make = async () => {
    setBusy(true);
    setProblem('');
    const found: string[] = [];
    for (const { account, login } of held) {
      const which = { userId: account.userId, clientId: login.clientId };
      const wrong = await problemOf(vaultCalls()['account.rotate'](which));
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
        The bot may still hold a token for {listed(held.map(({ account }) => account.login))} that works{' '}
        {remainingLifeWords(
          held.map(({ login }) => login),
          Date.now(),
        )}
        . Make a new one and end the old one? Your other bots get the new one by themselves.
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
