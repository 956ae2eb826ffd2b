// @vitest-environment jsdom
import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import type { VaultView } from '../../../../shared/views.ts';
import { axeProblems, showMain } from '../show-window.tsx';
import { vault } from '../vault-view-fixture.ts';

const now = Date.now();
const button = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name });
const sealedNow = {
  kind: 'passphrase',
  backend: 'passphrase',
  needsPassphrase: true,
  needsKeychain: null,
  damaged: false,
  problem: null,
} as const;
/** As the main process has it before the passphrase: nothing of what is sealed is known. */
const sealed = () =>
  vault(now, { protection: sealedNow, applications: [], accounts: [], bots: [], activity: [] });

describe('a start with a passphrase', () => {
  it('has the focus in the field', async () => {
    const api = await showMain(sealed());
    await userEvent.keyboard('correct horse{Enter}');
    expect(api.calls).toEqual([{ name: 'passphrase.enter', arg: { passphrase: 'correct horse' } }]);
  });

  it('stays locked on “Not now”, with a way back, and never looks like a first start', async () => {
    await showMain(sealed());
    await userEvent.click(button('Not now'));
    expect(screen.queryByRole('textbox', { name: 'Client ID' })).toBeNull();
    screen.getByText('Your logins are sealed.');
    screen.getByText('Enter your passphrase above to see them.');
    for (const name of ['Add account']) expect(button(name)).toHaveProperty('disabled', true);
    await userEvent.click(button('Settings'));
    screen.getByText('Sealed with your logins.');
    expect(button('Add application')).toHaveProperty('disabled', true);
    await userEvent.click(button('Enter passphrase'));
    const field = await screen.findByLabelText('Passphrase');
    await waitFor(() => expect(document.activeElement).toBe(field));
    expect(await axeProblems()).toEqual([]);
  });
});

describe('what a locked Castkey would refuse', () => {
  const reason = 'Locked. Unlock Castkey first.';
  const locked = (over: Partial<VaultView> = {}) =>
    vault(now, { locked: true, lockReason: 'streamer', ...over });
  const described = (element: HTMLElement) =>
    (element.getAttribute('aria-describedby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.textContent)
      .join(' ');

  it.each([
    ['Dashboard', ['Add account', 'Grant scopes', 'Remove'], ['Refresh', 'Refresh all', 'Unlock']],
    ['Accounts', ['Add account', 'Add a bare token', 'Grant scopes', 'Give job', 'Remove'], ['Refresh']],
    ['Activity', ['Export…'], ['Copy safe log']],
    [
      'Settings',
      ['Add application', 'Enter the sandbox', 'Export a backup', 'Restore a backup', 'Import logins'],
      ['Help'],
    ],
  ])('is shut on %s and says why; what goes on is open', async (title, shut, open) => {
    await showMain(locked());
    await userEvent.click(button(title));
    for (const name of shut)
      for (const found of screen.getAllByRole<HTMLButtonElement>('button', { name })) {
        expect([name, found.disabled, found.title]).toEqual([name, true, reason]);
        expect(described(found)).toContain(reason);
      }
    for (const name of open)
      for (const found of screen.getAllByRole<HTMLButtonElement>('button', { name }))
        expect([name, found.disabled]).toEqual([name, false]);
    for (const one of screen.queryAllByRole<HTMLInputElement>('switch')) expect(one.disabled).toBe(true);
  });

  it('says “locked”, not that all is well', async () => {
    await showMain(locked());
    screen.getByText('3 accounts, locked');
  });

  it('loses no scopes that were picked when the lock overtakes', async () => {
    const api = await showMain(vault(now));
    const card = within(screen.getByRole('article', { name: 'luna_streams' }));
    await userEvent.click(card.getByRole('button', { name: 'Grant scopes' }));
    const dialog = within(await screen.findByRole('dialog'));
    const scope = dialog.getAllByRole<HTMLInputElement>('checkbox').find((one) => !one.disabled);
    await userEvent.click(scope as HTMLElement);
    api.refuse('account.signIn', 'Castkey is locked. Unlock it in its window.');
    await userEvent.click(dialog.getByRole('button', { name: 'Continue' }));
    await dialog.findByText('Castkey is locked. Unlock it in its window.');
    act(() => api.push(locked({ seq: 2 })));
    expect(dialog.getByRole('alert').textContent).toBe(reason);
    expect(dialog.getByRole('button', { name: 'Continue' })).toHaveProperty('disabled', true);
    act(() => api.push(vault(now, { seq: 3 })));
    dialog.getByText('1 new permission chosen');
    api.answer('account.signIn', undefined);
    await userEvent.click(dialog.getByRole('button', { name: 'Continue' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('keeps the question of a removal that was refused', async () => {
    const api = await showMain(vault(now));
    const card = within(screen.getByRole('article', { name: 'luna_streams' }));
    await userEvent.click(card.getByRole('button', { name: 'Remove' }));
    const dialog = within(await screen.findByRole('dialog'));
    api.refuse('account.remove', 'The disk refuses to keep this.');
    await userEvent.click(dialog.getByRole('button', { name: 'Remove account' }));
    await dialog.findByText('The disk refuses to keep this.');
  });

  it('can be opened at the first start, too', async () => {
    const api = await showMain(locked({ applications: [], bots: [] }));
    expect(button('Continue')).toHaveProperty('disabled', true);
    await userEvent.click(button('Unlock'));
    expect(api.calls).toEqual([{ name: 'vault.unlock', arg: {} }]);
  });
});
