import { describe, expect, it } from 'vitest';
import {
  quittingMenu,
  quittingState,
  type TrayItem,
  trayMenu,
  trayState,
} from '../../../../../electron/adapters/tray/tray-menu.ts';
import type { AccountView, LoginView, VaultView } from '../../../../../shared/views.ts';
import { emptyView } from '../../../../support/fake-vault.ts';
import { DEFAULT_APP, login } from '../../../renderer/account-view-fixture.ts';
import { endingBot } from '../../../renderer/bot-view-fixture.ts';

const account = (name: string, part: Partial<LoginView> = {}, ...others: LoginView[]): AccountView => ({
  userId: `id-${name}`,
  login: name,
  displayName: null,
  picture: null,
  intents: [],
  logins: [login(0, part), ...others],
});

const labels = (items: TrayItem[]): unknown[] =>
  items.flatMap((item): unknown[] => {
    if (item.kind === 'line') return [];
    return item.kind === 'submenu' ? [[item.label, labels(item.items)]] : [item.label];
  });

describe('the tray’s menu', () => {
  it('has the entries of the contract, in their order', () => {
    const view = { ...emptyView(), accounts: [account('luna'), account('a&b')] };
    expect(labels(trayMenu(view))).toEqual([
      'Open Castkey',
      'Refresh all tokens',
      ['luna', ['Refresh', 'Sign in again']],
      ['a&&b', ['Refresh', 'Sign in again']],
      'Stream mode',
      'Lock',
      'Quit',
    ]);
  });

  it('unlocks when locked', () => {
    expect(labels(trayMenu({ ...emptyView(), locked: true }))).toEqual([
      'Open Castkey',
      'Refresh all tokens',
      'Stream mode',
      'Unlock',
      'Quit',
    ]);
  });

  it('has what ends by itself, with when and the ways to end or keep it', () => {
    const at = new Date(2026, 10, 22, 18, 5).getTime();
    const ending = endingBot(at - 192 * 60_000);
    const menu = trayMenu({ ...emptyView(), bots: [{ ...ending, name: 'a\u202eb' }] });
    expect(labels(menu).slice(2, 5)).toEqual([
      ['ab: luna_streams until 18:05', ['End now', 'Keep…']],
      ['ab: luna_streams until your stream ends', ['End now', 'Keep…']],
      ['ab: nightowl_speedruns until your stream ends', ['End now', 'Keep…']],
    ]);
    const [first] = menu.flatMap((item) => (item.kind === 'submenu' ? [item.items] : []));
    expect(first).toMatchObject([
      { action: { do: 'end', keyId: 'k1', grantId: 'g1' } },
      { action: { do: 'keep' } },
    ]);
  });

  it('opens the questions that wait, and switches stream mode unless Castkey is locked', () => {
    const asking = { ...emptyView(), questions: [{ kind: 'approval' as const, bot: 'chat-bot' }] };
    expect(trayMenu(asking)[0]).toEqual({
      kind: 'action',
      label: 'Answer “chat-bot”…',
      action: { do: 'answer' },
    });
    expect(trayState(asking)).toEqual({ text: 'Castkey: a bot waits for your answer', attention: true });
    const modeOf = (view: VaultView) => trayMenu(view).find(({ kind }) => kind === 'check');
    expect(modeOf(asking)).toMatchObject({ checked: false, enabled: true, action: { on: true } });
    const locked = { ...emptyView(), locked: true, stream: { mode: true, live: [] } };
    expect(modeOf(locked)).toMatchObject({ checked: true, enabled: false, action: { on: false } });
  });

  it('offers nothing more while Castkey quits, and says what it waits for', () => {
    expect(quittingMenu(true)).toEqual([{ kind: 'note', label: 'Quitting: waiting for Twitch…' }]);
    expect(quittingMenu(false)).toEqual([{ kind: 'note', label: 'Quitting…' }]);
    expect(quittingState(true)).toEqual({ text: 'Castkey: Quitting: waiting for Twitch…', attention: false });
  });

  it('means the account an entry stands under', () => {
    const [, , , item] = trayMenu({ ...emptyView(), accounts: [account('luna')] });
    expect(item).toMatchObject({
      items: [
        { action: { do: 'refresh', userId: 'id-luna' } },
        { action: { do: 'sign-in', userId: 'id-luna', clientId: DEFAULT_APP } },
      ],
    });
  });

  it('signs in again for the application whose login needs it', () => {
    const other = login(0, { clientId: 'other', state: 'needs-sign-in' });
    const [, , , item] = trayMenu({ ...emptyView(), accounts: [account('luna', {}, other)] });
    expect(item).toMatchObject({
      items: [
        { action: { do: 'refresh', userId: 'id-luna' } },
        { action: { do: 'sign-in', userId: 'id-luna', clientId: 'other' } },
      ],
    });
  });
});

describe('the tray’s state', () => {
  it.each([
    [{}, 'Castkey: 0 accounts, all well', false],
    [{ accounts: [account('luna', { state: 'offline' })] }, 'Castkey: 1 account, all well', false],
    [{ accounts: [account('luna', { state: 'needs-sign-in' })] }, 'Castkey: luna: needs you', true],
    [
      { accounts: [account('luna', {}, login(0, { clientId: 'other', state: 'setup' }))] },
      'Castkey: luna: needs you',
      true,
    ],
    [{ accounts: [account('luna', { saved: false })] }, 'Castkey: a token could not be saved', true],
    [{ socketProblem: 'taken' }, 'Castkey: bots can’t connect', true],
    [{ locked: true }, 'Castkey: locked', false],
    [
      { notTwitch: { url: 'http://127.0.0.1:1', builtIn: true } },
      'Castkey (not Twitch): 0 accounts, all well',
      false,
    ],
  ])('%j is told as %s', (part, text, attention) => {
    expect(trayState({ ...emptyView(), ...part })).toEqual({ text, attention });
  });
});
