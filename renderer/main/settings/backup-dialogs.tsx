import { PasswordInput } from '@mantine/core';
import { useRef, useState } from 'react';
import { vaultCalls } from '../../state/preload-api.ts';
import { useVault } from '../../state/window-stores.ts';
import { DialogForm } from '../dialogs/dialog-form.tsx';
import css from '../dialogs/dialogs.module.css';
import { Report, useReport } from '../dialogs/report.tsx';
import { useNewPassphrase } from '../lock/passphrase.tsx';

/** Says what the file means, asks for a passphrase twice, then where to save it. */
export function ExportBackup() {
  const isPublic = useVault((vault) => vault.applications.some(({ kind }) => kind === 'public'));
  const { fields, read } = useNewPassphrase('Passphrase for the file');
  const { report, problem, busy, run } = useReport();
  const submit = () => {
    const passphrase = read();
    if (passphrase !== null) void run(vaultCalls()['backup.export']({ passphrase }));
  };
  if (report) return <Report report={report} />;
  return (
    <DialogForm submitLabel="Choose where to save" busy={busy} problem={problem} onSubmit={submit}>
      <p>
        One encrypted file with everything another computer needs: your Twitch application, logins, jobs, bots
        with their keys and permissions, settings.
      </p>
      <p>
        <strong>Whoever has the file and its passphrase has your logins.</strong> Nobody can open it without
        the passphrase, you included.
      </p>
      {isPublic ? (
        <p className={css.soft}>
          Your application is Public: what the file holds renews each login once. After a move the old
          computer must not go on using these logins, so quit Castkey there.
        </p>
      ) : null}
      {fields}
    </DialogForm>
  );
}

/** Asks for the passphrase of a backup, then for the file. */
export function RestoreBackup() {
  const field = useRef<HTMLInputElement>(null);
  const [missing, setMissing] = useState('');
  const { report, problem, busy, run } = useReport();
  const submit = () => {
    const passphrase = field.current?.value ?? '';
    setMissing(passphrase ? '' : 'Type the passphrase of the file.');
    if (passphrase) void run(vaultCalls()['backup.restore']({ passphrase }));
  };
  if (report) return <Report report={report} />;
  return (
    <DialogForm submitLabel="Choose the file" busy={busy} problem={problem} onSubmit={submit}>
      <p>
        Brings back what a backup holds. A login that is newer here stays as it is, and so do jobs and
        permissions you have given out here.
      </p>
      <p className={css.soft}>
        Restore only files you made yourself: the bots in them get in without asking. Quit Castkey on the old
        computer first.
      </p>
      <PasswordInput
        ref={field}
        label="Passphrase of the file"
        data-autofocus
        error={missing}
        autoComplete="off"
      />
    </DialogForm>
  );
}

/** Says which files of other programs can be read, then asks for one. */
export function ImportLogins() {
  const { report, problem, busy, run } = useReport();
  if (report) return <Report report={report} />;
  return (
    <DialogForm
      submitLabel="Choose the file"
      busy={busy}
      problem={problem}
      onSubmit={() => void run(vaultCalls()['login.import']())}
    >
      <p>Castkey reads logins from two kinds of files and asks Twitch about each before it is kept:</p>
      <ul className={css.list}>
        <li>
          the Twitch CLI’s config, <code>.twitch-cli.env</code>
        </li>
        <li>tokens that a bot with Twurple keeps as JSON: one, a list, or one for each user</li>
      </ul>
      <p className={css.soft}>
        They must belong to the Twitch application Castkey works with. Afterwards the other program must no
        longer renew them.
      </p>
    </DialogForm>
  );
}
