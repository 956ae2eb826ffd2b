import { Button } from '@mantine/core';
import { useId, useState } from 'react';
import type { ScopeInfo } from '../../../shared/scopes.ts';
import type { GrantView } from '../../../shared/views.ts';
import { RISK_STYLE } from '../../components/scope-groups.tsx';
import { byRisk, RISKS, sentence } from '../../format/scope-words.ts';
import { counted } from '../../format/time-words.ts';
import { problemOf } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import css from '../dialogs/dialogs.module.css';
import { closeDialog } from '../dialogs/open-dialog.ts';

/** Makes a permission smaller: what is unticked, the bot has to ask for again. */
export function EditGrant(props: { keyId: string; grant: GrantView }) {
  const { keyId, grant } = props;
  const [dropped, setDropped] = useState<readonly string[]>([]);
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  // The grant may change while the dialog is open; only what it still has can be kept.
  const kept = grant.scopes.filter((scope) => !dropped.includes(scope));
  const gone = grant.scopes.length - kept.length;
  const toggle = (scope: string) =>
    setDropped(dropped.includes(scope) ? dropped.filter((other) => other !== scope) : [...dropped, scope]);
  const save = async () => {
    setBusy(true);
    const wrong = await problemOf(vaultCalls()['grant.change']({ keyId, grantId: grant.id, scopes: kept }));
    setBusy(false);
    if (wrong === null) closeDialog();
    else setProblem(wrong);
  };
  return (
    <div className={css.picker} data-short>
      <p className={`${css.search} ${css.soft}`}>
        Untick what the bot should ask you for again. Twitch’s tokens can’t be made smaller: one the bot gets
        for what is left still works for everything the account has granted.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling list must be reachable by keyboard */}
      <section className={css.results} aria-label="What the bot may do" tabIndex={0}>
        {byRisk(grant.scopes).map(({ risk, scopes }) => (
          <RiskOptions key={risk} risk={risk} scopes={scopes} dropped={dropped} onToggle={toggle} />
        ))}
      </section>
      {problem ? (
        <p className={`${css.problem} ${css.aside}`} role="alert">
          {problem}
        </p>
      ) : null}
      <div className={css.foot}>
        <span className={css.chosen} role="status">
          {kept.length === 0
            ? 'To take everything back, use Revoke.'
            : gone
              ? `${counted(gone, 'permission')} taken back, ${kept.length} left`
              : 'Nothing changed yet'}
        </span>
        <Button variant="default" onClick={closeDialog}>
          Cancel
        </Button>
        <Button disabled={gone === 0 || kept.length === 0} loading={busy} onClick={() => void save()}>
          Save
        </Button>
      </div>
    </div>
  );
}

function RiskOptions(props: {
  risk: ScopeInfo['risk'];
  scopes: ScopeInfo[];
  dropped: readonly string[];
  onToggle: (scope: string) => void;
}) {
  const id = useId();
  const { icon: Icon, tone } = RISK_STYLE[props.risk];
  const words = RISKS.find((entry) => entry.risk === props.risk);
  return (
    <section aria-labelledby={id}>
      <h3 id={id} className={css.topic} data-tone={tone}>
        <Icon size={15} aria-hidden /> {words?.title}: <span className={css.soft}>{words?.why}</span>
      </h3>
      {props.scopes.map((info) => (
        <label key={info.scope} className={css.option}>
          <input
            type="checkbox"
            checked={!props.dropped.includes(info.scope)}
            aria-labelledby={`${id}${info.scope}`}
            onChange={() => props.onToggle(info.scope)}
          />
          <span className={css.words}>
            <span id={`${id}${info.scope}`}>{sentence(info.words)}</span>
            <code>{info.scope}</code>
          </span>
        </label>
      ))}
    </section>
  );
}
