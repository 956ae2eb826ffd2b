import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { safeText } from '../../format/safe-text.ts';
import { useVault } from '../../state/window-stores.ts';
import { AddToken } from '../accounts/add-token.tsx';
import { RemoveAccount } from '../accounts/remove-account.tsx';
import { ScopePicker } from '../accounts/scope-picker.tsx';
import { TryAnyway } from '../accounts/try-anyway.tsx';
import { ExportActivity } from '../activity/activity-export.tsx';
import { grantTarget } from '../bots/bot-words.ts';
import { EditGrant } from '../bots/edit-grant.tsx';
import { RemoveBot } from '../bots/remove-bot.tsx';
import { RotateToken } from '../bots/rotate-token.tsx';
import { EnterPassphrase, SetPassphrase } from '../lock/passphrase.tsx';
import { TwitchAppForm } from '../onboarding/twitch-app-form.tsx';
import { ExportBackup, ImportLogins, RestoreBackup } from '../settings/backup-dialogs.tsx';
import { closeDialog, type DialogState, dialogStore } from './open-dialog.ts';

/** Shows the open dialog. A dialog whose account or bot has gone meanwhile closes with it. */
export function DialogHost() {
  const open = dialogStore((state) => state.open);
  const accounts = useVault((vault) => vault.accounts);
  const bots = useVault((vault) => vault.bots);
  const shown = open ? contentOf(open, accounts, bots) : null;
  return (
    <Modal
      opened={shown !== null}
      onClose={closeDialog}
      title={<span>{shown?.title}</span>}
      size={shown?.wide ? 'lg' : 'md'}
      {...(shown?.wide ? { styles: { body: { padding: 0 } } } : {})}
    >
      {shown?.body}
    </Modal>
  );
}

type Vault = Parameters<Parameters<typeof useVault>[0]>[0];
interface Shown {
  title: string;
  body: ReactNode;
  wide?: boolean;
}

function editGrant(bot: Vault['bots'][number] | undefined, grantId: string): Shown | null {
  const grant = bot?.grants.find(({ id }) => id === grantId);
  if (!bot || !grant) return null;
  const title = `What may ${safeText(bot.name)} do with ${grantTarget(grant)}?`;
  return { title, body: <EditGrant keyId={bot.keyId} grant={grant} />, wide: true };
}

function newToken(botName: string, accounts: Vault['accounts']): Shown | null {
  if (accounts.length === 0) return null;
  return { title: `${safeText(botName)} may still hold a token`, body: <RotateToken accounts={accounts} /> };
}

function contentOf(open: DialogState, accounts: Vault['accounts'], bots: Vault['bots']): Shown | null {
  const account = 'userId' in open ? accounts.find(({ userId }) => userId === open.userId) : undefined;
  const bot = 'keyId' in open ? bots.find(({ keyId }) => keyId === open.keyId) : undefined;
  switch (open.kind) {
    case 'grant-scopes':
      return account
        ? {
            title: `What may bots do as ${account.login}?`,
            body: <ScopePicker account={account} />,
            wide: true,
          }
        : null;
    case 'remove-account':
      return account
        ? { title: `Remove ${account.login}?`, body: <RemoveAccount account={account} /> }
        : null;
    case 'try-anyway':
      return account?.tryAnyway
        ? { title: `Try ${account.login} anyway?`, body: <TryAnyway account={account} /> }
        : null;
    case 'remove-bot':
      return bot ? { title: `Remove ${safeText(bot.name)}?`, body: <RemoveBot bot={bot} /> } : null;
    case 'edit-grant':
      return editGrant(bot, open.grantId);
    case 'rotate-token':
      return newToken(
        open.botName,
        accounts.filter(({ userId }) => open.userIds.includes(userId)),
      );
    case 'export-activity':
      return { title: 'Export the record', body: <ExportActivity /> };
    case 'add-token':
      return { title: 'Add a bare access token', body: <AddToken /> };
    case 'set-passphrase':
      return { title: 'Set a passphrase', body: <SetPassphrase /> };
    case 'enter-passphrase':
      return { title: 'Enter your passphrase', body: <EnterPassphrase onDone={closeDialog} /> };
    case 'export-backup':
      return { title: 'Export a backup', body: <ExportBackup /> };
    case 'restore-backup':
      return { title: 'Restore a backup', body: <RestoreBackup /> };
    case 'import-logins':
      return { title: 'Import logins', body: <ImportLogins /> };
    case 'twitch-app':
      return { title: 'Your Twitch application', body: <TwitchAppForm onDone={closeDialog} /> };
  }
}
