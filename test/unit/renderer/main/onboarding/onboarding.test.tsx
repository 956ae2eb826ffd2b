// @vitest-environment jsdom
import { act, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import { REDIRECT_URI } from '../../../../../shared/twitch-app.ts';
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

  it('shows why Castkey refused', async () => {
    const api = await first();
    api.refuse('app.configure', 'Twitch does not know this client ID.');
    await userEvent.type(textbox('Client ID'), 'abc123');
    await next();
    expect((await screen.findByRole('alert')).textContent).toBe('Twitch does not know this client ID.');
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
