import { TextInput } from '@mantine/core';
import { useRef, useState } from 'react';
import { applicationName } from '../../../shared/application-name.ts';
import type { ApplicationView } from '../../../shared/views.ts';
import { MaskedInput } from '../../components/masked-input.tsx';
import { announce } from '../../state/announce.ts';
import { problemOf } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { useVault } from '../../state/window-stores.ts';
import { Confirm } from '../dialogs/confirm.tsx';
import { DialogForm } from '../dialogs/dialog-form.tsx';
import css from '../dialogs/dialogs.module.css';
import { closeDialog } from '../dialogs/open-dialog.ts';
import { useLockedWhy } from '../lock/use-locked-why.ts';
import { ApplicationForm } from './application-form.tsx';
import { removalWords } from './application-words.ts';
import { RedirectUrl } from './redirect-url.tsx';

/** Takes a further Twitch application of the streamer’s own. */
export function AddApplication() {
  return (
    <div className={css.stack}>
      <div className={css.soft}>
        In Twitch’s console its OAuth Redirect URL must be exactly
        <RedirectUrl />
      </div>
      <ApplicationForm withLabel onDone={closeDialog} />
    </div>
  );
}

/** Calls an application something else; Twitch isn’t told. */
export function RenameApplication(props: { application: ApplicationView }) {
  const { clientId, label } = props.application;
  const field = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    setBusy(true);
    const wrong = await problemOf(
      vaultCalls()['app.rename']({ clientId, label: field.current?.value.trim() ?? '' }),
    );
    setBusy(false);
    if (wrong === null) closeDialog();
    else setProblem(wrong);
  };
  return (
    <DialogForm submitLabel="Rename" busy={busy} onSubmit={() => void submit()}>
      <TextInput
        ref={field}
        label="Name"
        description="Only here: at Twitch it keeps its name."
        defaultValue={label}
        maxLength={64}
        data-autofocus
        error={problem}
        onChange={() => setProblem('')}
      />
    </DialogForm>
  );
}

/** Takes a new client secret, as after a leak. The field is not React’s: it is read once, at submitting. */
export function ReplaceSecret(props: { application: ApplicationView }) {
  const { clientId, kind } = props.application;
  const field = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    const clientSecret = (field.current?.value ?? '').trim();
    if (!clientSecret) return setProblem('Paste the new secret from Twitch’s console.');
    setBusy(true);
    const wrong = await problemOf(vaultCalls()['app.configure']({ clientId, kind, clientSecret }));
    setBusy(false);
    if (wrong !== null) return setProblem(wrong);
    if (field.current) field.current.value = '';
    announce('The client secret is replaced.');
    closeDialog();
  };
  return (
    <DialogForm submitLabel="Replace secret" busy={busy} onSubmit={() => void submit()}>
      <p className={css.soft}>
        Make a new secret in Twitch’s console (Manage, then New Secret) and paste it here. Logins stay.
      </p>
      <MaskedInput
        ref={field}
        label="Client secret"
        data-autofocus
        error={problem}
        onChange={() => setProblem('')}
      />
    </DialogForm>
  );
}

/** Asks before an application goes, naming the logins and bots that go with it. */
export function RemoveApplication(props: { application: ApplicationView }) {
  const { clientId } = props.application;
  const accounts = useVault((vault) => vault.accounts);
  const bots = useVault((vault) => vault.bots);
  const own = accounts.filter(({ logins }) => logins.some((login) => login.clientId === clientId));
  return (
    <Confirm
      yes="Remove application"
      why={useLockedWhy()}
      onYes={() => vaultCalls()['app.remove']({ clientId })}
      onDone={() => announce(`${applicationName(props.application)} is removed.`)}
      lines={removalWords(
        props.application,
        own.map(({ login }) => login),
        bots.filter((bot) => bot.clientId === clientId),
      )}
    />
  );
}
