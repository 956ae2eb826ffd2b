import type { ReactNode } from 'react';
import type { AccountView, LoginView } from '../../../shared/views.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { safeText } from '../../format/safe-text.ts';
import { announce } from '../../state/announce.ts';
import { ask } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { IconPlus, IconRefresh, IconTrash, type TablerIcon } from '../../theme/icons.ts';
import { openDialog } from '../dialogs/open-dialog.ts';
import { useLockedWhy } from '../lock/use-locked-why.ts';
import { Remedies, whyNotRefreshed } from './account-actions.tsx';
import { StateAdvice, StateTag, TimeLeft } from './account-summary.tsx';
import css from './login-list.module.css';

/** The logins of a person who signed in for several Twitch applications, a line each; `more` goes below its line. */
export function LoginList(props: {
  account: AccountView;
  /** ID of the element that names the person. */
  about: string;
  more?: (login: LoginView) => ReactNode;
}) {
  const { account, about, more } = props;
  return (
    <ul className={css.list} aria-label="Logins">
      {account.logins.map((login) => (
        <li key={login.clientId} className={css.login}>
          <div className={css.line}>
            <div className={css.what}>
              <strong className={css.application}>{safeText(login.application)}</strong>
              <StateTag login={login} />
            </div>
            <TimeLeft login={login} />
            <LoginActions account={account} login={login} about={about} />
          </div>
          <StateAdvice login={login} />
          {more?.(login)}
        </li>
      ))}
    </ul>
  );
}

function LoginActions(props: { account: AccountView; login: LoginView; about: string }) {
  const { login, about } = props;
  const { userId, login: name } = props.account;
  const { clientId } = login;
  const application = safeText(login.application);
  const locked = useLockedWhy();
  const refresh = async () => {
    const done = await ask(vaultCalls()['account.refresh']({ userId, clientId }));
    if (done) announce(`${name} is refreshed for ${application}.`);
  };
  const named = (verb: string) => ({ about, name: `${verb} (${application})`, hint: verb });
  return (
    <div className={css.acts}>
      <Remedies userId={userId} login={login} about={about} named={application} />
      <IconAction
        {...named('Refresh')}
        icon={IconRefresh}
        why={whyNotRefreshed(login)}
        busy={login.refreshing}
        onClick={() => void refresh()}
      />
      <IconAction
        {...named('Grant scopes')}
        icon={IconPlus}
        why={locked}
        onClick={() => openDialog({ kind: 'grant-scopes', userId, clientId })}
      />
      <IconAction
        {...named('Remove')}
        icon={IconTrash}
        why={locked}
        onClick={() => openDialog({ kind: 'remove-account', userId, clientId })}
      />
    </div>
  );
}

/** A quiet button among many alike: its picture is seen, its name is read out. */
function IconAction(props: {
  icon: TablerIcon;
  name: string;
  hint: string;
  about: string;
  why: string | null;
  busy?: boolean;
  onClick: () => void;
}) {
  const { icon: Icon, name, busy = false, ...rest } = props;
  return (
    <ActionButton {...rest} busy={busy} size="xs" variant="subtle" color="gray" className={css.icon ?? ''}>
      {busy ? null : <Icon size={16} aria-hidden />}
      <span className="unseen">{name}</span>
    </ActionButton>
  );
}
