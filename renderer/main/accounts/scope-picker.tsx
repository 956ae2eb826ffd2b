import { NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ScopeRisk } from '../../../shared/scopes.ts';
import type { AccountView, LoginView } from '../../../shared/views.ts';
import { RISK_STYLE } from '../../components/scope-groups.tsx';
import { Tag } from '../../components/tag.tsx';
import { counted } from '../../format/phrases.ts';
import { safeText } from '../../format/safe-text.ts';
import { byTopic, RISKS } from '../../format/scope-words.ts';
import { problemOf } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { IconCheck, IconSearch } from '../../theme/icons.ts';
import css from '../dialogs/dialogs.module.css';
import { closeDialog } from '../dialogs/open-dialog.ts';
import { ScopeListDialog, ScopeOption, ScopeSection } from '../dialogs/scope-list.tsx';
import { useLockedWhy } from '../lock/use-locked-why.ts';

/** Chooses further scopes for a `login` of the account; what it has already can't be taken away here. */
export function ScopePicker(props: { account: AccountView; login: LoginView }) {
  const { userId, logins } = props.account;
  const [clientId, setClientId] = useState(props.login.clientId);
  const { scopes: held } = logins.find((login) => login.clientId === clientId) ?? props.login;
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [query, setQuery] = useState('');
  const topics = byTopic(held, query);
  const toggle = (scope: string) =>
    setChosen(chosen.includes(scope) ? chosen.filter((other) => other !== scope) : [...chosen, scope]);
  const locked = useLockedWhy();
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const choose = (next: string) => {
    setClientId(next);
    setChosen([]);
  };
  // Closed only once it has gone well: what was chosen stays.
  const signIn = async () => {
    setBusy(true);
    const wrong = await problemOf(vaultCalls()['account.signIn']({ userId, clientId, scopes: [...chosen] }));
    setBusy(false);
    if (wrong === null) closeDialog();
    else setProblem(wrong);
  };
  return (
    <ScopeListDialog
      label="Scopes"
      head={
        <>
          <Head query={query} onChange={setQuery} />
          {logins.length > 1 ? <ForWhich logins={logins} value={clientId} onChange={choose} /> : null}
        </>
      }
      status={chosen.length ? `${counted(chosen.length, 'new permission')} chosen` : 'Nothing chosen yet'}
      problem={locked ?? problem}
      submit={{
        label: 'Continue',
        disabled: chosen.length === 0,
        busy,
        why: locked,
        run: () => void signIn(),
      }}
    >
      {topics.length === 0 ? <p className={css.soft}>Nothing found. Try another word.</p> : null}
      {topics.map(({ title, scopes }) => (
        <ScopeSection key={title} heading={title}>
          {scopes.map((info) => {
            const has = held.includes(info.scope);
            return (
              <ScopeOption
                key={info.scope}
                info={info}
                held={has}
                checked={has || chosen.includes(info.scope)}
                note={has ? <Tag icon={IconCheck}>Granted</Tag> : <RiskTag risk={info.risk} />}
                onToggle={() => toggle(info.scope)}
              />
            );
          })}
        </ScopeSection>
      ))}
    </ScopeListDialog>
  );
}

function Head(props: { query: string; onChange: (query: string) => void }) {
  return (
    <>
      <p className={css.soft}>
        Choose what bots should be able to do. Twitch asks you to confirm; what the account has now is kept.
      </p>
      <TextInput
        data-autofocus
        aria-label="Find a scope"
        placeholder="Find: chat, polls, ban …"
        leftSection={<IconSearch size={16} aria-hidden />}
        value={props.query}
        onChange={(event) => props.onChange(event.currentTarget.value)}
      />
    </>
  );
}

function ForWhich(props: {
  logins: readonly LoginView[];
  value: string;
  onChange: (clientId: string) => void;
}) {
  return (
    <NativeSelect
      label="For bots of the Twitch application"
      data={props.logins.map(({ clientId, application }) => ({
        value: clientId,
        label: safeText(application),
      }))}
      value={props.value}
      onChange={(event) => props.onChange(event.currentTarget.value)}
    />
  );
}

function RiskTag(props: { risk: ScopeRisk }) {
  const { icon, tone } = RISK_STYLE[props.risk];
  return (
    <Tag tone={tone} icon={icon}>
      {RISKS[props.risk].title}
    </Tag>
  );
}
