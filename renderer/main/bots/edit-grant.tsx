import { useState } from 'react';
import type { GrantView } from '../../../shared/views.ts';
import { RISK_STYLE } from '../../components/scope-groups.tsx';
import { counted } from '../../format/phrases.ts';
import { byRisk, RISKS } from '../../format/scope-words.ts';
import { problemOf } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import css from '../dialogs/dialogs.module.css';
import { closeDialog } from '../dialogs/open-dialog.ts';
import { ScopeListDialog, ScopeOption, ScopeSection } from '../dialogs/scope-list.tsx';

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
    <ScopeListDialog
      label="What the bot may do"
      short
      head={
        <p className={css.soft}>
          Untick what the bot should ask you for again. Twitch’s tokens can’t be made smaller: one the bot
          gets for what is left still works for everything the account has granted.
        </p>
      }
      problem={problem}
      status={editStatus(kept.length, gone)}
      submit={{
        label: 'Save',
        disabled: gone === 0 || kept.length === 0,
        busy,
        run: () => void save(),
      }}
    >
      {byRisk(grant.scopes).map(({ risk, scopes }) => {
        const { icon: Icon, tone } = RISK_STYLE[risk];
        const { title, why } = RISKS[risk];
        const heading = (
          <>
            <Icon size={15} aria-hidden /> {title}:{' '}
          </>
        );
        return (
          <ScopeSection key={risk} heading={heading} why={why} tone={tone}>
            {scopes.map((info) => (
              <ScopeOption
                key={info.scope}
                info={info}
                checked={!dropped.includes(info.scope)}
                onToggle={() => toggle(info.scope)}
              />
            ))}
          </ScopeSection>
        );
      })}
    </ScopeListDialog>
  );
}

function editStatus(kept: number, gone: number): string {
  if (kept === 0) return 'To take everything back, use Revoke.';
  return gone ? `${counted(gone, 'permission')} taken back, ${kept} left` : 'Nothing changed yet';
}
