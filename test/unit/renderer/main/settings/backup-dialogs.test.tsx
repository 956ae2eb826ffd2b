// @vitest-environment jsdom
import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import type { ReportView } from '../../../../../shared/views.ts';
import { axeProblems, showMain } from '../../show-window.tsx';
import { application, vault } from '../../vault-view-fixture.ts';

const now = Date.now();
const REPORT: ReportView = {
  lines: [
    { tone: 'good', text: 'luna_streams was taken over.' },
    { tone: 'kept', text: 'pixelpanda_bot stays as it is.' },
    { tone: 'bad', text: 'clipmaker was refused.' },
    { tone: 'advice', text: 'Quit Castkey on the old computer.' },
  ],
};
const PASSPHRASE = 'a few random words';

/** The dialog behind one of the buttons on the settings page. */
async function dialogOf(name: string, state = vault(now)) {
  const api = await showMain(state);
  await userEvent.click(screen.getByRole('button', { name: 'Settings' }));
  const section = screen.getByRole('region', { name: 'Backup' });
  await userEvent.click(within(section).getByRole('button', { name }));
  return { api, dialog: await screen.findByRole('dialog', { name }) };
}
const press = (dialog: HTMLElement, name: string) =>
  userEvent.click(within(dialog).getByRole('button', { name }));
const sentences = async (dialog: HTMLElement): Promise<(string | null)[]> => {
  const list = await within(dialog).findByRole('list', { name: 'What was done' });
  return within(list)
    .getAllByRole('listitem')
    .map(({ textContent }) => textContent);
};

describe('exporting a backup', () => {
  it('asks for the passphrase twice, ten characters at least', async () => {
    const { api, dialog } = await dialogOf('Export a backup');
    const [first, second] = ['Passphrase for the file', 'Once more'].map((name) =>
      within(dialog).getByLabelText(name),
    ) as [HTMLElement, HTMLElement];
    await userEvent.type(first, 'ninechars');
    await press(dialog, 'Choose where to save');
    within(dialog).getByText(/Use at least 10 characters/);
    await userEvent.clear(first);
    await userEvent.type(first, PASSPHRASE);
    await userEvent.type(second, 'a few random word');
    await press(dialog, 'Choose where to save');
    within(dialog).getByText('The two are not the same.');
    expect(api.calls).toEqual([]);
    api.answer('backup.export', REPORT);
    await userEvent.type(second, 's');
    await press(dialog, 'Choose where to save');
    expect(api.calls).toEqual([{ name: 'backup.export', arg: { passphrase: PASSPHRASE } }]);
    expect(await sentences(dialog)).toEqual([
      'Done: luna_streams was taken over.',
      'Kept: pixelpanda_bot stays as it is.',
      'Not done: clipmaker was refused.',
      'Please note: Quit Castkey on the old computer.',
    ]);
    expect(within(dialog).queryByLabelText('Once more')).toBeNull();
    expect(await axeProblems()).toEqual([]);
    await press(dialog, 'Got it');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('says what the file is worth, and for a public application that it is worth it once', async () => {
    const { dialog } = await dialogOf('Export a backup');
    within(dialog).getByText('Whoever has the file and its passphrase has your logins.');
    within(dialog).getByText(/the old computer must not go on using these logins/);
    expect(await axeProblems()).toEqual([]);
    const applications = [application(now, { kind: 'confidential' })];
    const confidential = await dialogOf('Export a backup', vault(now, { applications }));
    expect(within(confidential.dialog).queryByText(/renews each login once/)).toBeNull();
  });
});

describe('restoring a backup', () => {
  it('asks for the passphrase, stays when no file was chosen, and shows what came of it', async () => {
    const { api, dialog } = await dialogOf('Restore a backup');
    await press(dialog, 'Choose the file');
    within(dialog).getByText('Type the passphrase of the file.');
    const field = within(dialog).getByLabelText('Passphrase of the file');
    expect(field.getAttribute('type')).toBe('password');
    api.answer('backup.restore', null);
    await userEvent.type(field, `${PASSPHRASE}{Enter}`);
    within(dialog).getByRole('button', { name: 'Choose the file' });
    api.refuse('backup.restore', 'That is not the passphrase of this backup.');
    await press(dialog, 'Choose the file');
    expect((await within(dialog).findByRole('alert')).textContent).toBe(
      'That is not the passphrase of this backup.',
    );
    expect(await axeProblems()).toEqual([]);
    const call = { name: 'backup.restore', arg: { passphrase: PASSPHRASE } };
    expect(api.calls).toEqual([call, call]);
  });

  it('can be had at the first start, and its report outlives the change to the dashboard', async () => {
    const api = await showMain(vault(now, { applications: [], accounts: [], bots: [] }));
    await userEvent.click(screen.getByRole('button', { name: 'Restore a backup' }));
    const dialog = await screen.findByRole('dialog', { name: 'Restore a backup' });
    api.answer('backup.restore', REPORT);
    await userEvent.type(within(dialog).getByLabelText('Passphrase of the file'), `${PASSPHRASE}{Enter}`);
    await act(async () => api.push(vault(now, { seq: 9 })));
    expect(await sentences(await screen.findByRole('dialog'))).toHaveLength(4);
  });
});

describe('importing logins', () => {
  it('tells which files it can read, asks for one and shows what came of it', async () => {
    const { api, dialog } = await dialogOf('Import logins');
    within(dialog).getByText('.twitch-cli.env');
    within(dialog).getByText(/Twurple/);
    expect(await axeProblems()).toEqual([]);
    api.answer('login.import', REPORT);
    await press(dialog, 'Choose the file');
    expect(api.calls).toEqual([{ name: 'login.import', arg: undefined }]);
    expect(await sentences(dialog)).toHaveLength(4);
  });
});
