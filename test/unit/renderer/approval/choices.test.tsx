// @vitest-environment jsdom
import { act, fireEvent, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import {
  approval,
  broughtApplication,
  freshJobApproval,
  longApproval,
  missingApplication,
} from '../prompt-view-fixture.ts';
import { axeProblems, showApproval } from '../show-window.tsx';
import { allows, click, decisions, harmless, PICTURE, START } from './shown-approval.ts';

describe('what she chooses before a yes', () => {
  it('gives a job nobody has to the account chosen', async () => {
    const api = await showApproval({ ...longApproval(START), answerable: 'all' });
    screen.getByText('3 more requests wait behind this one.');
    screen.getByText('Not Twitch');
    await act(async () => void fireEvent.click(screen.getByRole('radio', { name: 'pixelpanda_bot' })));
    await click('Allow once');
    expect(decisions(api)).toEqual([{ ...PICTURE, decision: 'once', intents: { points: '1002' } }]);
  });

  it('waits with a yes until the streamer has said who gets a job nobody has', async () => {
    const api = await showApproval({ ...longApproval(START), answerable: 'all' });
    const radios = screen.getAllByRole<HTMLInputElement>('radio');
    expect(radios.map(({ checked }) => checked)).toEqual([false, false, false, false]);
    expect(allows().map(({ disabled }) => disabled)).toEqual([true, true]);
    screen.getByText('Choose who gets the job first.');
    await act(async () => void fireEvent.click(screen.getByRole('radio', { name: 'Decide later' })));
    screen.getByText(/^The bot gets nothing until you give the job to an account in Castkey/);
    await click('Allow once');
    expect(decisions(api)).toEqual([{ ...PICTURE, decision: 'once' }]);
  });

  it('has somebody new sign in where there is no account yet', async () => {
    const wants = harmless().wants.map((want) => ({ ...want, account: null, granted: [], choices: [] }));
    const api = await showApproval(harmless({ answerable: 'all', wants }));
    const fresh = screen.getByRole<HTMLInputElement>('radio', { name: 'Sign in a new account' });
    expect([fresh.checked, screen.getAllByRole('radio').length]).toEqual([true, 2]);
    screen.getByRole('heading', { name: /^The token of whoever signs in can at most/ });
    await click('Allow once');
    expect(decisions(api)).toEqual([{ ...PICTURE, decision: 'once', intents: { chat: 'new' } }]);
  });

  it('says that a bot brings its own application, and shows its ID in full', async () => {
    const clientId = 'brought0123456789abcdefghijklm';
    const application = { state: 'brought', clientId, label: '', choices: [] } as const;
    await showApproval(harmless({ application: { ...application, choices: [] } }));
    const part = screen.getByRole('region', { name: 'Twitch application' });
    expect(part.textContent).toContain('brings its own Twitch application');
    expect(part.textContent).toContain(clientId);
    expect(part.textContent).toContain(
      'Twitch will show you its name when you sign in; it gets what you grant there',
    );
  });

  it('has her choose an application where the bot brings none and there is no default', async () => {
    const choices = [
      { clientId: 'one0000000', label: 'My bots' },
      { clientId: 'two0000000', label: '' },
    ];
    const application = { state: 'missing', clientId: null, label: '', choices } as const;
    const api = await showApproval(harmless({ answerable: 'all', application: { ...application, choices } }));
    expect(allows().map(({ disabled }) => disabled)).toEqual([true, true]);
    screen.getByText('Choose the Twitch application first.');
    await act(async () => void fireEvent.click(screen.getByRole('radio', { name: 'Application two00000…' })));
    await click('Allow once');
    expect(decisions(api)).toEqual([{ ...PICTURE, decision: 'once', application: 'two0000000' }]);
  });

  it('offers to set one up where there is none at all', async () => {
    const application = { state: 'missing', clientId: null, label: '', choices: [] } as const;
    const api = await showApproval(
      harmless({ answerable: 'all', application: { ...application, choices: [] } }),
    );
    await click('Set up an application');
    expect(api.calls.some(({ name }) => name === 'approval.setUp')).toBe(true);
    expect(allows().map(({ disabled }) => disabled)).toEqual([true, true]);
  });

  it('is accessible, whatever there is to choose', async () => {
    const views = [
      freshJobApproval(START),
      approval(START, { application: missingApplication }),
      approval(START, { application: broughtApplication }),
    ];
    for (const view of views) {
      await showApproval(view);
      expect(await axeProblems()).toEqual([]);
    }
  });
});
