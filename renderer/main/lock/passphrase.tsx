import { PasswordInput } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { CALL_LIMITS } from '../../../shared/ipc.ts';
import { Mark } from '../../components/brand.tsx';
import { problemOf } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { useVault } from '../../state/window-stores.ts';
import { DialogForm } from '../dialogs/dialog-form.tsx';
import dialogs from '../dialogs/dialogs.module.css';
import { closeDialog } from '../dialogs/open-dialog.ts';
import page from '../main-window.module.css';
import css from './lock.module.css';

const MIN_LENGTH = CALL_LIMITS.passphrase.min;

/** What is wrong with a new passphrase; empty when nothing is. */
export function passphraseProblem(first: string, second: string): { first: string; second: string } {
  const short =
    first.length < MIN_LENGTH ? `Use at least ${MIN_LENGTH} characters; a few random words are good.` : '';
  return { first: short, second: !short && first !== second ? 'The two are not the same.' : '' };
}

/**
 * A passphrase to be set, typed twice. `read` gives it; or null, and then the fields say what is wrong with
 * it. `refuse` has them say why the main process did not take it.
 */
export function useNewPassphrase(label: string) {
  const first = useRef<HTMLInputElement>(null);
  const second = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState({ first: '', second: '' });
  const read = (): string | null => {
    const passphrase = first.current?.value ?? '';
    const found = passphraseProblem(passphrase, second.current?.value ?? '');
    setProblem(found);
    return found.first || found.second ? null : passphrase;
  };
  const fields = (
    <>
      <PasswordInput ref={first} label={label} data-autofocus error={problem.first} autoComplete="off" />
      <PasswordInput ref={second} label="Once more" error={problem.second} autoComplete="off" />
    </>
  );
  return { fields, read, refuse: (why: string) => setProblem({ first: why, second: '' }) };
}

/** Seals the logins with a passphrase where the system has no keychain. */
export function SetPassphrase() {
  const { fields, read, refuse } = useNewPassphrase('New passphrase');
  const damaged = useVault((vault) => vault.protection.damaged);
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    const passphrase = read();
    if (passphrase === null) return;
    setBusy(true);
    const answer = await problemOf(
      vaultCalls()['passphrase.set']({ passphrase, ...(damaged && { anew: true }) }),
    );
    setBusy(false);
    if (answer === null) closeDialog();
    else refuse(answer);
  };
  return (
    <DialogForm submitLabel="Set passphrase" busy={busy} onSubmit={() => void submit()}>
      <p className={dialogs.soft}>
        Castkey encrypts your logins with it and asks for it at each start. Nobody can recover it: if you
        forget it, you sign in to Twitch again.
      </p>
      {damaged ? (
        <p className={dialogs.soft}>
          What your old passphrase sealed stays shut, even if you type the same one: sign those accounts in
          again.
        </p>
      ) : null}
      {fields}
    </DialogForm>
  );
}

/**
 * A passphrase that opens something. The field is not React's: what is typed is read once, and is gone from
 * the page with the field when it was right. `open` gives the problem in words, or null.
 */
export function usePassphrase(open: (passphrase: string) => Promise<string | null>, onDone?: () => void) {
  const field = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    const passphrase = field.current?.value ?? '';
    if (!passphrase) return setProblem('Type your passphrase.');
    setBusy(true);
    const wrong = await open(passphrase);
    setBusy(false);
    if (wrong === null) return onDone?.();
    setProblem(wrong);
    field.current?.select();
  };
  return { field, problem, busy, submit: () => void submit() };
}

/** Opens the logins with the passphrase; also unlocks a locked vault. */
export function EnterPassphrase(props: { onDone: () => void; onLater?: () => void }) {
  const locked = useVault((vault) => vault.locked);
  const open = async (passphrase: string) => {
    const calls = vaultCalls();
    const wrong = await problemOf(calls['passphrase.enter']({ passphrase }));
    return wrong ?? (locked ? await problemOf(calls['vault.unlock']({ passphrase })) : null);
  };
  const { field, problem, busy, submit } = usePassphrase(open, props.onDone);
  // A dialog would put the focus there by itself; the screen at the start has none.
  useEffect(() => field.current?.focus(), [field]);
  return (
    <DialogForm
      submitLabel="Open my logins"
      cancelLabel="Not now"
      whileLocked
      busy={busy}
      onSubmit={submit}
      onCancel={props.onLater ?? closeDialog}
    >
      <PasswordInput ref={field} label="Passphrase" data-autofocus error={problem} autoComplete="off" />
    </DialogForm>
  );
}

/** Asks for the passphrase that seals the logins, before anything else. */
export function PassphraseScreen(props: { onLater: () => void }) {
  return (
    <main className={page.page}>
      <div className={css.narrow}>
        <Mark size={44} />
        <h1>Enter your passphrase</h1>
        <p className={page.lead}>Your logins are sealed with it. Until then bots have to wait.</p>
        <EnterPassphrase onDone={() => undefined} onLater={props.onLater} />
      </div>
    </main>
  );
}
