// @vitest-environment jsdom
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { account, accounts, DEFAULT_APP, login, severalLogins } from '../../account-view-fixture.ts';
import { bot } from '../../bot-view-fixture.ts';
import { axeProblems, showMain } from '../../show-window.tsx';
import { application, vault } from '../../vault-view-fixture.ts';

const now = Date.now();
const SONG = 'song9jx2d8k3m4n5b6v7c8x9z0';
const CLIP = 'clip0a1s2d3f4g5h6j7k8l9q0w';
const CLIP_NAME = 'The Clip Companion for Very Busy Streamers';
const card = () => within(screen.getByRole('article', { name: 'luna_streams' }));
const press = (name: string) => userEvent.click(card().getByRole('button', { name }));
const several = (over = {}) => vault(now, { accounts: [severalLogins(now)], ...over });

async function confirm(title: string, yes: string): Promise<string> {
  const dialog = await screen.findByRole('dialog', { name: title });
  const words = dialog.textContent ?? '';
  await userEvent.click(within(dialog).getByRole('button', { name: yes }));
  return words;
}

describe('a person with logins for several applications', () => {
  it('is one card with a line for each, with its state and its buttons', async () => {
    await showMain(several());
    expect(screen.getAllByRole('article')).toHaveLength(1);
    const lines = within(card().getByRole('list', { name: 'Logins' })).getAllByRole('listitem');
    expect(lines.map((line) => line.querySelector('strong')?.textContent)).toEqual([
      'My bots',
      'song-requests',
      CLIP_NAME,
    ]);
    expect(lines.map((line) => line.textContent?.includes('Twitch no longer accepts'))).toEqual([
      false,
      false,
      true,
    ]);
    for (const verb of ['Refresh', 'Grant scopes', 'Remove']) {
      for (const name of ['My bots', 'song-requests', CLIP_NAME])
        card().getByRole('button', { name: `${verb} (${name})` });
      card().getByRole('button', { name: verb });
    }
    expect(await axeProblems()).toEqual([]);
  });

  it('does what is clicked for that application alone', async () => {
    const api = await showMain(several());
    await press('Refresh (song-requests)');
    await press(`Sign in again (${CLIP_NAME})`);
    await press('Refresh');
    expect(api.calls).toEqual([
      { name: 'account.refresh', arg: { userId: '1001', clientId: SONG } },
      { name: 'account.signIn', arg: { userId: '1001', clientId: CLIP } },
      { name: 'account.refresh', arg: { userId: '1001' } },
    ]);
    expect(card().queryByRole('button', { name: 'Sign in again' })).toBeNull();
  });

  it('loses one login, and hears which bots lose it', async () => {
    const applications = [application(now), application(now, { clientId: SONG, isDefault: false })];
    const bots = [bot(now), bot(now, { keyId: 'k2', name: 'song-requests', clientId: SONG })];
    const api = await showMain(several({ applications, bots }));
    await press('Remove (song-requests)');
    const words = await confirm('Remove luna_streams from song-requests?', 'Remove login');
    expect(words).toContain('Logins for other applications stay.');
    expect(words).toContain('1 bot can no longer use it: song-requests.');
    await press('Remove');
    const all = await confirm('Remove luna_streams?', 'Remove account');
    expect(all).toContain(`at Twitch for My bots, song-requests and ${CLIP_NAME}`);
    expect(all).toContain('2 bots can no longer use it: chat-helper, song-requests.');
    expect(api.calls).toEqual([
      { name: 'account.remove', arg: { userId: '1001', clientId: SONG } },
      { name: 'account.remove', arg: { userId: '1001' } },
    ]);
  });

  it('gets new scopes for the application she chooses', async () => {
    const api = await showMain(several());
    await press('Grant scopes');
    const dialog = within(await screen.findByRole('dialog'));
    const which = dialog.getByRole<HTMLSelectElement>('combobox', { name: /Twitch application/ });
    expect(which.value).toBe(DEFAULT_APP);
    expect(dialog.getByRole('checkbox', { name: 'Ban, time out and unban people' })).toHaveProperty(
      'disabled',
      true,
    );
    await userEvent.selectOptions(which, SONG);
    await userEvent.click(dialog.getByRole('checkbox', { name: 'Ban, time out and unban people' }));
    await userEvent.click(dialog.getByRole('button', { name: 'Continue' }));
    expect(api.calls).toEqual([
      {
        name: 'account.signIn',
        arg: { userId: '1001', clientId: SONG, scopes: ['moderator:manage:banned_users'] },
      },
    ]);
  });

  it('is told in full on the accounts page', async () => {
    await showMain(several());
    await userEvent.click(screen.getByRole('button', { name: 'Accounts' }));
    card().getByRole('button', { name: 'What bots can do through song-requests (1)' });
    expect(card().getAllByText('Confirmed by Twitch')).toHaveLength(3);
    expect(await axeProblems()).toEqual([]);
  });

  it('is a row among many, found by the name of an application', async () => {
    await showMain(several({ accounts: [severalLogins(now), ...accounts(now, 9).slice(1)] }));
    expect(within(card().getByRole('list', { name: 'Logins' })).getAllByRole('listitem')).toHaveLength(3);
    await userEvent.type(screen.getByRole('textbox', { name: 'Find an account' }), 'busy streamers');
    expect(screen.getAllByRole('article')).toHaveLength(1);
  });
});

it('a person with one login has no list of them', async () => {
  await showMain(vault(now, { accounts: [account(now, { logins: [login(now)] })] }));
  expect(screen.queryByRole('list', { name: 'Logins' })).toBeNull();
});
