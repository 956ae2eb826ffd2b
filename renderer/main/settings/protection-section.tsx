import { ActionButton } from '../../components/action-button.tsx';
import { useVault } from '../../state/window-stores.ts';
import { openDialog } from '../dialogs/open-dialog.ts';
import { useLockedWhy } from '../lock/use-locked-why.ts';
import { Section, Setting } from './setting-row.tsx';

const PROTECTION = {
  os: 'Sealed with this system’s keychain',
  passphrase: 'Sealed with your passphrase',
  weak: 'In memory only: the system’s keychain is not safe',
  none: 'In memory only: the system has no keychain',
} as const;

/** What keeps the logins from whoever copies the files. */
export function ProtectionSection() {
  const locked = useLockedWhy();
  const protection = useVault((vault) => vault.protection);
  return (
    <Section title="Protection">
      <Setting
        name="How logins are kept"
        hint={`${PROTECTION[protection.kind]} (${protection.backend})`}
        value={protection.problem}
      >
        {protection.kind === 'weak' || protection.kind === 'none' ? (
          <ActionButton
            variant="default"
            size="xs"
            why={locked}
            onClick={() => openDialog({ kind: 'set-passphrase' })}
          >
            Set a passphrase
          </ActionButton>
        ) : null}
      </Setting>
    </Section>
  );
}
