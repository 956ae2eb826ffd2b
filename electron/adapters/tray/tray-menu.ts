import type { BotView, LoginView, VaultView } from '../../../shared/views.ts';

/** What an entry has the vault do. */
export type VaultTrayAction =
  | { do: 'refresh-all' | 'lock' | 'answer' }
  | { do: 'refresh'; userId: string }
  | { do: 'sign-in'; userId: string; clientId?: string }
  | { do: 'stream-mode'; on: boolean }
  | { do: 'end'; keyId: string; grantId: string };
/**
 * What an entry does, those that open or quit Castkey itself included. `unlock` and `keep` open the window, where it is done: whoever
 * clicks here may be any program on the session bus, since the menu is offered there, and so none lets itself go on.
 */
export type TrayAction =
  | { do: 'open' }
  | { do: 'quit' }
  | { do: 'unlock' }
  | { do: 'keep' }
  | VaultTrayAction;
/** An entry of the menu as data, so that tests need no tray. */
export type TrayItem =
  | { kind: 'action'; label: string; action: TrayAction }
  | { kind: 'check'; label: string; checked: boolean; enabled: boolean; action: TrayAction }
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
  const ending = view.bots.flatMap(endingItems);
  const answer = answerLabel(view);
  const { mode } = view.stream;
  return [
    ...(answer === null ? [] : [{ kind: 'action', label: answer, action: { do: 'answer' } } as const]),
    { kind: 'action', label: 'Open Castkey', action: { do: 'open' } },
    { kind: 'action', label: 'Refresh all tokens', action: { do: 'refresh-all' } },
    ...inLines(accounts),
    ...(accounts.length > 0 ? ending : inLines(ending)),
    ...(accounts.length > 0 && ending.length > 0 ? [{ kind: 'line' } as const] : []),
    {
      kind: 'check',
      label: 'Stream mode',
      checked: mode,
      enabled: !view.locked,
      action: { do: 'stream-mode', on: !mode },
    },
    view.locked
      ? { kind: 'action', label: 'Unlock', action: { do: 'unlock' } }
      : { kind: 'action', label: 'Lock', action: { do: 'lock' } },
    { kind: 'action', label: 'Quit', action: { do: 'quit' } },
  ];
}

const inLines = (items: TrayItem[]): TrayItem[] =>
  items.length === 0 ? [] : [{ kind: 'line' }, ...items, { kind: 'line' }];

/** Permissions that end by themselves. No countdown: an open menu closes when it is set anew. */
function endingItems({ keyId, name, grants }: BotView): TrayItem[] {
  return grants.flatMap(({ id, ends, login, app, intent }): TrayItem[] => {
    if (ends === null) return [];
    const target = app ? 'the application’s token' : (login ?? intent ?? 'an account');
    const until = ends.kind === 'at' ? timeOfDay(ends.at) : 'your stream ends';
    return [
      {
        kind: 'submenu',
        label: literally(`${plain(name)}: ${target} until ${until}`),
        items: [
          { kind: 'action', label: 'End now', action: { do: 'end', keyId, grantId: id } },
          { kind: 'action', label: 'Keep…', action: { do: 'keep' } },
        ],
      },
    ];
  });
}

function answerLabel({ questions }: VaultView): string | null {
  const [first, ...others] = new Set(questions.map(({ bot }) => bot));
  if (first === undefined) return null;
  return others.length === 0 ? literally(`Answer “${plain(first)}”…`) : `Answer ${others.length + 1} bots…`;
}

/** Names are the bots' own words: what can't be seen, or turns text around, is left out. */
const plain = (name: string): string => name.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, '');

const timeOfDay = (at: number): string =>
  new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });

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
  const asking = new Set(view.questions.map(({ bot }) => bot)).size;
  if (asking > 0)
    return {
      text: `${name}: ${asking === 1 ? 'a bot waits' : `${asking} bots wait`} for your answer`,
      attention: true,
    };
  if (view.locked) return { text: `${name}: locked`, attention: false };
  const count = view.accounts.length;
  return { text: `${name}: ${count} ${count === 1 ? 'account' : 'accounts'}, all well`, attention: false };
}

/** An ampersand would underline the next letter. */
const literally = (label: string): string => label.replaceAll('&', '&&');
