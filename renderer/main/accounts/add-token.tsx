import { PasswordInput } from '@mantine/core';
import { useRef, useState } from 'react';
import { problemOf } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { DialogForm } from '../dialogs/dialog-form.tsx';
import css from '../dialogs/dialogs.module.css';
import { closeDialog } from '../dialogs/open-dialog.ts';

/**
 * Takes a bare access token. The field is not React's: what is typed is read once, at submitting, and
 * the field is empty again before the call goes out.
 */
export function AddToken() {
  const field = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    const accessToken = (field.current?.value ?? '').trim().replace(/^oauth:/i, '');
    if (field.current) field.current.value = '';
    if (!accessToken) return setProblem('Paste the token first.');
    setBusy(true);
    const answer = await problemOf(vaultCalls()['account.addToken']({ accessToken }));
    setBusy(false);
    if (answer === null) closeDialog();
    else setProblem(answer);
  };
  return (
    <DialogForm submitLabel="Add token" busy={busy} onSubmit={() => void submit()}>
      <p className={css.soft}>
        For a token you got elsewhere. Castkey can lend it to bots but can’t renew it: when its time is over,
        it is over. Signing in with Twitch is nearly always better.
      </p>
      <PasswordInput
        ref={field}
        label="Access token"
        data-autofocus
        autoComplete="off"
        error={problem}
        onChange={() => setProblem('')}
      />
    </DialogForm>
  );
}
