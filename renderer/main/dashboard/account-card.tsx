import { useId } from 'react';
import type { AccountView, LoginView } from '../../../shared/views.ts';
import { Disclosure } from '../../components/disclosure.tsx';
import { ScopeGroups } from '../../components/scope-groups.tsx';
import { counted } from '../../format/phrases.ts';
import { AccountActions } from '../accounts/account-actions.tsx';
import { leadingLogin, needsAttention } from '../accounts/account-list.tsx';
import { IntentTags, StateAdvice, StateTag, TimeLeft } from '../accounts/account-summary.tsx';
import { Avatar, DisplayName } from '../accounts/avatar.tsx';
import { LoginList } from '../accounts/login-list.tsx';
import screen from '../screen.module.css';
import css from './dashboard.module.css';

/** One account among few: everything at a glance. */
export function AccountCard(props: { account: AccountView }) {
  const { account } = props;
  const login = leadingLogin(account);
  const heading = useId();
  return (
    <article
      className={`${screen.card} ${css.card}`}
      aria-label={account.login}
      data-needs={needsAttention(account) || undefined}
    >
      <div className={css.head}>
        <Avatar account={account} />
        <div className={css.who}>
          <h2 id={heading} className={css.cardName}>
            {account.login}
          </h2>
          <DisplayName account={account} />
        </div>
        <div className={css.state}>
          <StateTag login={login} />
        </div>
      </div>
      {account.logins.length > 1 ? (
        <>
          <IntentTags intents={account.intents} />
          <LoginList account={account} about={heading} />
        </>
      ) : (
        <>
          <TimeLeft login={login} />
          <StateAdvice login={login} />
          <IntentTags intents={account.intents} />
          <div>
            <Scopes login={login} hint />
          </div>
        </>
      )}
      <AccountActions account={account} about={heading} />
    </article>
  );
}

/** One account among many: a dense row that folds when there is little room. */
export function AccountRow(props: { account: AccountView }) {
  const { account } = props;
  const login = leadingLogin(account);
  const several = account.logins.length > 1;
  const heading = useId();
  return (
    <article className={css.row} aria-label={account.login}>
      <div className={css.who}>
        <Avatar account={account} small />
        <div className={css.names}>
          <h2 id={heading} className={css.rowName}>
            {account.login}
          </h2>
          <DisplayName account={account} />
        </div>
      </div>
      <div className={css.jobs}>
        <StateTag login={login} />
        <IntentTags intents={account.intents} />
      </div>
      <div className={css.time}>{several ? null : <TimeLeft login={login} />}</div>
      <div className={css.acts}>
        <AccountActions account={account} about={heading} compact />
      </div>
      {several ? (
        <div className={css.logins}>
          <LoginList account={account} about={heading} />
        </div>
      ) : (
        <>
          <div className={css.note}>
            <StateAdvice login={login} />
          </div>
          <div className={css.scopes}>
            <Scopes login={login} />
          </div>
        </>
      )}
    </article>
  );
}

function Scopes(props: { login: LoginView; hint?: boolean }) {
  const { scopes } = props.login;
  if (scopes.length === 0) {
    return (
      <p className={css.none}>
        No permissions yet{props.hint ? '. A bot that needs some asks by itself, and you decide.' : null}
      </p>
    );
  }
  return (
    <Disclosure label={counted(scopes.length, 'permission')}>
      <ScopeGroups scopes={scopes} compact />
    </Disclosure>
  );
}
