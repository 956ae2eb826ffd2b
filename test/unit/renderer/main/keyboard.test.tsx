// @vitest-environment jsdom
import { act, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { account, accounts, login } from '../account-view-fixture.ts';
import { showMain } from '../show-window.tsx';
import { vault } from '../vault-view-fixture.ts';

const now = Date.now();
const button = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name });
const news = () => screen.getByRole('status', { name: 'News' }).textContent;
const card = (login: string) => within(screen.getByRole('article', { name: login }));

describe('by keyboard and ear', () => {
  it('Refresh keeps the focus while it works, does not work twice, and says how it went', async () => {
    const api = await showMain(vault(now));
    const refresh = card('luna_streams').getByRole<HTMLButtonElement>('button', { name: 'Refresh' });
    let done: (value: unknown) => void = () => undefined;
    api.answerWith('account.refresh', () => new Promise((resolve) => (done = resolve)));
    refresh.focus();
    await userEvent.keyboard('{Enter}');
    const [luna, ...others] = accounts(now, 3);
    const busy = [account(now, { ...luna, logins: [login(now, { refreshing: true })] }), ...others];
    act(() => api.push(vault(now, { seq: 2, accounts: busy })));
    expect([document.activeElement, refresh.getAttribute('aria-disabled')]).toEqual([refresh, 'true']);
    await userEvent.keyboard('{Enter}');
    expect(api.calls.filter(({ name }) => name === 'account.refresh')).toHaveLength(1);
    expect(news()).toBe('');
    await act(async () => done(undefined));
    act(() => api.push(vault(now, { seq: 3 })));
    expect(news()).toBe('luna_streams is refreshed.');
    expect(document.activeElement).toBe(refresh);
  });

  it('a refusal is told as one, not as news', async () => {
    const api = await showMain(vault(now));
    api.refuse('account.refreshAll', 'Twitch asks to wait a minute.');
    await userEvent.click(button('Refresh all'));
    await screen.findByText(/Twitch asks to wait/);
    expect([news(), document.activeElement]).toEqual(['', button('Refresh all')]);
    api.answer('account.refreshAll', undefined);
    await userEvent.click(button('Refresh all'));
    expect(news()).toBe('All accounts are refreshed.');
  });

  it('Lock now says so and leaves the focus where it can be unlocked', async () => {
    const api = await showMain(vault(now));
    await userEvent.click(button('Settings'));
    await userEvent.click(button('Lock now'));
    expect(news()).toBe('Locked.');
    act(() => api.push(vault(now, { seq: 2, locked: true, lockReason: 'streamer' })));
    expect(document.activeElement).toBe(button('Unlock'));
    await userEvent.keyboard('{Enter}');
    expect(news()).toBe('Castkey is unlocked.');
  });

  it('a form at work keeps the focus and is submitted once', async () => {
    const api = await showMain(vault(now));
    api.answerWith('backup.export', () => new Promise(() => undefined));
    await userEvent.click(button('Settings'));
    await userEvent.click(button('Export a backup'));
    const dialog = within(await screen.findByRole('dialog'));
    for (const name of ['Passphrase for the file', 'Once more'])
      await userEvent.type(dialog.getByLabelText(name), 'correct horse');
    const submit = dialog.getByRole('button', { name: 'Choose where to save' });
    for (let times = 0; times < 2; times += 1) await userEvent.click(submit);
    expect(api.calls.filter(({ name }) => name === 'backup.export')).toHaveLength(1);
    expect(document.activeElement).toBe(submit);
  });

  it.each([3, 9])('each account’s buttons say whose they are, and it has a heading: %s', async (count) => {
    await showMain(vault(now, { accounts: accounts(now, count) }));
    const names = ['Refresh', 'Grant scopes', 'Remove'];
    for (const title of ['Dashboard', 'Accounts']) {
      await userEvent.click(button(title));
      const one = card('pixelpanda_bot');
      const heading = one.getByRole('heading', { level: 2, name: 'pixelpanda_bot' });
      for (const name of names)
        expect(one.getByRole('button', { name }).getAttribute('aria-describedby')).toBe(heading.id);
    }
  });
});

describe('a new job that reads like another one', () => {
  it.each([
    [['chat'], /Another job than “chat”: luna_streams has it/],
    [['alarms'], /Another job than “alarms”: bots ask for it/],
  ])('is told of: %s', async (similar, hint) => {
    const api = await showMain(vault(now));
    api.answer('account.similarIntents', similar);
    await userEvent.click(button('Accounts'));
    await userEvent.type(screen.getByRole('textbox', { name: 'New job for pixelpanda_bot' }), 'Chat');
    await screen.findByText(hint);
    expect(api.calls.at(-1)).toEqual({ name: 'account.similarIntents', arg: { intent: 'Chat' } });
  });
});
