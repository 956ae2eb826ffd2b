import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { applicationName } from '../../../shared/application-name.ts';
import { safeText } from '../../format/safe-text.ts';
import { useVault } from '../../state/window-stores.ts';
import { AddToken } from '../accounts/add-token.tsx';
import { RemoveAccount, removalTitle } from '../accounts/remove-account.tsx';
import { ScopePicker } from '../accounts/scope-picker.tsx';
import { TryAnyway } from '../accounts/try-anyway.tsx';
import { ExportActivity } from '../activity/activity-export.tsx';
import {
  AddApplication,
  RemoveApplication,
  RenameApplication,
  ReplaceSecret,
} from '../applications/application-dialogs.tsx';
import { grantTarget } from '../bots/bot-words.ts';
import { EditGrant } from '../bots/edit-grant.tsx';
import { RemoveBot } from '../bots/remove-bot.tsx';
import { type HeldLogin, RotateToken } from '../bots/rotate-token.tsx';
import { EnterPassphrase, SetPassphrase } from '../lock/passphrase.tsx';
import { ExportBackup, ImportLogins, RestoreBackup } from '../settings/backup-dialogs.tsx';
import { closeDialog, type DialogState, dialogStore } from './open-dialog.ts';

/** Shows the open dialog. A dialog whose account or bot has gone meanwhile closes with it. */
export function DialogHost() {
  const open = dialogStore((state) => state.open);
  const accounts = useVault((vault) => vault.accounts);
  const bots = useVault((vault) => vault.bots);
  const applications = useVault((vault) => vault.applications);
  const shown = open ? contentOf(open, { accounts, bots, applications }) : null;
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

function newToken(botName: string, held: HeldLogin[]): Shown | null {
  if (held.length === 0) return null;
  return { title: `${safeText(botName)} may still hold a token`, body: <RotateToken held={held} /> };
}

function heldLogin(accounts: Vault['accounts'], userId: string, clientId?: string): HeldLogin | undefined {
  const account = accounts.find((one) => one.userId === userId);
  const login = account?.logins.find((one) => one.clientId === clientId);
  return account && login && { account, login };
}

function applicationContent(
  kind: 'rename-application' | 'replace-secret' | 'remove-application',
  applications: Vault['applications'],
  clientId: string,
): Shown | null {
  const application = applications.find((one) => one.clientId === clientId);
  if (!application) return null;
  const name = safeText(applicationName(application));
  switch (kind) {
    case 'rename-application':
      return { title: `Rename ${name}`, body: <RenameApplication application={application} /> };
    case 'replace-secret':
      return { title: `New client secret of ${name}`, body: <ReplaceSecret application={application} /> };
    case 'remove-application':
      return { title: `Remove ${name}?`, body: <RemoveApplication application={application} /> };
  }
}

function contentOf(
  open: DialogState,
  vault: Pick<Vault, 'accounts' | 'bots' | 'applications'>,
): Shown | null {
  const { accounts, bots } = vault;
  const account = 'userId' in open ? accounts.find(({ userId }) => userId === open.userId) : undefined;
  const held = 'userId' in open ? heldLogin(accounts, open.userId, open.clientId) : undefined;
  const bot = 'keyId' in open ? bots.find(({ keyId }) => keyId === open.keyId) : undefined;
  switch (open.kind) {
    case 'grant-scopes':
      return account
        ? {
            title: `What may bots do as ${account.login}?`,
            body: <ScopePicker account={account} login={held?.login ?? account.logins[0]} />,
            wide: true,
          }
        : null;
    case 'remove-account':
      return account && (held || open.clientId === undefined)
        ? {
            title: removalTitle(account, held?.login),
            body: <RemoveAccount account={account} login={held?.login} />,
          }
        : null;
    case 'try-anyway':
      return held?.login.tryAnyway
        ? {
            title: `Try ${held.account.login} anyway?`,
            body: <TryAnyway account={held.account} login={held.login} />,
          }
        : null;
    case 'remove-bot':
      return bot ? { title: `Remove ${safeText(bot.name)}?`, body: <RemoveBot bot={bot} /> } : null;
    case 'edit-grant':
      return editGrant(bot, open.grantId);
    case 'rotate-token':
      return newToken(
        open.botName,
        open.logins.flatMap(({ userId, clientId }) => heldLogin(accounts, userId, clientId) ?? []),
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
    case 'add-application':
      return { title: 'Add a Twitch application', body: <AddApplication /> };
    case 'rename-application':
    case 'replace-secret':
    case 'remove-application':
      return applicationContent(open.kind, vault.applications, open.clientId);
  }
}
