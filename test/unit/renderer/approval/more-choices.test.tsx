// @vitest-environment jsdom
import { screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';
import type { ApprovalView } from '../../../../shared/prompt-views.ts';
import { approval, appWant, changedApproval } from '../prompt-view-fixture.ts';
import { axeProblems, showApproval } from '../show-window.tsx';

const NOW = Date.UTC(2026, 10, 22, 12);
const harmless = (over: Partial<ApprovalView> = {}) =>
  approval(NOW, {
    answerable: 'all',
    wants: approval(NOW).wants.map((want) => ({ ...want, scopes: ['chat:read'] })),
    ...over,
  });
const more = () => screen.getByRole<HTMLButtonElement>('button', { name: 'More choices' });
const item = (name: string) => screen.findByRole<HTMLButtonElement>('menuitem', { name });

describe('the menu More choices', () => {
  it('has the two answers that end by themselves, and sends the chosen one', async () => {
    const api = await showApproval(harmless());
    await userEvent.click(more());
    await item('For 8 hours');
    expect(await axeProblems()).toEqual([]);
    await userEvent.click(await item('Until my stream ends'));
    const sent = api.calls.filter(({ name }) => name === 'approval.decide').map(({ arg }) => arg);
    expect(sent).toEqual([{ id: 'a1', digest: 'digest-of-a1', decision: 'until-stream-ends' }]);
  });

  it('goes by the keyboard alone, and Escape closes it without an answer', async () => {
    const api = await showApproval(harmless());
    more().focus();
    await userEvent.keyboard('{Enter}');
    await item('For 8 hours');
    await userEvent.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('menuitem')).toBeNull());
    expect(api.calls.filter(({ name }) => name === 'approval.decide')).toEqual([]);
    expect(document.activeElement).toBe(more());
    await userEvent.keyboard('{Enter}');
    await item('For 8 hours');
    await waitFor(() => expect(document.activeElement?.textContent).toBe('Until my stream ends'));
    await userEvent.keyboard('{ArrowDown}{Enter}');
    await waitFor(() =>
      expect(api.calls.at(-1)).toMatchObject({
        name: 'approval.decide',
        arg: { decision: 'for-8-hours' },
      }),
    );
  });

  it('opens with Allow, and not for a changed program or a bot that asks for nothing', async () => {
    await showApproval(harmless({ answerable: 'deny' }));
    expect(more().disabled).toBe(true);
    await showApproval({ ...changedApproval(NOW), answerable: 'all' });
    expect(screen.queryByRole('button', { name: 'More choices' })).toBeNull();
    await showApproval(harmless({ wants: [] }));
    expect(screen.queryByRole('button', { name: 'More choices' })).toBeNull();
  });

  it('needs the tick where something is dangerous', async () => {
    const api = await showApproval(approval(NOW, { answerable: 'all', habit: 'for-8-hours' }));
    const usual = screen.getByRole<HTMLButtonElement>('button', { name: 'For 8 hours' });
    expect([usual.disabled, more().disabled]).toEqual([true, true]);
    await userEvent.click(screen.getByRole('checkbox', { name: 'I understand' }));
    expect([usual.disabled, more().disabled]).toEqual([false, false]);
    await userEvent.click(usual);
    expect(api.calls.at(-1)).toMatchObject({ arg: { decision: 'for-8-hours', understood: true } });
  });
});

describe('the application’s own token', () => {
  it('is said in words, with the accounts here that it acts for', async () => {
    await showApproval(harmless({ wants: [appWant()] }));
    screen.getByRole('heading', { name: 'The Twitch application’s own token can' });
    screen.getByText(/chat as any account that allowed this application/);
    screen.getByText(/pixelpanda_bot, and any account that allows it later/);
    screen.getByText(/^Here that is .* two months, after Allow once too\.$/);
    expect(await axeProblems()).toEqual([]);
  });
});
