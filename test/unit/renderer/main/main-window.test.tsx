// @vitest-environment jsdom
import { act, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import type { LoginView } from '../../../../shared/views.ts';
import { accounts, DEFAULT_APP, everyState, refusedAccount } from '../account-view-fixture.ts';
import { axeProblems, showMain } from '../show-window.tsx';
import { troubledVault, vault } from '../vault-view-fixture.ts';

const now = Date.now();
const button = (name: string) => screen.getByRole('button', { name });
const titles = ['Dashboard', 'Accounts', 'Bots', 'Activity', 'Settings'];

describe('the main window', () => {
  it('has the navigation of the contract, and goes there', async () => {
    await showMain(vault(now));
    for (const title of [...titles.slice(1), 'Dashboard']) {
      await userEvent.click(button(title));
      const heading = screen.getByRole('heading', { level: 1, name: title });
      expect(document.activeElement).toBe(heading);
      expect(button(title).getAttribute('aria-current')).toBe('page');
    }
  });

  it('names each account’s card by its login, with its buttons', async () => {
    const api = await showMain(vault(now));
    const card = screen.getByRole('article', { name: 'luna_streams' });
    for (const name of ['Refresh', 'Grant scopes', 'Remove']) within(card).getByRole('button', { name });
    await userEvent.click(within(card).getByRole('button', { name: 'Refresh' }));
    await userEvent.click(button('Refresh all'));
    await userEvent.click(button('Add account'));
    expect(api.calls).toEqual([
      { name: 'account.refresh', arg: { userId: '1001' } },
      { name: 'account.refreshAll', arg: undefined },
      { name: 'account.signIn', arg: {} },
    ]);
  });

  it('shows many accounts as rows with the same names', async () => {
    await showMain(vault(now, { accounts: accounts(now, 20) }));
    expect(screen.getAllByRole('article')).toHaveLength(20);
    const row = screen.getByRole('article', { name: 'tea_and_tactics_11' });
    within(row).getByRole('button', { name: 'Grant scopes' });
    await userEvent.type(screen.getByRole('textbox', { name: 'Find an account' }), 'tactics_11');
    expect(screen.getAllByRole('article')).toHaveLength(1);
  });

  it('says the state in words, and cannot renew a bare token', async () => {
    await showMain(vault(now, { accounts: everyState(now) }));
    const bare = screen.getByRole('article', { name: 'old_overlay' });
    within(bare).getByText('Expired');
    within(bare).getByText('expired');
    expect(within(bare).getByRole('button', { name: 'Refresh' })).toHaveProperty('disabled', true);
    within(screen.getByRole('article', { name: 'forever_token' })).getByText('never expires');
  });

  it('counts permissions, and says what it means to have none', async () => {
    await showMain(vault(now, { accounts: everyState(now) }));
    const card = (name: string) => within(screen.getByRole('article', { name }));
    await userEvent.click(card('luna_streams').getByRole('button', { name: '4 permissions' }));
    card('luna_streams').getByText('Read chat');
    card('old_overlay').getByText(/^No permissions yet\. A bot that needs some asks by itself/);
    expect(card('old_overlay').queryByRole('button', { expanded: false })).toBeNull();
  });

  it('removes an account only after a second word', async () => {
    const api = await showMain(vault(now));
    const card = screen.getByRole('article', { name: 'luna_streams' });
    await userEvent.click(within(card).getByRole('button', { name: 'Remove' }));
    expect(api.calls).toEqual([]);
    const dialog = await screen.findByRole('dialog', { name: 'Remove luna_streams?' });
    within(dialog).getByText(/chat-helper/);
    await userEvent.click(within(dialog).getByRole('button', { name: 'Remove account' }));
    expect(api.calls).toEqual([{ name: 'account.remove', arg: { userId: '1001' } }]);
  });

  it('asks for new scopes only, those held being fixed', async () => {
    const api = await showMain(vault(now, { accounts: everyState(now) }));
    const card = screen.getByRole('article', { name: 'luna_streams' });
    await userEvent.click(within(card).getByRole('button', { name: 'Grant scopes' }));
    const dialog = await screen.findByRole('dialog');
    const next = within(dialog).getByRole('button', { name: 'Continue' });
    expect(next).toHaveProperty('disabled', true);
    expect(within(dialog).getByRole('checkbox', { name: 'Read chat' })).toHaveProperty('disabled', true);
    await userEvent.click(within(dialog).getByRole('checkbox', { name: 'Start, end and read polls' }));
    await userEvent.click(next);
    expect(api.calls).toEqual([
      {
        name: 'account.signIn',
        arg: { userId: '1001', clientId: DEFAULT_APP, scopes: ['channel:manage:polls'] },
      },
    ]);
  });

  it('drops a push that is older than what it shows', async () => {
    const api = await showMain(vault(now, { seq: 5 }));
    act(() => api.push(vault(now, { seq: 4, accounts: [] })));
    expect(screen.getAllByRole('article')).toHaveLength(3);
    act(() => api.push(vault(now, { seq: 6, accounts: [] })));
    screen.getByText('No account yet');
  });

  it('warns of everything that stands in the way', async () => {
    const api = await showMain(troubledVault(now));
    for (const words of [
      'Not Twitch',
      'http://127.0.0.1:41999',
      'Castkey is locked.',
      'Bots can’t reach Castkey.',
      'Your logins are kept in memory only.',
    ])
      screen.getByText(words);
    await userEvent.click(button('Unlock'));
    await userEvent.click(screen.getAllByRole('button', { name: 'Dismiss' })[0] as HTMLElement);
    expect(api.calls.map(({ name }) => name)).toEqual(['vault.unlock', 'notice.dismiss']);
  });

  it('warns of an outdated Electron only where a real login is at stake', async () => {
    const outdated = { electron: { version: '33.4.11', outdated: true } };
    const api = await showMain(vault(now, { ...outdated, seq: 1 }));
    screen.getByText('Castkey runs on an old version of Electron.');
    const notTwitch = { url: 'http://127.0.0.1:41999', builtIn: true };
    act(() => api.push(vault(now, { ...outdated, seq: 2, notTwitch })));
    expect(screen.queryByText('Castkey runs on an old version of Electron.')).toBeNull();
    act(() => api.push(vault(now, { ...outdated, seq: 3, applications: [] })));
    screen.getByText('Castkey runs on an old version of Electron.');
  });

  it('says at the first start, too, that bots can’t reach it', async () => {
    await showMain(vault(now, { applications: [], socketProblem: 'Another program is there.' }));
    screen.getByText('Bots can’t reach Castkey.');
  });

  it('offers to try a refused login once more, by one button and not by two', async () => {
    const refused = refusedAccount(now);
    const api = await showMain(vault(now, { accounts: [refused] }));
    const card = within(screen.getByRole('article', { name: refused.login }));
    expect(card.getAllByRole('button', { name: /try|refresh/i })).toHaveLength(1);
    await userEvent.click(card.getByRole('button', { name: 'Refresh' }));
    expect(api.calls).toEqual([{ name: 'account.refresh', arg: { userId: refused.userId } }]);
  });

  it('says what it may cost before a login that is left alone is tried anyway', async () => {
    const refused = refusedAccount(now);
    const tryAnyway = 'Twitch may sign this account out everywhere.';
    const api = await showMain(vault(now, { accounts: [refusedAccount(now, { tryAnyway })] }));
    expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
    await userEvent.click(button('Try anyway'));
    const dialog = within(await screen.findByRole('dialog'));
    expect(dialog.getByText(tryAnyway)).toBeTruthy();
    await userEvent.click(dialog.getByRole('button', { name: 'Leave it alone' }));
    expect(api.calls).toEqual([]);
    await userEvent.click(button('Try anyway'));
    await userEvent.click(
      within(await screen.findByRole('dialog')).getByRole('button', { name: 'Try anyway' }),
    );
    expect(api.calls).toEqual([
      { name: 'account.tryAnyway', arg: { userId: refused.userId, clientId: DEFAULT_APP } },
    ]);
  });

  it('promises no time for a login that Twitch refuses', async () => {
    const refused = refusedAccount(now);
    const card = async (over: Partial<LoginView>) => {
      await showMain(
        vault(now, {
          accounts: [refusedAccount(now, { expiresAt: now + 7_300_000, obtainedAt: now, ...over })],
        }),
      );
      const article = screen.getByRole('article', { name: refused.login });
      return { text: article.textContent, bar: article.querySelectorAll('rect')[1]?.getAttribute('width') };
    };
    const mended = await card({ state: 'ok' });
    expect(mended.text).toContain('2 h 1 min left');
    expect(Number(mended.bar)).toBeGreaterThan(99);
    const over = await card({});
    expect(over.text).toContain('may have ended, 2 h 1 min at most');
    expect(over.bar).toBe('0');
  });

  it('says so when a call is refused', async () => {
    const api = await showMain(vault(now));
    api.refuse('account.refreshAll', 'Twitch asks to wait a minute.');
    await userEvent.click(button('Refresh all'));
    expect((await screen.findByRole('alert')).textContent).toContain('Twitch asks to wait a minute.');
  });

  it('says when a job moves from another account', async () => {
    const api = await showMain(vault(now, { accounts: everyState(now) }));
    await userEvent.click(button('Accounts'));
    const field = screen.getByRole('textbox', { name: 'New job for clipmaker' });
    await userEvent.type(field, 'chat');
    screen.getByText('Moves here from luna_streams. chat-helper may use whoever has this job.');
    await userEvent.type(field, '{Enter}');
    expect(api.calls.filter(({ name }) => name !== 'account.similarIntents')).toEqual([
      { name: 'account.setIntents', arg: { userId: '1005', intents: ['chat'] } },
    ]);
  });

  it('empties the token field before the call goes out', async () => {
    const api = await showMain(vault(now));
    await userEvent.click(button('Accounts'));
    await userEvent.click(button('Add a bare token'));
    const field = await screen.findByLabelText('Access token');
    expect(field.getAttribute('type')).toBe('password');
    api.refuse('account.addToken', 'Twitch does not know this token.');
    await userEvent.type(field, 'oauth:abc123{Enter}');
    expect(api.calls).toEqual([{ name: 'account.addToken', arg: { accessToken: 'abc123' } }]);
    await screen.findByText('Twitch does not know this token.');
    expect(field).toHaveProperty('value', '');
  });

  it('asks for the passphrase first, and then unlocks', async () => {
    const protection = {
      kind: 'passphrase',
      backend: 'passphrase',
      needsPassphrase: true,
      needsKeychain: null,
      damaged: false,
      problem: null,
    } as const;
    const api = await showMain(vault(now, { protection, locked: true }));
    await userEvent.type(screen.getByLabelText('Passphrase'), 'correct horse{Enter}');
    await waitFor(() =>
      expect(api.calls.map(({ name }) => name)).toEqual(['passphrase.enter', 'vault.unlock']),
    );
  });

  it.each(titles)('is accessible on %s', async (title) => {
    await showMain(troubledVault(now));
    await userEvent.click(button(title));
    expect(await axeProblems()).toEqual([]);
  });

  it.each(titles)('is accessible on %s when empty', async (title) => {
    await showMain(vault(now, { accounts: [], bots: [], activity: [] }));
    await userEvent.click(button(title));
    expect(await axeProblems()).toEqual([]);
  });
});
