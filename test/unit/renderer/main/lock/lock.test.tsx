// @vitest-environment jsdom
import { act, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { axeProblems, showMain } from '../../show-window.tsx';
import { vault } from '../../vault-view-fixture.ts';

const now = Date.now();
const button = (name: string) => screen.getByRole('button', { name });
const passphrase = {
  kind: 'passphrase',
  backend: 'passphrase',
  needsPassphrase: false,
  needsKeychain: null,
  damaged: false,
  problem: null,
} as const;

async function lockSettings(settings = {}) {
  const state = vault(now);
  const api = await showMain({ ...state, settings: { ...state.settings, ...settings } });
  await userEvent.click(button('Settings'));
  return { api, section: within(screen.getByRole('region', { name: 'Lock' })) };
}

describe('the settings of the lock', () => {
  it('offers never and five spans, and shows the one that holds', async () => {
    const { api, section } = await lockSettings();
    const choice = section.getByRole<HTMLSelectElement>('combobox', { name: 'Lock when I’m away' });
    expect(choice.value).toBe('15');
    expect([...choice.options].map(({ text }) => text)).toEqual([
      ...['Never', 'After 5 minutes', 'After 10 minutes', 'After 15 minutes'],
      ...['After 30 minutes', 'After 60 minutes'],
    ]);
    await userEvent.selectOptions(choice, 'After 5 minutes');
    await userEvent.selectOptions(choice, 'Never');
    expect(api.calls.map(({ arg }) => arg)).toEqual([{ lockAfterMinutes: 5 }, { lockAfterMinutes: null }]);
  });

  it('shows a span that was set elsewhere rather than another one', async () => {
    const { section } = await lockSettings({ lockAfterMinutes: 45 });
    expect(section.getByRole<HTMLSelectElement>('combobox').selectedOptions[0]?.text).toBe(
      'After 45 minutes',
    );
  });

  it('switches the lock with the screen, and renewing while locked', async () => {
    const { api, section } = await lockSettings({ lockWithScreen: false });
    await userEvent.click(section.getByRole('switch', { name: 'Lock with the screen' }));
    await userEvent.click(section.getByRole('switch', { name: 'Keep logins fresh while locked' }));
    expect(api.calls.map(({ arg }) => arg)).toEqual([
      { lockWithScreen: true },
      { refreshWhileLocked: false },
    ]);
  });

  it('says what the lock is not, where there is no passphrase', async () => {
    const { section } = await lockSettings();
    section.getByText(/Without a passphrase, whoever sits at your desk can usually unlock it\./);
    await showMain(vault(now, { protection: passphrase }));
    await userEvent.click(button('Settings'));
    expect(screen.queryByText(/whoever sits at your desk/)).toBeNull();
  });

  it('says what is odd about the protection', async () => {
    const problem = 'The keychain is another one than before.';
    const protection = {
      kind: 'os',
      backend: 'kwallet',
      needsPassphrase: false,
      needsKeychain: null,
      damaged: false,
      problem,
    } as const;
    await showMain(vault(now, { protection }));
    await userEvent.click(button('Settings'));
    within(screen.getByRole('region', { name: 'Protection' })).getByText(problem);
  });
});

describe('a locked Castkey', () => {
  it.each([
    ['streamer', /^Castkey is locked\. You locked it\. Bots get nothing/],
    ['idle', /^Castkey is locked\. Nobody used mouse or keyboard for a while\. Bots get nothing/],
    ['screen', /^Castkey is locked\. The computer’s screen was locked\. Bots get nothing/],
  ] as const)('says why: %s', async (lockReason, words) => {
    const api = await showMain(vault(now, { locked: true, lockReason }));
    expect(screen.getByText('Castkey is locked.').parentElement?.textContent).toMatch(words);
    await userEvent.click(button('Unlock'));
    expect(api.calls).toEqual([{ name: 'vault.unlock', arg: {} }]);
  });

  it('asks for the passphrase where one protects it, and says when it was wrong', async () => {
    const api = await showMain(vault(now, { locked: true, lockReason: 'idle', protection: passphrase }));
    await userEvent.click(button('Unlock'));
    screen.getByText('Type your passphrase.');
    api.refuse('vault.unlock', 'That passphrase is not the right one.');
    const field = screen.getByLabelText('Passphrase');
    expect(field.getAttribute('type')).toBe('password');
    await userEvent.type(field, 'correct horse{Enter}');
    await screen.findByText('That passphrase is not the right one.');
    expect(api.calls).toEqual([{ name: 'vault.unlock', arg: { passphrase: 'correct horse' } }]);
    expect(await axeProblems()).toEqual([]);
    act(() => api.push(vault(now, { seq: 2, protection: passphrase })));
    expect(screen.queryByLabelText('Passphrase')).toBeNull();
  });
});

describe('a keychain that can’t be used', () => {
  const shut = (backend: string, needsKeychain: 'locked' | 'absent') =>
    vault(now, {
      applications: [],
      accounts: [],
      protection: { ...passphrase, kind: 'os', backend, needsKeychain },
    });

  it.each([
    ['gnome_libsecret', 'locked', 'Your keychain is locked', 'Unlock keychain'],
    ['kwallet6', 'locked', 'Your keychain is locked', 'Unlock keychain'],
    ['keychain', 'locked', 'Castkey may not use your keychain', 'Try again'],
    ['gnome_libsecret', 'absent', 'Your keychain can’t be reached', 'Try again'],
  ] as const)(
    '(%s, %s) says one thing and has one button, and nothing else',
    async (backend, why, title, name) => {
      const api = await showMain(shut(backend, why));
      screen.getByRole('heading', { name: title });
      screen.getByText(/your logins are safe\.$/);
      expect(screen.getAllByRole('button').map(({ textContent }) => textContent)).toEqual([name]);
      expect(screen.queryByText(/passphrase|memory only|No account yet|Twitch application/)).toBeNull();
      await userEvent.click(button(name));
      expect(api.calls.map((call) => call.name)).toEqual(['keychain.unlock']);
      expect(await axeProblems()).toEqual([]);
    },
  );
});

it('a damaged file of the passphrase is told, and a new passphrase is set by whoever has read what it costs', async () => {
  const protection = { ...passphrase, kind: 'weak', backend: 'basic_text', damaged: true } as const;
  const api = await showMain(vault(now, { protection, accounts: [] }));
  screen.getByText('Your saved logins can’t be opened.');
  expect(screen.queryByText(/memory only|No account yet|Nothing is lost/)).toBeNull();
  await userEvent.click(button('Set a new passphrase'));
  const dialog = within(await screen.findByRole('dialog'));
  dialog.getByText(/stays shut, even if you type the same one/);
  await userEvent.type(dialog.getByLabelText('New passphrase'), 'several random words');
  await userEvent.type(dialog.getByLabelText('Once more'), 'several random words');
  await userEvent.click(dialog.getByRole('button', { name: 'Set passphrase' }));
  expect(api.calls).toEqual([
    { name: 'passphrase.set', arg: { passphrase: 'several random words', anew: true } },
  ]);
});
