import { Button } from '@mantine/core';
import { useState } from 'react';
import type { CallResult } from '../../../shared/ipc.ts';
import { ActionButton } from '../../components/action-button.tsx';
import { problemOf } from '../../state/ask.ts';
import css from './dialogs.module.css';
import { closeDialog } from './open-dialog.ts';

/** Asks before something that can't be undone. The way back has the focus; a yes that is refused leaves the dialog and says why. */
export function Confirm(props: {
  lines: string[];
  yes: string;
  no?: string;
  /** Why a yes can't be given now. */
  why?: string | null;
  onYes: () => Promise<CallResult<unknown>>;
  /** After a yes, the dialog being closed. */
  onDone?: () => void;
}) {
  const { why = null, onDone } = props;
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState('');
  const problem = why ?? refused;
  const answer = async () => {
    setBusy(true);
    const wrong = await problemOf(props.onYes());
    setBusy(false);
    if (wrong !== null) return setRefused(wrong);
    closeDialog();
    onDone?.();
  };
  return (
    <div className={css.stack}>
      {props.lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
      {problem ? (
        <p className={css.problem} role="alert">
          {problem}
        </p>
      ) : null}
      <div className={css.buttons}>
        <Button variant="default" data-autofocus onClick={closeDialog}>
          {props.no ?? 'Keep it'}
        </Button>
        <ActionButton className={css.danger ?? ''} busy={busy} why={why} onClick={() => void answer()}>
          {props.yes}
        </ActionButton>
      </div>
    </div>
  );
}
