import { create } from 'zustand';

/** The dialogs of the main window; at most one is open. */
export type DialogState =
  | { kind: 'grant-scopes'; userId: string; clientId?: string }
  | { kind: 'remove-account'; userId: string; clientId?: string }
  | { kind: 'try-anyway'; userId: string; clientId: string }
  | { kind: 'add-token' }
  | { kind: 'set-passphrase' }
  | { kind: 'enter-passphrase' }
  | { kind: 'remove-bot'; keyId: string }
  | { kind: 'edit-grant'; keyId: string; grantId: string }
  | { kind: 'export-activity' }
  | { kind: 'rotate-token'; botName: string; logins: { userId: string; clientId: string }[] }
  | { kind: 'add-application' }
  | { kind: 'rename-application' | 'replace-secret' | 'remove-application'; clientId: string }
  | { kind: 'export-backup' }
  | { kind: 'restore-backup' }
  | { kind: 'import-logins' };

/** Which dialog is open; null when none is. */
export const dialogStore = create<{ open: DialogState | null }>(() => ({ open: null }));

/** Opens a dialog in place of any other. */
export function openDialog(open: DialogState): void {
  dialogStore.setState({ open });
}

/** Closes whatever dialog is open. */
export function closeDialog(): void {
  dialogStore.setState({ open: null });
}
