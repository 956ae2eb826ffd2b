// @vitest-environment jsdom
import { act, fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { approval, jobApproval, longApproval } from './sample-requests.ts';
import { axeProblems, showApproval } from './show-window.tsx';

const START = Date.UTC(2026, 10, 22, 12);
const button = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name });
const allows = () => [button('Always allow'), button('Allow once')];
const click = (name: string) => act(async () => void fireEvent.click(button(name)));
const pass = (ms: number) => act(async () => vi.advanceTimersByTime(ms));

describe('the approval window', () => {
  beforeEach(() => void vi.useFakeTimers({ now: START }));
  afterEach(() => void vi.useRealTimers());

  it('keeps Allow shut until its moment has come', async () => {
    await showApproval(approval(START));
    expect(allows().every((allow) => allow.disabled)).toBe(true);
    expect(button('Deny').disabled).toBe(false);
    await pass(1400);
    expect(allows().every((allow) => allow.disabled)).toBe(true);
    await pass(150);
    expect(allows().some((allow) => allow.disabled)).toBe(false);
  });

  it('focuses the heading, never a button', async () => {
    await showApproval(approval(START, { allowAt: START - 1 }));
    expect(document.activeElement?.tagName).toBe('H1');
    expect(document.querySelectorAll('[type="submit"], form')).toHaveLength(0);
  });

  it.each([
    ['Always allow', 'always'],
    ['Allow once', 'once'],
    ['Deny', 'deny'],
  ])('answers %s once, however often it is clicked', async (name, verdict) => {
    const bridge = await showApproval(approval(START, { allowAt: START - 1 }));
    await click(name);
    await click(name);
    expect(bridge.calls).toEqual([{ name: 'approval.decide', arg: { id: 'a1', verdict } }]);
  });

  it('denies on Escape', async () => {
    const bridge = await showApproval(approval(START));
    await act(async () => void fireEvent.keyDown(document.body, { key: 'Escape' }));
    expect(bridge.calls).toEqual([{ name: 'approval.decide', arg: { id: 'a1', verdict: 'deny' } }]);
  });

  it('counts down to the denial', async () => {
    await showApproval(approval(START, { expiresAt: START + 45_000 }));
    expect(screen.getByRole('timer').textContent).toBe('Denied in 45 s');
    await pass(10_000);
    expect(screen.getByRole('timer').textContent).toBe('Denied in 35 s');
  });

  it('tells claims from facts, and scopes in words', async () => {
    await showApproval(approval(START));
    const claim = screen.getByRole('region', { name: 'What the bot says' });
    const facts = screen.getByRole('region', { name: 'What the system says' });
    expect(claim.textContent).toContain('It says it is');
    expect(claim.textContent).toContain('chat-helper');
    expect(facts.textContent).toContain('pid 41233');
    expect(facts.textContent).toContain('/home/luna/bots/chat-helper/index.js');
    screen.getByRole('heading', { name: 'With your “chat” account luna_streams it can' });
    screen.getByText('Ban, time out and unban people');
    screen.getByText('Be careful');
  });

  it('gives a job nobody has to the account chosen', async () => {
    const bridge = await showApproval({ ...longApproval(START), allowAt: START - 1 });
    screen.getByText('3 more requests wait behind this one.');
    screen.getByText('Not Twitch');
    await act(async () => void fireEvent.click(screen.getByRole('radio', { name: 'pixelpanda_bot' })));
    await click('Always allow');
    const arg = { id: 'a1', verdict: 'always', intents: { points: '1002' } };
    expect(bridge.calls).toEqual([{ name: 'approval.decide', arg }]);
  });

  it('gives a job to nobody while the streamer has not chosen among several', async () => {
    const bridge = await showApproval({ ...longApproval(START), allowAt: START - 1 });
    expect(screen.getByRole<HTMLInputElement>('radio', { name: 'Decide later' }).checked).toBe(true);
    screen.getByText('The bot gets nothing until you give the job to an account in Castkey.');
    await click('Allow once');
    expect(bridge.calls).toEqual([{ name: 'approval.decide', arg: { id: 'a1', verdict: 'once' } }]);
  });

  it('says for as long as something is out of sight that there is more below', async () => {
    const tall = vi.spyOn(HTMLElement.prototype, 'scrollHeight', 'get').mockReturnValue(900);
    await showApproval(jobApproval(START));
    tall.mockRestore();
    screen.getByText('More below');
    await act(
      async () => void fireEvent.scroll(screen.getByRole('region', { name: 'A new bot wants to connect' })),
    );
    expect(screen.queryByText('More below')).toBeNull();
  });

  it('starts anew for the next request', async () => {
    const bridge = await showApproval(approval(START, { allowAt: START - 1 }));
    await click('Deny');
    act(() => bridge.push(approval(Date.now(), { id: 'a2', claimedName: 'points-bot' })));
    screen.getByText('points-bot');
    expect(allows().every((allow) => allow.disabled)).toBe(true);
    expect(document.activeElement?.tagName).toBe('H1');
  });

  it('is accessible, long or short', async () => {
    vi.useRealTimers();
    for (const view of [approval(Date.now()), longApproval(Date.now()), null]) {
      await showApproval(view);
      expect(await axeProblems()).toEqual([]);
    }
  });
});
