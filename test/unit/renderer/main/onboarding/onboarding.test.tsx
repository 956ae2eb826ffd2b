// @vitest-environment jsdom
import { act, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { REDIRECT_URI } from '../../../../../shared/twitch-app.ts';
import { bot } from '../../bot-view-fixture.ts';
import { axeProblems, showMain } from '../../show-window.tsx';
import { vault } from '../../vault-view-fixture.ts';

const now = Date.now();
const first = () => showMain(vault(now, { applications: [], accounts: [], bots: [] }));
const textbox = (name: string) => screen.getByRole('textbox', { name });
const radio = (name: string) => screen.getByRole('radio', { name });
const next = () => userEvent.click(screen.getByRole('button', { name: 'Continue' }));

describe('the first start', () => {
  it('has the controls of the contract, public being chosen', async () => {
    await first();
    expect(radio('Public')).toHaveProperty('checked', true);
    expect(radio('Confidential')).toHaveProperty('checked', false);
    expect(textbox('Client secret')).toHaveProperty('disabled', true);
    screen.getByText(REDIRECT_URI);
    expect(await axeProblems()).toEqual([]);
  });

  it('sends a public application without a secret', async () => {
    const api = await first();
    await userEvent.type(textbox('Client ID'), '  abc123  ');
    await next();
    expect(api.calls).toEqual([{ name: 'app.configure', arg: { clientId: 'abc123', kind: 'public' } }]);
  });

  it('sends a confidential application with its secret, and forgets it', async () => {
    const api = await first();
    await userEvent.click(radio('Confidential'));
    await userEvent.type(textbox('Client ID'), 'abc123');
    await userEvent.type(textbox('Client secret'), 's3cret');
    await next();
    const arg = { clientId: 'abc123', kind: 'confidential', clientSecret: 's3cret' };
    expect(api.calls).toEqual([{ name: 'app.configure', arg }]);
    expect(textbox('Client secret')).toHaveProperty('value', '');
  });

  it('says what is missing next to the field', async () => {
    const api = await first();
    await userEvent.click(radio('Confidential'));
    await next();
    expect(textbox('Client ID').getAttribute('aria-invalid')).toBe('true');
    expect(textbox('Client secret').getAttribute('aria-invalid')).toBe('true');
    expect(document.activeElement).toBe(textbox('Client ID'));
    expect(api.calls).toEqual([]);
  });

  it('shows why Castkey refused at the field it is about', async () => {
    const api = await first();
    api.refuse('app.configure', 'Twitch does not know this client ID.', 'setup');
    await userEvent.type(textbox('Client ID'), 'abc123');
    await next();
    await screen.findByText('Twitch does not know this client ID.');
    expect(textbox('Client ID').getAttribute('aria-invalid')).toBe('true');
    expect(document.activeElement).toBe(textbox('Client ID'));
    await userEvent.click(radio('Confidential'));
    await userEvent.type(textbox('Client secret'), 's3cret');
    api.refuse('app.configure', 'Twitch says: invalid client secret.', 'setup');
    await next();
    await screen.findByText('Twitch says: invalid client secret.');
    expect(document.activeElement).toBe(textbox('Client secret'));
    expect(textbox('Client ID').getAttribute('aria-invalid')).not.toBe('true');
  });

  it('waits for a bot behind another door, and goes on by itself once that is let in', async () => {
    const api = await first();
    const door = (name: string) => screen.getByRole('button', { name });
    expect(door('I have my own').getAttribute('aria-expanded')).toBe('true');
    await userEvent.click(door('My bot brings it'));
    expect(door('I have my own').getAttribute('aria-expanded')).toBe('false');
    expect(screen.queryByRole('textbox')).toBeNull();
    screen.getByText('Waiting for your bot…');
    expect(await axeProblems()).toEqual([]);
    act(() => api.push(vault(now, { seq: 2, applications: [], accounts: [], bots: [bot(now)] })));
    screen.getByRole('heading', { level: 1, name: 'Dashboard' });
  });

  it('puts the redirect URL on the clipboard', async () => {
    const api = await first();
    await userEvent.click(screen.getByRole('button', { name: 'Copy redirect URL' }));
    expect(api.calls).toEqual([{ name: 'app.copyRedirectUrl', arg: undefined }]);
    expect(screen.getByRole('status', { name: 'News' }).textContent).toBe('The redirect URL is copied.');
  });

  it('offers the sandbox and Twitch’s console, and ends on the dashboard', async () => {
    const api = await first();
    await userEvent.click(screen.getByRole('button', { name: 'Use the sandbox' }));
    await userEvent.click(screen.getByRole('button', { name: 'Open Twitch’s console' }));
    expect(api.calls).toEqual([
      { name: 'sandbox.use', arg: { on: true } },
      { name: 'page.open', arg: { page: 'twitch-console' } },
    ]);
    act(() => api.push(vault(now, { seq: 2 })));
    screen.getByRole('heading', { level: 1, name: 'Dashboard' });
  });
});
