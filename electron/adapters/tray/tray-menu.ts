import type { LoginView, VaultView } from '../../../shared/views.ts';

/** What an entry has the vault do. */
export type VaultTrayAction =
  | { do: 'refresh-all' | 'lock' }
  | { do: 'refresh'; userId: string }
  | { do: 'sign-in'; userId: string; clientId?: string };
/**
 * What an entry does, those that open or quit Castkey itself included. `unlock` opens the window that asks: whoever
 * clicks here may be any program on the session bus, since the menu is offered there.
 */
export type TrayAction = { do: 'open' } | { do: 'quit' } | { do: 'unlock' } | VaultTrayAction;
/** An entry of the menu as data, so that tests need no tray. */
export type TrayItem =
  | { kind: 'action'; label: string; action: TrayAction }
  | { kind: 'submenu'; label: string; items: TrayItem[] }
  | { kind: 'note'; label: string }
  | { kind: 'line' };

/** The whole menu for a state; people and screen readers know it by these labels, so they stay. */
export function trayMenu(view: VaultView): TrayItem[] {
  const accounts = view.accounts.map(
    ({ login, userId, logins }): TrayItem => ({
      kind: 'submenu',
      label: literally(login),
      items: [
        { kind: 'action', label: 'Refresh', action: { do: 'refresh', userId } },
        { kind: 'action', label: 'Sign in again', action: signInAgain(userId, logins) },
      ],
    }),
  );
  return [
    { kind: 'action', label: 'Open Castkey', action: { do: 'open' } },
    { kind: 'action', label: 'Refresh all tokens', action: { do: 'refresh-all' } },
    ...(accounts.length === 0 ? [] : [{ kind: 'line' } as const, ...accounts, { kind: 'line' } as const]),
    view.locked
      ? { kind: 'action', label: 'Unlock', action: { do: 'unlock' } }
      : { kind: 'action', label: 'Lock', action: { do: 'lock' } },
    { kind: 'action', label: 'Quit', action: { do: 'quit' } },
  ];
}

/** All that is left of the menu while Castkey quits. */
export function quittingMenu(busy: boolean): TrayItem[] {
  return [{ kind: 'note', label: quittingText(busy) }];
}

const quittingText = (busy: boolean): string => (busy ? 'Quitting: waiting for Twitch…' : 'Quitting…');

/** The tray's tooltip while Castkey quits. */
export const quittingState = (busy: boolean): TrayState => ({
  text: `Castkey: ${quittingText(busy)}`,
  attention: false,
});

/** What the icon says: its tooltip, and whether it should draw attention. */
export interface TrayState {
  text: string;
  attention: boolean;
}

/** For the application whose login needs it, else the default one. */
function signInAgain(userId: string, logins: readonly LoginView[]): VaultTrayAction {
  const clientId = (logins.find(isNeedy) ?? logins[0])?.clientId;
  return { do: 'sign-in', userId, ...(clientId !== undefined && { clientId }) };
}

const isNeedy = ({ state }: LoginView): boolean => state === 'needs-sign-in' || state === 'setup';

/** The tray's tooltip for a state, and whether its icon should draw attention. */
export function trayState(view: VaultView): TrayState {
  const name = view.notTwitch === null ? 'Castkey' : 'Castkey (not Twitch)';
  const needy = view.accounts.filter(({ logins }) => logins.some(isNeedy));
  const unsaved = view.accounts.some(({ logins }) => logins.some(({ saved }) => !saved));
  const problem =
    (view.socketProblem !== null && 'bots can’t connect') ||
    (view.protection.needsPassphrase && 'waits for your passphrase') ||
    (view.protection.needsKeychain !== null && 'waits for your keychain') ||
    (needy.length > 0 && `${needy.map(({ login }) => login).join(', ')}: needs you`) ||
    (unsaved && 'a token could not be saved');
  if (problem) return { text: `${name}: ${problem}`, attention: true };
  if (view.locked) return { text: `${name}: locked`, attention: false };
  const count = view.accounts.length;
  return { text: `${name}: ${count} ${count === 1 ? 'account' : 'accounts'}, all well`, attention: false };
}

/** An ampersand would underline the next letter. */
const literally = (label: string): string => label.replaceAll('&', '&&');
