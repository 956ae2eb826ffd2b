import { useCallback, useId, useState } from 'react';
import type { AccountView, LoginView } from '../../../shared/views.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { ScopeGroups } from '../../components/scope-groups.tsx';
import { safeText } from '../../format/safe-text.ts';
import { agoWords, dateWords } from '../../format/time-words.ts';
import { useClock } from '../../state/clock.ts';
import { useVault } from '../../state/window-stores.ts';
import { IconKey, IconPlus } from '../../theme/icons.ts';
import { openDialog } from '../dialogs/open-dialog.ts';
import { useLockedWhy } from '../lock/use-locked-why.ts';
import screen from '../screen.module.css';
import { ScreenHeader, SearchField } from '../screen.tsx';
import { AccountActions } from './account-actions.tsx';
import { accountsInOrder, addAccount, leadingLogin, matchesAccount, NoAccounts } from './account-list.tsx';
import { StateAdvice, StateTag, TimeLeft } from './account-summary.tsx';
import css from './accounts.module.css';
import { Avatar, DisplayName } from './avatar.tsx';
import { IntentEditor } from './intent-editor.tsx';
import { LoginList } from './login-list.tsx';

/** More accounts than this can be searched. */
const MAX_UNSEARCHED = 8;

/** Each account in detail: its jobs, what bots can do with it, and when Twitch last confirmed it. */
export function AccountsScreen() {
  const accounts = useVault((vault) => vault.accounts);
  const [query, setQuery] = useState('');
  const locked = useLockedWhy();
  const shown = accountsInOrder(accounts).filter((account) => matchesAccount(account, query));
  return (
    <>
      <ScreenHeader title="Accounts" sub="What each login is for, and what bots can do with it.">
        <ActionButton
          variant="default"
          why={locked}
          leftSection={<IconKey size={16} aria-hidden />}
          onClick={() => openDialog({ kind: 'add-token' })}
        >
          Add a bare token
        </ActionButton>
        <ActionButton why={locked} leftSection={<IconPlus size={16} aria-hidden />} onClick={addAccount}>
          Add account
        </ActionButton>
      </ScreenHeader>
      {accounts.length > MAX_UNSEARCHED ? (
        <SearchField label="Find an account" value={query} onChange={setQuery} />
      ) : null}
      {accounts.length === 0 ? <NoAccounts /> : null}
      {shown.map((account) => (
        <AccountDetails key={account.userId} account={account} />
      ))}
      {accounts.length > 0 && shown.length === 0 ? (
        <p className={screen.soft}>No account is called that.</p>
      ) : null}
    </>
  );
}

function AccountDetails(props: { account: AccountView }) {
  const { account } = props;
  const login = leadingLogin(account);
  const several = account.logins.length > 1;
  const heading = useId();
  return (
    <article className={`${screen.card} ${css.details}`} aria-label={account.login}>
      <header className={css.head}>
        <Avatar account={account} />
        <div className={css.who}>
          <h2 id={heading}>{account.login}</h2>
          <DisplayName account={account} />
        </div>
        <StateTag login={login} />
      </header>
      {several ? null : <StateAdvice login={login} />}
      <div className={css.columns}>
        <div className={css.column}>
          {several ? null : <TimeLeft login={login} />}
          <dl className={css.facts}>
            {several ? null : <Facts login={login} />}
            <dt>Twitch user ID</dt>
            <dd>
              <code>{account.userId}</code>
            </dd>
          </dl>
        </div>
        <IntentEditor account={account} />
      </div>
      {several ? (
        <LoginList account={account} about={heading} more={(one) => <LoginDetails login={one} />} />
      ) : (
        <Permissions login={login} label="What bots can do with it" />
      )}
      <AccountActions account={account} about={heading} />
    </article>
  );
}

function LoginDetails(props: { login: LoginView }) {
  const { login } = props;
  return (
    <>
      <dl className={css.facts}>
        <Facts login={login} />
      </dl>
      <Permissions login={login} label={`What bots can do through ${safeText(login.application)}`} />
    </>
  );
}

function Permissions(props: { login: LoginView; label: string }) {
  const { scopes } = props.login;
  if (scopes.length === 0) {
    return (
      <p className={screen.soft}>No permissions yet. A bot that needs some asks by itself, and you decide.</p>
    );
  }
  return (
    <Disclosure label={`${props.label} (${scopes.length})`}>
      <ScopeGroups scopes={scopes} />
    </Disclosure>
  );
}

function renewedWords({ canRefresh, state }: LoginView): string {
  if (!canRefresh) return 'no, a bare token can’t be';
  return state === 'needs-sign-in' ? 'not until you sign in again' : 'yes, before it runs out';
}

function Facts(props: { login: LoginView }) {
  const { validatedAt, obtainedAt } = props.login;
  const validated = useClock(
    useCallback(
      (now: number) => (validatedAt === null ? 'not yet' : agoWords(validatedAt, now)),
      [validatedAt],
    ),
  );
  return (
    <>
      <dt>Confirmed by Twitch</dt>
      <dd>{validated}</dd>
      <dt>Token from</dt>
      <dd>{dateWords(obtainedAt)}</dd>
      <dt>Renewed by Castkey</dt>
      <dd>{renewedWords(props.login)}</dd>
    </>
  );
}
