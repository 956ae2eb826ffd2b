import { Button } from '@mantine/core';
import { useVault } from '../../state/window-stores.ts';
import { openDialog } from '../dialogs/open-dialog.ts';
import { Section, Setting } from './setting-row.tsx';

const PROTECTION = {
  os: 'Sealed with this system’s keychain',
  passphrase: 'Sealed with your passphrase',
  weak: 'In memory only: the system’s keychain is not safe',
  none: 'In memory only: the system has no keychain',
} as const;

/** What keeps the logins from whoever copies the files. */
export function ProtectionSection() {
  const protection = useVault((vault) => vault.protection);
  return (
    <Section title="Protection">
      <Setting
        name="How logins are kept"
        hint={`${PROTECTION[protection.kind]} (${protection.backend})`}
        value={protection.problem}
      >
        {protection.kind === 'weak' || protection.kind === 'none' ? (
          <Button variant="default" size="xs" onClick={() => openDialog({ kind: 'set-passphrase' })}>
            Set a passphrase
          </Button>
        ) : null}
      </Setting>
    </Section>
  );
}
