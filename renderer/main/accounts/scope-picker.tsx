import { Button, TextInput } from '@mantine/core';
import { useId, useState } from 'react';
import type { ScopeInfo } from '../../../shared/scopes.ts';
import type { AccountView } from '../../../shared/views.ts';
import { RISK_STYLE } from '../../components/scope-groups.tsx';
import { Tag } from '../../components/tag.tsx';
import { byTopic, riskTitle, sentence } from '../../format/scope-words.ts';
import { counted } from '../../format/time-words.ts';
import { ask } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { IconCheck, IconSearch } from '../../theme/icons.ts';
import css from '../dialogs/dialogs.module.css';
import { closeDialog } from '../dialogs/open-dialog.ts';

/** Chooses further scopes for an account; what it has already can't be taken away here. */
export function ScopePicker(props: { account: AccountView }) {
  const { userId, scopes: held } = props.account;
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [query, setQuery] = useState('');
  const topics = byTopic(held, query);
  const toggle = (scope: string) =>
    setChosen(chosen.includes(scope) ? chosen.filter((other) => other !== scope) : [...chosen, scope]);
  const go = () => {
    closeDialog();
    void ask(vaultCalls()['account.signIn']({ userId, scopes: [...chosen] }));
  };
  return (
    <div className={css.picker}>
      <div className={css.search}>
        <p className={css.soft}>
          Choose what bots should be able to do. Twitch asks you to confirm; what the account has now is kept.
        </p>
        <TextInput
          data-autofocus
          aria-label="Find a scope"
          placeholder="Find: chat, polls, ban …"
          leftSection={<IconSearch size={16} aria-hidden />}
          value={query}
          onChange={(event) => setQuery(event.currentTarget.value)}
        />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling list must be reachable by keyboard */}
      <section className={css.results} aria-label="Scopes" tabIndex={0}>
        {topics.length === 0 ? <p className={css.soft}>Nothing found. Try another word.</p> : null}
        {topics.map((topic) => (
          <Topic key={topic.title} {...topic} held={held} chosen={chosen} onToggle={toggle} />
        ))}
      </section>
      <div className={css.foot}>
        <span className={css.chosen} role="status">
          {chosen.length ? `${counted(chosen.length, 'new permission')} chosen` : 'Nothing chosen yet'}
        </span>
        <Button variant="default" onClick={closeDialog}>
          Cancel
        </Button>
        <Button disabled={chosen.length === 0} onClick={go}>
          Continue
        </Button>
      </div>
    </div>
  );
}

function Topic(props: {
  title: string;
  scopes: ScopeInfo[];
  held: readonly string[];
  chosen: readonly string[];
  onToggle: (scope: string) => void;
}) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className={css.topic}>
        {props.title}
      </h3>
      {props.scopes.map((info) => (
        <Option
          key={info.scope}
          info={info}
          held={props.held.includes(info.scope)}
          chosen={props.chosen.includes(info.scope)}
          onToggle={() => props.onToggle(info.scope)}
        />
      ))}
    </section>
  );
}

function Option(props: { info: ScopeInfo; held: boolean; chosen: boolean; onToggle: () => void }) {
  const id = useId();
  const { info, held } = props;
  const { icon, tone } = RISK_STYLE[info.risk];
  return (
    <label className={css.option} data-held={held || undefined}>
      <input
        type="checkbox"
        checked={held || props.chosen}
        disabled={held}
        aria-labelledby={`${id}w`}
        aria-describedby={`${id}d`}
        onChange={props.onToggle}
      />
      <span className={css.words}>
        <span id={`${id}w`}>{sentence(info.words)}</span>
        <code>{info.scope}</code>
      </span>
      <span id={`${id}d`}>
        {held ? (
          <Tag icon={IconCheck}>Granted</Tag>
        ) : (
          <Tag tone={tone} icon={icon}>
            {riskTitle(info.risk)}
          </Tag>
        )}
      </span>
    </label>
  );
}
