import { ActionButton } from '../../components/action-button.tsx';
import { type DialogState, openDialog } from '../dialogs/open-dialog.ts';
import { useLockedWhy } from '../lock/use-locked-why.ts';
import { Section, Setting } from './setting-row.tsx';

/** Everything in one file, back from it, and logins of other programs. */
export function BackupSection() {
  return (
    <Section title="Backup">
      <Setting
        name="Take Castkey along"
        hint="One file, encrypted with a passphrase: logins, jobs, bots and their permissions, settings."
      >
        <Open dialog={{ kind: 'export-backup' }}>Export a backup</Open>
      </Setting>
      <Setting name="Bring it back" hint="Adds what is missing here; what is newer here stays.">
        <Open dialog={{ kind: 'restore-backup' }}>Restore a backup</Open>
      </Setting>
      <Setting name="Logins of other programs" hint="From the Twitch CLI, or from a bot that uses Twurple.">
        <Open dialog={{ kind: 'import-logins' }}>Import logins</Open>
      </Setting>
    </Section>
  );
}

function Open(props: { dialog: DialogState; children: string }) {
  return (
    <ActionButton variant="default" size="xs" why={useLockedWhy()} onClick={() => openDialog(props.dialog)}>
      {props.children}
    </ActionButton>
  );
}
