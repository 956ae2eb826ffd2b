import { Button } from '@mantine/core';
import { useState } from 'react';
import { ActionButton } from '../../components/action-button.tsx';
import { ask } from '../../state/ask.ts';
import { vaultCalls } from '../../state/preload-api.ts';
import { IconCheck, IconCopy, IconDownload } from '../../theme/icons.ts';
import { DialogForm } from '../dialogs/dialog-form.tsx';
import dialogs from '../dialogs/dialogs.module.css';
import { openDialog } from '../dialogs/open-dialog.ts';
import { Report, useReport } from '../dialogs/report.tsx';
import { useLockedWhy } from '../lock/use-locked-why.ts';
import screen from '../screen.module.css';
import css from './activity.module.css';

/** Opens the dialog that says what the file will hold. */
export function ExportRecord() {
  return (
    <ActionButton
      variant="default"
      why={useLockedWhy()}
      leftSection={<IconDownload size={16} aria-hidden />}
      onClick={() => openDialog({ kind: 'export-activity' })}
    >
      Export…
    </ActionButton>
  );
}

/** Copies what may be shown to somebody who helps, and says what that is. */
export function CopySafeLog() {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    setCopied(false);
    setCopied(await ask(vaultCalls()['activity.copySafe']()));
  };
  const Icon = copied ? IconCheck : IconCopy;
  return (
    <span className={css.copy}>
      <span className={css.copied} role="status">
        {copied ? 'Copied.' : ''}
      </span>
      <Button variant="default" leftSection={<Icon size={16} aria-hidden />} onClick={() => void copy()}>
        Copy safe log
      </Button>
    </span>
  );
}

/** What the two buttons give away, and what not. */
export function RecordNote() {
  return (
    <p className={screen.soft}>
      No token is ever written here. “Copy safe log” also leaves out the names of accounts and bots, for
      showing it to somebody who helps you.
    </p>
  );
}

/** Says what the file will hold before it asks where to save it. */
export function ExportActivity() {
  const { report, problem, busy, run } = useReport();
  if (report) return <Report report={report} />;
  return (
    <DialogForm
      submitLabel="Choose where to save"
      busy={busy}
      problem={problem}
      onSubmit={() => void run(vaultCalls()['activity.export']())}
    >
      <p>
        Writes the whole record to a file: what happened and when, the names of bots and accounts, and the
        programs that asked. It holds no token, no secret and no key.
      </p>
      <p className={dialogs.soft}>
        It tells a lot about your set-up. To show it to somebody who helps you, take “Copy safe log”, which
        leaves the accounts’ names out.
      </p>
    </DialogForm>
  );
}
