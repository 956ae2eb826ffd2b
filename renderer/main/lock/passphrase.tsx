import { Button, PasswordInput } from '@mantine/core';
import { type FormEvent, useRef, useState } from 'react';
import { problemOf } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { useVault } from '../../state/window-stores.ts';
import css from '../dialogs/dialogs.module.css';
import { closeDialog } from '../dialogs/open-dialog.ts';

const MIN_PASSPHRASE_LENGTH = 10;

/** What is wrong with a new passphrase; empty when nothing is. */
export function passphraseProblem(first: string, second: string): { first: string; second: string } {
  const short =
    first.length < MIN_PASSPHRASE_LENGTH
      ? `Use at least ${MIN_PASSPHRASE_LENGTH} characters; a few random words are good.`
      : '';
  return { first: short, second: !short && first !== second ? 'The two are not the same.' : '' };
}

/** Seals the logins with a passphrase where the system has no keychain. */
export function SetPassphrase() {
  const first = useRef<HTMLInputElement>(null);
  const second = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState({ first: '', second: '' });
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const passphrase = first.current?.value ?? '';
    const found = passphraseProblem(passphrase, second.current?.value ?? '');
    if (found.first || found.second) return setProblem(found);
    setBusy(true);
    const answer = await problemOf(vaultCalls()['passphrase.set']({ passphrase }));
    setBusy(false);
    if (answer === null) closeDialog();
    else setProblem({ first: answer, second: '' });
  };
  return (
    <form className={css.stack} onSubmit={(event) => void submit(event)}>
      <p className={css.soft}>
        Castkey encrypts your logins with it and asks for it at each start. Nobody can recover it: if you
        forget it, you sign in to Twitch again.
      </p>
      <PasswordInput
        ref={first}
        label="New passphrase"
        data-autofocus
        error={problem.first}
        autoComplete="off"
      />
      <PasswordInput ref={second} label="Once more" error={problem.second} autoComplete="off" />
      <div className={css.buttons}>
        <Button variant="default" onClick={closeDialog}>
          Cancel
        </Button>
        <Button type="submit" loading={busy}>
          Set passphrase
        </Button>
      </div>
    </form>
  );
}

/** Opens the logins with the passphrase; also unlocks a locked vault. */
export function EnterPassphrase(props: { onDone: () => void; onLater?: () => void }) {
  const field = useRef<HTMLInputElement>(null);
  const locked = useVault((vault) => vault.locked);
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const passphrase = field.current?.value ?? '';
    if (!passphrase) return setProblem('Type your passphrase.');
    setBusy(true);
    const calls = vaultCalls();
    const wrong = await problemOf(calls['passphrase.enter']({ passphrase }));
    const answer = wrong ?? (locked ? await problemOf(calls['vault.unlock']({ passphrase })) : null);
    setBusy(false);
    if (answer === null) return props.onDone();
    setProblem(answer);
    field.current?.select();
  };
  return (
    <form className={css.stack} onSubmit={(event) => void submit(event)}>
      <PasswordInput ref={field} label="Passphrase" data-autofocus error={problem} autoComplete="off" />
      <div className={css.buttons}>
        <Button variant="default" onClick={props.onLater ?? closeDialog}>
          Not now
        </Button>
        <Button type="submit" loading={busy}>
          Open my logins
        </Button>
      </div>
    </form>
  );
}
